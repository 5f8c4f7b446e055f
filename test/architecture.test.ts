import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which folders a folder may import. The order of the rooms is the way of an event; what is not
 * listed is forbidden, so a new folder has to find its place here first.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lambda/platform': [],
  'lambda/auth0': ['lambda/platform'],
  'lambda/ocsf': ['lambda/auth0', 'lambda/platform'],
  'lambda/queue': ['lambda/auth0', 'lambda/platform'],
  'lambda/ledger': ['lambda/auth0', 'lambda/queue', 'lambda/platform'],
  'lambda/collect': [
    'lambda/collect/backfill',
    'lambda/auth0',
    'lambda/queue',
    'lambda/ledger',
    'lambda/platform',
  ],
  'lambda/collect/backfill': [
    'lambda/collect',
    'lambda/auth0',
    'lambda/queue',
    'lambda/ledger',
    'lambda/platform',
  ],
  'lambda/ingest': ['lambda/queue', 'lambda/ledger', 'lambda/platform'],
  'lambda/lake': [
    'lambda/auth0',
    'lambda/queue',
    'lambda/ledger',
    'lambda/ocsf',
    'lambda/platform',
  ],
  'lambda/search': [
    'lambda/lake',
    'lambda/ocsf',
    'lambda/ledger',
    'lambda/auth0',
    'lambda/platform',
  ],
  'lambda/detect': [
    'lambda/detect/reading',
    'lambda/ocsf',
    'lambda/ledger',
    'lambda/auth0',
    'lambda/platform',
  ],
  'lambda/detect/reading': ['lambda/detect', 'lambda/auth0'],
  'lambda/detect/patterns': ['lambda/detect'],
  'lambda/detect/rules': ['lambda/detect', 'lambda/detect/*', 'lambda/auth0', 'lambda/platform'],
  'lambda/console': [
    'lambda/collect',
    'lambda/detect',
    'lambda/ledger',
    'lambda/auth0',
    'lambda/platform',
  ],
  // The handlers compose the rooms.
  lambda: [
    'lambda/console',
    'lambda/detect',
    'lambda/detect/rules',
    'lambda/auth0',
    'lambda/collect',
    'lambda/collect/backfill',
    'lambda/queue',
    'lambda/ingest',
    'lambda/lake',
    'lambda/ledger',
    'lambda/platform',
  ],
  infra: ['infra/constructs'],
  'infra/constructs': ['infra'],
  local: ['local/*', 'lambda', 'lambda/*'],
  'local/aws': ['lambda', 'lambda/platform'],
  // What is asked of a tenant before it is collected, and when it is not.
  'local/checks': ['local', 'lambda/*'],
  'local/search': ['lambda/*'],
  'local/console': ['local/checks', 'local/search', 'local/aws', 'lambda/*'],
  'local/tenant': ['local', 'local/*', 'lambda/auth0', 'lambda/platform'],
  'local/tenant/traffic': ['local/tenant', 'lambda/auth0'],
  'local/tenant/attacks': ['local/tenant', 'local/tenant/traffic'],
  // What a month costs is reckoned in one place, from what the bench has counted.
  cli: ['bench/cost', 'cli/checks', 'local', 'local/checks', 'local/search', 'lambda/*'],
  'cli/checks': ['cli', 'local', 'local/checks', 'lambda/*'],
  // The figures of the bench are those of the tests' own harness.
  bench: [
    'bench/cold-start',
    'bench/cost',
    'bench/growth',
    'bench/source',
    'infra/bundle',
    'test/*',
    'local',
    'local/*',
    'lambda/*',
  ],
  // What is measured is the deployed poller, bundled as it is deployed.
  'bench/source': ['bench', 'infra/bundle', 'local', 'local/*', 'lambda', 'lambda/platform'],
  'bench/growth': ['bench', 'bench/cost', 'bench/source', 'lambda/console', 'lambda/platform'],
  // What is billed follows from the deployed handlers and from the stacks.
  'bench/cost': ['bench', 'test/templates', 'local', 'local/*', 'lambda', 'lambda/*'],
};

/** The only files of the deployed code that the stacks may read: names and what describes data. */
const READ_BY_STACKS: readonly string[] = [
  'lambda/platform/names.ts',
  'lambda/ocsf/shape.ts',
  'lambda/lake/glue-columns.ts',
  'lambda/console/widget-params.ts',
  'lambda/search/events-view.ts',
  'lambda/search/named-queries.ts',
  'lambda/detect/settings.ts',
  'lambda/detect/rules/catalogue.ts',
];

/** The only files of the stacks that the command may read: it writes the file that they are made from. */
const READ_BY_COMMAND: readonly string[] = ['infra/tenants.ts', 'infra/settings-error.ts'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const FILES = ['lambda', 'infra', 'local', 'cli', 'bench'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(top, name)),
);

const IMPORTS: readonly Import[] = FILES.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) => ({
    from,
    to: relative('.', resolve(dirname(from), path ?? '')),
  })),
);

function isAllowed({ from, to }: Import): boolean {
  const room = dirname(from);
  const target = dirname(to);
  if (room === target) return true;
  if (from.startsWith('infra') && to.startsWith('lambda')) return READ_BY_STACKS.includes(to);
  if (room === 'cli' && to.startsWith('infra')) return READ_BY_COMMAND.includes(to);
  return (MAY_IMPORT[room] ?? []).some(
    (allowed) =>
      allowed === target || (allowed.endsWith('/*') && target.startsWith(allowed.slice(0, -1))),
  );
}

/** A way from a file back to itself, if there is one. */
function circleThrough(start: string): string[] | undefined {
  const seen = new Set<string>();
  const walk = (file: string, path: string[]): string[] | undefined => {
    for (const { to } of IMPORTS.filter(({ from }) => from === file)) {
      if (to === start) return [...path, to];
      if (seen.has(to)) continue;
      seen.add(to);
      const circle = walk(to, [...path, to]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  return walk(start, [start]);
}

describe('the house', () => {
  it('has imports only along its arrows', () => {
    expect(IMPORTS.length).toBeGreaterThan(100);
    const wrong = IMPORTS.filter((edge) => !isAllowed(edge));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('has no circle of imports', () => {
    const circles = FILES.flatMap((file) => circleThrough(file)?.join(' -> ') ?? []);
    expect(circles).toEqual([]);
  });

  it('reads the environment of the deployed code in one place', () => {
    const readers = FILES.filter(
      (file) => file.startsWith('lambda') && readFileSync(file, 'utf8').includes('process.env'),
    );
    expect(readers).toEqual(['lambda/platform/environment.ts']);
  });

  it('keeps waiting and time out of decisions', () => {
    const waiters = FILES.filter(
      (file) =>
        file.startsWith('lambda') &&
        /setTimeout|setInterval|Date\.now\(\)/.test(readFileSync(file, 'utf8')),
    );
    expect(waiters).toEqual(['lambda/platform/clock.ts']);
  });

  it('has no file longer than three screens', () => {
    const long = FILES.filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
