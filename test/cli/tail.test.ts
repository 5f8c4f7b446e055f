import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLine } from '../../cli/event-line.ts';
import { readEvent } from '../../lambda/search/hit.ts';
import { type Running, runCommand, startCommand } from '../e2e/command.ts';
import { startWrittenBooks, type WrittenBooks, type WrittenEvent } from './written-books.ts';

let books: WrittenBooks;
let running: Running | undefined;
beforeEach(async () => {
  books = await startWrittenBooks();
  await collect([{ ingestedMs: AT_MS, fields: { type: 'fp', description: 'before the tail' } }]);
});
afterEach(async () => {
  running?.process.kill('SIGKILL');
  await books.stop();
});

const AT_MS = Date.parse('2026-11-22T10:00:00.000Z');

const collect = async (events: readonly WrittenEvent[]): Promise<void> =>
  books.ingest(await books.addBatch('acme', events));

/** A tail that has looked once. */
async function startTail(...args: string[]): Promise<Running> {
  running = startCommand('cli/collector.ts', ['tail', 'acme', ...args, '--local', books.path]);
  await running.shows('Waiting for new events of acme');
  return running;
}

async function ended({ process: child, outcome }: Running) {
  child.kill('SIGINT');
  return outcome;
}

describe('collector tail', () => {
  it('shows the events that come, in order, a line each', async () => {
    const tail = await startTail();
    await collect([
      {
        ingestedMs: AT_MS,
        fields: {
          type: 'fp',
          user_name: 'anna@example.com',
          ip: '192.0.2.7',
          client_name: 'Portal',
          description: 'Wrong password.',
        },
      },
      { ingestedMs: AT_MS + 1_000 },
    ]);
    await tail.shows('10:00:01');
    await collect([{ ingestedMs: AT_MS + 60_000, fields: { type: 'a-new-type' } }]);
    await tail.shows('10:01:00');
    const { code, stdout } = await ended(tail);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
2026-11-22 10:00:00  Login failed, wrong password  anna@example.com  192.0.2.7  Portal  Wrong password.
2026-11-22 10:00:01  User logged in
2026-11-22 10:01:00  Unknown event type a-new-type
`);
  });

  it('waits for a batch that is sent and not stored yet, and shows what comes after it', async () => {
    const tail = await startTail();
    const message = await books.addBatch('acme', [{ ingestedMs: AT_MS + 1_000 }]);
    await collect([{ ingestedMs: AT_MS + 2_000 }]);
    await tail.shows('10:00:02');
    await books.ingest(message);
    await tail.shows('10:00:01');
    const { stdout } = await ended(tail);
    expect(stdout.split('\n')).toHaveLength(3);
  });

  it('shows only what matches, as JSON if that is asked for, secrets masked', async () => {
    const tail = await startTail('-country:US', '--type', 'fp', '--json');
    const secret = { details: { body: { password: 'hunter2' } } };
    await collect([
      { ingestedMs: AT_MS, fields: { type: 's' } },
      { ingestedMs: AT_MS, fields: { type: 'fp', location_info: { country_code: 'US' } } },
      { ingestedMs: AT_MS + 5_000, fields: { type: 'fp', ...secret } },
    ]);
    await tail.shows('10:00:05');
    const { stdout } = await ended(tail);
    expect(stdout).not.toContain('hunter2');
    expect(JSON.parse(stdout)).toMatchObject({ tenant: 'acme', event_code: 'fp' });
  });

  it.each([
    [['other'], 'There is no tenant "other" here (there is: acme)\n'],
    [['acme', 'usr:anna'], 'did you mean "user:"?'],
    [['acme', '--typ', 'fp'], "unknown option '--typ' (see collector tail --help)\n"],
    [[], "missing required argument 'tenant'"],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await runCommand('cli/collector.ts', [
      ...['tail', ...args, '--local', books.path],
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});

describe('the line of an event', () => {
  it('can not act on the terminal, and stays short', () => {
    const hostile = {
      log_id: '900',
      user_name: 'x\u001b[2J\u202e\n',
      description: 'y'.repeat(500),
    };
    const event = readEvent('acme', JSON.stringify(hostile));
    const line = event === undefined ? '' : eventLine(event);
    expect(line).toContain('x\\u001b[2J\\u202e\\u000a');
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(line.length).toBeLessThan(200);
  });
});
