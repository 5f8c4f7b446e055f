import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate } from '../../cli/backfill-estimate.ts';
import { PLANS } from '../../lambda/auth0/plan.ts';
import { type Outcome, runCommand, startCommand, temporaryFolder } from '../e2e/command.ts';

const EVENTS = 1_500;
const MINUTE_MS = 60_000;

const folder = temporaryFolder();
let startedAt: string;
let collectedFirst: number;

const isoAgo = (ms: number): string => `${new Date(Date.now() - ms).toISOString().slice(0, 19)}Z`;

const collect = (): Promise<Outcome> =>
  runCommand('local/start.ts', [
    ...['--once', '--events', `${EVENTS}`, '--attacks', 'none', '--plan', 'essentials'],
    ...['--collection-start', startedAt, '--data', folder.path],
  ]);

const backfill = (...args: string[]): Promise<Outcome> =>
  runCommand('cli/collector.ts', ['backfill', 'acme', ...args, '--local', folder.path]);

async function archived(): Promise<string[]> {
  const { stdout } = await runCommand('cli/collector.ts', ['export', '--local', folder.path]);
  return stdout.split('\n').slice(0, -1);
}

beforeAll(async () => {
  startedAt = isoAgo(60 * MINUTE_MS);
  expect((await collect()).code).toBe(0);
  collectedFirst = (await archived()).length;
  expect(collectedFirst).toBeGreaterThan(0);
  expect(collectedFirst).toBeLessThan(EVENTS);
});
afterAll(() => folder.remove());

const timeless = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replaceAll(/\d[\d,]*/g, 'N')
    .replaceAll(/N (?:s|min|h) from/g, 'DURATION from');

describe('collector backfill', () => {
  it.each([
    [[], 'There is no backfill of acme: ask for one with --from\n'],
    [['--to', '1d'], '--to needs --from\n'],
    [['--from', 'yesterday'], '--from "yesterday": expected a time in UTC such as'],
    [['--from', '1h', '--to', '2h'], '--from has to be earlier than --to\n'],
    [['--from', '1m'], 'The collection began at '],
    [['--from', '30d', '--to', '20d'], 'Auth0 no longer keeps log events from before '],
    [['--form', '1d'], "unknown option '--form'"],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await backfill(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('refuses a tenant that it does not know', async () => {
    const args = ['backfill', 'other', '--from', '1d', '--local', folder.path];
    const { code, stderr } = await runCommand('cli/collector.ts', args);
    expect([code, stderr]).toEqual([2, 'There is no tenant "other" here (there is: acme)\n']);
  });

  it('collects what is older with the next run, and each event once', async () => {
    const asked = await backfill('--from', '30d');
    expect(asked.code).toBe(0);
    expect(timeless(asked.stderr)).toBe(`\
AuthN keeps log events of this plan for N days: from TIME on instead of TIME.
Estimate: about N events if those days were like the last one, DURATION from the next poll on; the plan's rate limit allows up to N events with each poll.
acme: waiting for the next poll
No run is under way on the data folder: npm start, or npm start -- --once, goes on.
`);
    const again = await backfill('--from', '2d');
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^A backfill of acme from .* is not done yet/);
    expect((await collect()).code).toBe(0);
    const done = await backfill();
    expect(done.code).toBe(0);
    expect(timeless(done.stdout)).toContain(
      'acme: from TIME to TIME N events collected, N held before\n',
    );
    const { counts, state } = JSON.parse((await backfill('--json')).stdout);
    expect(state).toBe('done');
    expect(counts.stored).toBe(EVENTS - collectedFirst);
    const events = await archived();
    expect(events).toHaveLength(EVENTS);
    expect(new Set(events).size).toBe(EVENTS);
    const verified = await runCommand('cli/collector.ts', ['verify', '--local', folder.path]);
    expect(verified.stdout).toMatch(/, complete\n$/);
  });

  it('shows how it goes while a run is under way, and ends with it', async () => {
    const run = startCommand('local/start.ts', [
      ...['--every', '1', '--events', `${EVENTS}`, '--attacks', 'none', '--plan', 'essentials'],
      ...['--collection-start', startedAt, '--data', folder.path],
    ]);
    await run.shows('fetched');
    const { code, stdout, stderr } = await backfill('--from', '4d', '--to', '1d');
    run.process.kill('SIGINT');
    expect((await run.outcome).code).toBe(0);
    expect(code).toBe(0);
    expect(stderr).toContain('acme: waiting for the next poll\n');
    expect(stdout).toMatch(/^acme: from .* 0 events collected, \d+ held before\n$/);
  });
});

describe('the estimate', () => {
  it('follows from the rate limit of the plan and the time that a poll gives', () => {
    const { eventsPerPoll, durationMs } = estimate(100_000, PLANS.essentials, 5 * MINUTE_MS);
    // 100 pages a minute for four and a half minutes of every five.
    expect(eventsPerPoll).toBe(45_000);
    expect(durationMs).toBe(2 * 5 * MINUTE_MS + MINUTE_MS);
    // A request at a time would not come near to this.
    expect(estimate(0, PLANS.enterprise, 5 * MINUTE_MS).eventsPerPoll).toBe(432_000);
  });
});
