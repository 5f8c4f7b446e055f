/**
 * `npm run bench:search -- DIR [TENANT]`: searches of every kind in a data folder that a local run
 * filled, such as `npm start -- --once --events 1000000 --data DIR`; prints a table.
 */
import { spawnSync } from 'node:child_process';

const [dir = '.local', tenant = 'acme'] = process.argv.slice(2);

interface Ran {
  readonly stdout: string;
  /** The command's own words: `12 of 1,000,000 events in 0.4 s`. */
  readonly said: string;
  readonly wallSeconds: number;
}

function search(...args: string[]): Ran {
  const startedAtMs = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      ...process.execArgv,
      'cli/collector.ts',
      'search',
      '--local',
      dir,
      '--tenant',
      tenant,
      ...args,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(stderr);
  return {
    stdout,
    said: stderr.trimEnd().split('\n').at(-1) ?? '',
    wallSeconds: (performance.now() - startedAtMs) / 1000,
  };
}

/** An event far back, so that it can't be found early. */
const sample = JSON.parse(
  search('--json', '--limit', '2000', '-user:no*').stdout.split('\n').at(-2) ?? '',
);

const SEARCHES: readonly (readonly [string, readonly string[]])[] = [
  ['one event by its id', [`log_id:${sample.log_id}`]],
  ['a user, nothing found', ['user:nobody@example.com']],
  ['an address and a type', [`ip:${sample.ip}`, 'type:fp']],
  ['a keyword, nothing found', ['no-event-says-this']],
  ['a keyword, found everywhere', ['password']],
  ['the newest', []],
];

console.table(
  SEARCHES.map(([what, args]) => {
    const { said, wallSeconds } = search(...args);
    return { search: what, 'said by the command': said, 'wall s': wallSeconds.toFixed(1) };
  }),
);
