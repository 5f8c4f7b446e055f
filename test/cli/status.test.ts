import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepRunSettings } from '../../local/run-settings.ts';
import { runCommand, startCommand } from '../e2e/command.ts';
import { type FakeStacks, startFakeStacks } from './fake-stacks.ts';
import { startWrittenBooks, type WrittenBooks } from './written-books.ts';

const HOUR_MS = 3600_000;

let books: WrittenBooks;
let stacks: FakeStacks;
beforeAll(async () => {
  books = await startWrittenBooks();
  stacks = await startFakeStacks();
  const nowMs = Date.now();
  const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString();
  for (const tenant of ['acme', 'broken']) {
    keepRunSettings(books.path, tenant, {
      domain: 'tenant.example.com',
      canonicalDomain: '',
      plan: 'enterprise',
      isSimulated: true,
    });
  }
  const ages = [50 * HOUR_MS, 20 * HOUR_MS, 3 * HOUR_MS, HOUR_MS / 4];
  for (const [index, agoMs] of ages.entries()) {
    const events = Array.from({ length: 10 ** index }, () => ({ ingestedMs: nowMs - agoMs }));
    await books.addBatch('acme', events, nowMs - agoMs + 1_000);
  }
  await books.changeCheckpoint('acme', (before) => ({
    ...before,
    collectedUntil: at(300_000),
    status: {
      state: 'healthy',
      lastPollAt: at(5_000),
      lastSuccessAt: at(5_000),
      rateShareUsed: 0.5,
    },
  }));
  await books.changeCheckpoint('broken', (before) => ({
    ...before,
    status: {
      state: 'failed',
      lastPollAt: at(30_000),
      lastError: {
        code: 'AUTH0_403_SCOPE',
        message: 'The scope read:logs is missing\u001b[2J',
        remedy: 'Grant the scope.',
        at: at(30_000),
      },
    },
  }));
});
afterAll(async () => {
  await stacks.close();
  await books.stop();
});

const status = (...args: string[]) =>
  runCommand('cli/collector.ts', ['status', '--local', books.path, ...args]);

/** Times are those of this minute; their form stays. */
const timeless = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE-AND-TIME-UTC00');

describe('collector status', () => {
  it('shows each tenant, what is wrong, and the queue, and ends with 1 when one is red', async () => {
    const { code, stdout, stderr } = await status();
    expect([code, stderr]).toEqual([1, '']);
    expect(timeless(stdout)).toBe(`\
TENANT  STATE              LAST POLL (UTC)      LAG    1 HOUR  1 DAY  TO LOSS  RATE  INCIDENTS
acme    green: collecting  DATE-AND-TIME-UTC00  5 min  1,000   1,110  30 days  50 %  0
broken  red: failed        DATE-AND-TIME-UTC00  -      0       0      -        -     0
broken: red: AUTH0_403_SCOPE: The scope read:logs is missing\\u001b[2J.
  Grant the scope.
queue: 0 waiting, 0 in flight, 0 dead letters
`);
  });

  it('ends with 0 when none is red', async () => {
    const { code, stdout } = await status('--tenant', 'acme');
    expect(code).toBe(0);
    expect(stdout).not.toContain('broken');
  });

  it('says the same as JSON', async () => {
    const { code, stdout } = await status('--json');
    expect(code).toBe(1);
    const { tenants, queue } = JSON.parse(stdout);
    expect(queue).toEqual({ waiting: 0, inFlight: 0, deadLetters: 0 });
    expect(tenants[0]).toMatchObject({
      tenant: 'acme',
      colour: 'green',
      eventsLastHour: 1_000,
      eventsLastDay: 1_110,
      rateShareUsed: 0.5,
      incidents: 0,
    });
    expect(tenants[1]).toMatchObject({
      tenant: 'broken',
      colour: 'red',
      code: 'AUTH0_403_SCOPE',
      remedy: 'Grant the scope.',
    });
  });

  it('looks again until Ctrl-C', async () => {
    const running = startCommand('cli/collector.ts', [
      ...['status', '--watch', '--json', '--tenant', 'acme', '--local', books.path],
    ]);
    await running.shows('"tenants"', 2);
    running.process.kill('SIGINT');
    const { code, stdout } = await running.outcome;
    expect(code).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) {
      expect(JSON.parse(line).tenants[0].colour).toBe('green');
    }
  });

  it('asks the stacks of a deployment for the plan and whether ticks come', async () => {
    const { COLLECTION_TABLE, DETECTION_TABLE, QUEUE_URL, BUCKET } = books.aws.resources;
    stacks.stacks['Auth0Collector'] = {
      outputs: {
        CollectionTable: COLLECTION_TABLE,
        DetectionTable: DETECTION_TABLE,
        QueueUrl: QUEUE_URL,
        BucketName: BUCKET,
      },
    };
    stacks.stacks['Auth0Collector-acme'] = {
      outputs: { RuleName: 'acme-rule' },
      parameters: { Auth0Plan: 'free', PollIntervalMinutes: '5' },
    };
    stacks.rules['acme-rule'] = 'DISABLED';
    const deployed = () =>
      runCommand('cli/collector.ts', ['status', '--json', '--tenant', 'acme'], stacks.environment);
    const [paused] = JSON.parse((await deployed()).stdout).tenants;
    expect([paused.colour, paused.word]).toEqual(['amber', 'paused']);
    expect(paused.hoursToLoss).toBeGreaterThan(23);
    expect(paused.hoursToLoss).toBeLessThan(24);
    stacks.rules['acme-rule'] = 'ENABLED';
    expect(JSON.parse((await deployed()).stdout).tenants[0].colour).toBe('green');
  });

  it.each([
    [['--tenant', 'other'], 'There is no tenant "other" here (there is: acme, broken)\n'],
    [['--every', '5'], "error: unknown option '--every'\n(--help shows what there is)\n"],
    [['acme'], 'too many arguments'],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await status(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});
