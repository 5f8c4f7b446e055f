import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readQueueDepths } from '../../cli/checks/queue-depths.ts';
import { type Checkpoint, firstCheckpoint } from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { ENV, TABLE } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { type CheckLine, examine } from '../../local/checks/examine.ts';
import type { SubjectCollection } from '../../local/checks/subject.ts';
import { startServices } from '../contract/services.ts';
import { startTenant, subjectOf } from './subject.ts';

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let sqs: SQSClient;
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  sqs = new SQSClient({});
});
afterAll(async () => {
  dynamo.destroy();
  sqs.destroy();
  await aws.stop();
});

const HOUR_MS = 3600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const polledNow = () => ({ state: 'healthy', lastPollAt: ago(0) }) as const;

const healthy = (): Checkpoint => ({
  ...firstCheckpoint('oldest', polledNow()),
  collectedUntil: ago(0),
});

let tenants = 0;

/** A collection whose checkpoint lies in the table of the embedded AWS. */
async function collectionOf(
  checkpoint: Checkpoint | undefined,
  change: Partial<SubjectCollection> = {},
): Promise<SubjectCollection> {
  const store = createCheckpointStore(dynamo, aws.resources[ENV.collectionTable]);
  tenants += 1;
  const tenant = `tenant-${tenants}`;
  if (checkpoint !== undefined) await store.save(tenant, checkpoint);
  return {
    plan: 'enterprise',
    loadCheckpoint: () => store.load(tenant),
    readQueue: () => readQueueDepths(sqs, aws.resources[ENV.queueUrl]),
    rule: { name: 'Rule', intervalMinutes: 5, isEnabled: async () => true },
    ...change,
  };
}

async function examineCollection(collection: SubjectCollection): Promise<readonly CheckLine[]> {
  const lines = await examine(await subjectOf((await startTenant()).host, { collection }));
  return lines.slice(10);
}

const found = (lines: readonly CheckLine[]): string[] =>
  lines.flatMap(({ state, check, code }) => (state === 'ok' ? [] : [`${state} ${check} ${code}`]));

describe('the checks of the collection', () => {
  it('are all fine where it runs', async () => {
    const lines = await examineCollection(await collectionOf(healthy()));
    expect(found(lines)).toEqual([]);
    expect(lines.map(({ check, said }) => [check, said.replace(/\S+Z/, 'TIME')])).toEqual([
      ['checkpoint', '0 log events in 0 batches'],
      [
        'retention',
        'everything up to TIME is collected; Auth0 keeps what follows for 719 more hours',
      ],
      ['rule', 'Rule fires every 5 minutes'],
      ['last-poll', '0 min ago: healthy'],
      ['queue', '0 batches waiting, 0 being stored'],
      ['dead-letters', 'none'],
    ]);
  });

  it.each([
    ['free', 11, []],
    ['free', 13, ['warning retention CHECK_RETENTION_NEAR']],
    ['free', 20, ['failed retention CHECK_RETENTION_NEAR']],
    ['free', 25, ['failed retention GAP_RETENTION_PASSED']],
    ['essentials', 25, []],
    ['enterprise', 24 * 31, ['failed retention GAP_RETENTION_PASSED']],
  ] as const)('say on the plan %s what %d hours without events mean', async (plan, hours, said) => {
    const checkpoint = { ...healthy(), collectedUntil: ago(hours * HOUR_MS) };
    const lines = await examineCollection(await collectionOf(checkpoint, { plan }));
    expect(found(lines)).toEqual(said);
  });

  it('warn before the first poll', async () => {
    expect(found(await examineCollection(await collectionOf(undefined)))).toEqual([
      'warning checkpoint CHECK_NO_POLL',
      'skipped retention undefined',
      'skipped last-poll undefined',
    ]);
  });

  it('name a checkpoint that was changed by something else', async () => {
    const collection = await collectionOf(undefined);
    const item = {
      [TABLE.partitionKey]: `tenant-${tenants}`,
      [TABLE.sortKey]: TABLE.checkpointItem,
    };
    const TableName = aws.resources[ENV.collectionTable];
    await dynamo.send(new PutItemCommand({ TableName, Item: marshall({ ...item, schema: 7 }) }));
    const lines = await examineCollection(collection);
    expect(found(lines)).toContain('failed checkpoint CHECKPOINT_UNREADABLE');
  });

  it('warn of a rule that is disabled, and not of the polls that it does not start', async () => {
    const rule = { name: 'Rule', intervalMinutes: 5, isEnabled: async () => false };
    const status = { state: 'healthy', lastPollAt: ago(2 * HOUR_MS) } as const;
    const collection = await collectionOf({ ...healthy(), status }, { rule });
    expect(found(await examineCollection(collection))).toEqual([
      'warning rule CHECK_RULE_DISABLED',
    ]);
  });

  it.each([
    [5, 14, []],
    [5, 16, ['failed last-poll CHECK_POLL_LATE']],
    [60, 179, []],
    [60, 181, ['failed last-poll CHECK_POLL_LATE']],
  ])(
    'expect a poll of a rule of %d minutes after three ticks: %d min',
    async (every, min, said) => {
      const rule = { name: 'Rule', intervalMinutes: every, isEnabled: async () => true };
      const status = { state: 'healthy', lastPollAt: ago(min * 60_000) } as const;
      const collection = await collectionOf({ ...healthy(), status }, { rule });
      expect(found(await examineCollection(collection))).toEqual(said);
    },
  );

  it('name what the last poll failed of', async () => {
    const lastError = { code: 'AUTH0_TLS', message: 'No trust', remedy: 'old words', at: ago(0) };
    const status = { ...polledNow(), state: 'failed', lastError } as const;
    const lines = await examineCollection(await collectionOf({ ...healthy(), status }));
    expect(found(lines)).toEqual(['failed last-poll AUTH0_TLS']);
    expect(lines[3]?.remedy).toContain('The certificate of the server is not trusted');
  });

  it('warn of a last poll that is tried again', async () => {
    const status = { ...polledNow(), state: 'throttled' } as const;
    const lines = await examineCollection(await collectionOf({ ...healthy(), status }));
    expect(found(lines)).toEqual(['warning last-poll CHECK_POLL_TROUBLE']);
  });

  it('name messages that ingest gave up, and many that wait', async () => {
    const send = (QueueUrl: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a batch' }));
    const queueUrl = aws.resources[ENV.queueUrl];
    await send(`${queueUrl}-dead-letters`);
    for (let message = 0; message <= 100; message += 1) await send(queueUrl);
    const lines = await examineCollection(await collectionOf(healthy()));
    expect(found(lines)).toEqual([
      'warning queue CHECK_QUEUE_BEHIND',
      'failed dead-letters CHECK_DEAD_LETTERS',
    ]);
    expect(lines.slice(-2).map(({ said }) => said)).toEqual([
      '101 batches waiting, 0 being stored',
      '1 message could not be stored',
    ]);
  });

  it('blame the caller, not the poller, for a queue that can not be looked at', async () => {
    const readQueue = () => readQueueDepths(sqs, `${aws.resources[ENV.queueUrl]}-of-another`);
    const lines = await examineCollection(await collectionOf(healthy(), { readQueue }));
    expect(found(lines)).toEqual(['failed queue CHECK_AWS', 'failed dead-letters CHECK_AWS']);
  });
});
