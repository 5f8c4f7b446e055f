import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEvent } from '../../lambda/search/hit.ts';
import { createMatcher } from '../../lambda/search/match.ts';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import { type FakeAthena, startFakeAthena } from '../search/fake-athena.ts';
import { type Outcome, runCommand, startCommand, temporaryFolder } from './command.ts';

const EVENTS = 1_500;
const folder = temporaryFolder();
let exported: string[];
beforeAll(async () => {
  const run = await runCommand('local/start.ts', [
    '--once',
    '--events',
    `${EVENTS}`,
    '--data',
    folder.path,
  ]);
  expect(run.code).toBe(0);
  const { stdout } = await runCommand('cli/collector.ts', ['export', '--local', folder.path]);
  exported = stdout.trimEnd().split('\n');
});
afterAll(() => folder.remove());

const search = (...args: string[]): Promise<Outcome> =>
  runCommand('cli/collector.ts', ['search', ...args, '--local', folder.path]);

const lines = ({ stdout }: Outcome): string[] => stdout.split('\n').slice(0, -1);

function matching(query: string): string[] {
  const matcher = createMatcher(parseQuery(query));
  return exported.flatMap((line) => {
    const event = readEvent('acme', line);
    if (event === undefined || !matcher.matches({ ...event.values, raw: event.hit.raw })) return [];
    return [event.hit.logId];
  });
}

describe('searching a data folder', () => {
  it.each(['type:fp', 'password -country:US', 'user:*@example.org "Username-Password"'])(
    'finds what was archived: %s',
    async (query) => {
      const outcome = await search(query, '--json', '--limit', '10000');
      const found = lines(outcome).map((line) => JSON.parse(line).log_id);
      expect(outcome.code).toBe(0);
      expect(found.length).toBeGreaterThan(0);
      expect(found.sort()).toEqual(matching(query).sort());
      expect(outcome.stderr).toMatch(
        new RegExp(`^${found.length.toLocaleString('en-US')} of 1,500 events in \\d+\\.\\d s\\n$`),
      );
    },
  );

  it('takes what stands behind --local for the query when it is no folder and nothing else is', async () => {
    const words = ['search', '--local', 'type:fp'];
    const alone = await runCommand('cli/collector.ts', words);
    expect(alone.stderr).toContain('.local: run npm start first');
    const beside = await runCommand('cli/collector.ts', [...words, 'password']);
    expect(beside.stderr).toContain('type:fp: run npm start first');
  });

  it('takes words, a word to leave out and options in any order', async () => {
    const outcome = await search('-type:s', 'type:f*', '--raw', '--type', 'fp,fu', '--limit', '7');
    const types = lines(outcome).map((line) => JSON.parse(line).type);
    expect(types).toHaveLength(7);
    expect(types.every((type) => ['fp', 'fu'].includes(type))).toBe(true);
    expect(outcome.stderr).toContain('there may be more than --limit 7');
  });

  it('says that nothing was found, which is no failure', async () => {
    const { code, stdout, stderr } = await search('no-event-says-this');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^0 of 1,500 events in/);
  });

  it.each([
    [['usr:anna'], 'did you mean "user:"?'],
    [['"open'], '  "open\n  ^'],
    [['--type', 'fp,'], 'An event type is missing'],
    [['--from', 'yesterday'], '--from "yesterday": expected a time'],
    [['--from', '1d', '--to', '2d'], '--from has to be earlier than --to'],
    [['--limit', '0'], 'whole number'],
    [['--json', '--raw'], 'give one of them'],
    [['--limt', '4'], "unknown option '--limt'"],
    [['--tenant', 'other'], 'There is no tenant "other" here'],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await search(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
  });
});

describe('searching a deployment', () => {
  let athena: FakeAthena;
  beforeEach(async () => {
    athena = await startFakeAthena();
  });
  afterEach(() => athena.close());

  const environment = () => ({
    AWS_ENDPOINT_URL_ATHENA: athena.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: athena.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const deployed = (...args: string[]): Promise<Outcome> =>
    runCommand('cli/collector.ts', ['search', ...args], environment());

  const row = (raw: object & { log_id: string }) => [
    'acme',
    '2026-11-22 10:00:00.000',
    raw.log_id,
    JSON.stringify(raw),
  ];

  it('asks Athena, shows each event once and without its secrets, and says what it cost', async () => {
    const event = { log_id: '900', type: 'fp', user_name: "o'brien", date: '2026-11-22T10:00:00Z' };
    const secret = { ...event, log_id: '901', details: { body: { password: 'hunter2' } } };
    athena.rows = [row(secret), row(event), row(event)];
    athena.scannedBytes = 45_200_000;
    const outcome = await deployed("user:o'brien", '--raw', '--tenant', 'acme');
    expect(lines(outcome).map((line) => JSON.parse(line).log_id)).toEqual(['901', '900']);
    expect(outcome.stdout).not.toContain('hunter2');
    expect(outcome.stderr).toMatch(
      /^2 events in \d+\.\d s; scanned 45\.2 MB: about \$0\.00023 at \$5 per TB, https:\/\/aws\.amazon\.com\/athena\/pricing\/\n$/,
    );
    expect(outcome.code).toBe(0);
    const [started] = athena.started;
    expect(started?.parameters).toEqual(["'acme'", "'o''brien'", "'o''brien'"]);
    expect(started?.text).not.toContain('brien');
  });

  it('drops what matches by nothing but a secret', async () => {
    const event = { log_id: '900', type: 'fp', details: { body: { password: 'hunter2' } } };
    athena.rows = [row(event)];
    const outcome = await deployed('hunter2', '--raw');
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/^0 events/);
  });

  it('stops the statement when it is interrupted', async () => {
    athena.states = ['RUNNING'];
    const looked = Promise.withResolvers<void>();
    athena.onLook = () => looked.resolve();
    const running = startCommand('cli/collector.ts', ['search', 'anything'], environment());
    await looked.promise;
    running.process.kill('SIGINT');
    const { code, stderr } = await running.outcome;
    expect([code, stderr]).toEqual([130, 'Stopped.\n']);
    expect(athena.stopped).toEqual(['query-1']);
  });

  it('says why Athena refused', async () => {
    athena.states = ['FAILED'];
    athena.reason = 'Insufficient permissions';
    const { code, stderr } = await deployed('anything');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^SEARCH_FAILED: .*Insufficient permissions\n/);
  });

  it('says when the deployment has no lake yet', async () => {
    athena.outputs = {};
    const { code, stderr } = await deployed('anything');
    expect(code).toBe(2);
    expect(stderr).toContain('no output AthenaWorkgroup: deploy it again');
  });
});
