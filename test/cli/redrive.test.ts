import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deadLetterQueueUrl } from '../../cli/checks/queue-depths.ts';
import { openDeadLetters } from '../../cli/dead-letter-queue.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { encodePointer, overflowKey } from '../../lambda/queue/envelope.ts';
import { runCommand } from '../e2e/command.ts';
import { Outside } from '../reliability/outside.ts';
import { watched } from '../reliability/watched.ts';
import { startWrittenBooks, type WrittenBooks } from './written-books.ts';

let books: WrittenBooks;
let sqs: SQSClient;
let queueUrl: string;
let deadUrl: string;
beforeEach(async () => {
  books = await startWrittenBooks();
  sqs = new SQSClient({});
  queueUrl = books.aws.resources[ENV.queueUrl];
  deadUrl = await deadLetterQueueUrl(sqs, queueUrl);
});
afterEach(async () => {
  sqs.destroy();
  await books.stop();
});

const redrive = (...args: string[]) =>
  runCommand('cli/collector.ts', ['redrive', '--local', books.path, ...args]);

const die = (MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody }));

async function bodiesIn(QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies.sort();
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
}

const minuteless = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'DATE-AND-TIME-00');

describe('collector redrive', () => {
  it('says what is there and why, and changes nothing with --dry-run', async () => {
    const whole = await books.addBatch('acme', [{ ingestedMs: 1_762_000_000_000 }]);
    await die(whole);
    await die('{"v":1,"tenant":"Acme"}');
    await die(encodePointer(overflowKey('acme', 7, 'a'.repeat(64))));
    const { code, stdout, stderr } = await redrive('--dry-run');
    expect([code, stderr]).toEqual([1, '3 dead letters: 1 would be sent back, 2 left\n']);
    expect(
      minuteless(stdout),
    ).toBe(`SENT (UTC)        TENANT  BATCH  EVENTS  OUTCOME             WHY
DATE-AND-TIME-00  acme    1      1       would be sent back  the message is whole: ingest failed with it again and again, its log says why
DATE-AND-TIME-00  -       -      -       left                ENVELOPE_INVALID: A message of the queue is not a batch: tenant: Invalid string: must match patter…
DATE-AND-TIME-00  -       -      -       left                ENVELOPE_INVALID: the object of the bucket that holds the batch is gone
`);
    expect(books.aws.deadLetterDepth()).toBe(3);
    expect(books.aws.queueDepth()).toBe(0);
  });

  it('sends back what can be stored and leaves the rest', async () => {
    const whole = await books.addBatch('acme', [{ ingestedMs: 1_762_000_000_000 }]);
    await die(whole);
    await die('not a batch');
    const { code, stdout } = await redrive('--json');
    expect(code).toBe(1);
    const letters = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(letters).toMatchObject([
      { tenant: 'acme', seq: 1, count: 1, outcome: 'sent back' },
      { code: 'ENVELOPE_INVALID', outcome: 'left' },
    ]);
    expect(await bodiesIn(queueUrl)).toEqual([whole]);
    expect(books.aws.deadLetterDepth()).toBe(1);
  });

  it('says that a batch is stored already', async () => {
    const whole = await books.addBatch('acme', [{ ingestedMs: 1_762_000_000_000 }]);
    await books.ingest(whole);
    await die(whole);
    const { code, stdout } = await redrive();
    expect(code).toBe(0);
    expect(stdout).toContain('it is stored already; sending it back changes nothing');
  });

  it('ends with 0 when there is nothing', async () => {
    const { code, stdout, stderr } = await redrive();
    expect([code, stdout, stderr]).toEqual([0, '', 'No dead letters.\n']);
  });

  it.each(['before', 'after'] as const)(
    'loses no message when it is stopped %s any of its calls',
    async (side) => {
      for (let call = 0; call < 8; call += 1) {
        const body = await books.addBatch('acme', [{ ingestedMs: 1_762_000_000_000 + call }]);
        await die(body);
        const stopped = watched(new SQSClient({}), new Outside({ call, side }));
        try {
          const queue = await openDeadLetters(stopped, queueUrl);
          for await (const message of queue.messages()) await queue.sendBack(message);
        } catch {
          // It was stopped.
        }
        stopped.destroy();
        expect(books.aws.queueDepth() + books.aws.deadLetterDepth()).toBeGreaterThan(call);
      }
    },
  );

  it.each([
    [['--dryrun'], "error: unknown option '--dryrun'\n(Did you mean --dry-run?)"],
    [['now'], 'too many arguments'],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await redrive(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});
