import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIngest, type Ingest } from '../../lambda/ingest.ts';
import { ENV, QUEUE } from '../../lambda/platform/names.ts';
import type { Telemetry } from '../../lambda/platform/telemetry.ts';
import { type Batch, BatchBuilder } from '../../lambda/queue/batch.ts';
import { createLargeBatchStore } from '../../lambda/queue/large-batches.ts';
import { type BatchQueue, createBatchQueue } from '../../lambda/queue/send.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from './services.ts';

const SILENT: Telemetry = {
  summary: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  metrics: () => undefined,
};

let aws: EmbeddedAws;
let sqs: SQSClient;
let s3: S3Client;
let dynamo: DynamoDBClient;
let queue: BatchQueue;
let ingest: Ingest;
let queueUrl: string;
let bucket: string;
beforeAll(async () => {
  aws = await startServices();
  queueUrl = aws.resources[ENV.queueUrl];
  bucket = aws.resources[ENV.bucket];
  sqs = new SQSClient({});
  s3 = new S3Client({});
  dynamo = new DynamoDBClient({});
  queue = createBatchQueue({ sqs, queueUrl, storeLarge: createLargeBatchStore(s3, bucket) });
  ingest = createIngest(aws.resources, SILENT);
});
afterAll(async () => {
  for (const client of [sqs, s3, dynamo]) client.destroy();
  await aws.stop();
});

function batchOf(texts: readonly string[], rejected: readonly string[] = []): Promise<Batch> {
  const builder = new BatchBuilder('0');
  for (const [index, text] of texts.entries()) {
    const date = '2026-11-01T10:00:00.000Z';
    builder.add({ logId: `${index}`, type: 's', date, raw: Buffer.from(text) });
  }
  for (const text of rejected) builder.reject({ reason: 'not valid JSON', raw: Buffer.from(text) });
  return builder.close();
}

async function receiveOne() {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  const [message] = Messages;
  if (message?.Body === undefined) throw new Error('the queue is empty');
  await sqs.send(
    new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
  );
  return { messageId: message.MessageId ?? '', body: message.Body };
}

async function keysOf(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

async function objectAt(key: string | undefined): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('a batch on its way from the queue to the archive', () => {
  it('arrives as it was sent, under a name that its content determines', async () => {
    const batch = await batchOf(['{"a":1.0}', '{ "b" : "ü" }']);
    await queue.send('plain', 7, batch);
    expect(await ingest({ Records: [await receiveOne()] })).toEqual({ batchItemFailures: [] });
    const keys = await keysOf('archive/tenant=plain/');
    expect(keys).toEqual([
      `archive/tenant=plain/day=2026-11-01/0000000007-${batch.contentDigest.slice(0, 16)}.ndjson.gz`,
    ]);
    const content = gunzipSync(await objectAt(keys[0])).toString('utf8');
    expect(content).toBe('{"a":1.0}\n{ "b" : "ü" }\n');
  });

  it('is there once however often it is delivered', async () => {
    await queue.send('repeated', 1, await batchOf(['{"a":1}']));
    const message = await receiveOne();
    await ingest({ Records: [message, message] });
    const [key] = await keysOf('archive/tenant=repeated/');
    const first = await objectAt(key);
    await ingest({ Records: [message] });
    expect(await keysOf('archive/tenant=repeated/')).toEqual([key]);
    expect(await objectAt(key)).toEqual(first);
  });

  it('takes the way over the bucket when it is too large for a message', async () => {
    const large = Array.from({ length: 3 }, () =>
      JSON.stringify(randomBytes(700_000).toString('base64')),
    );
    const batch = await batchOf(large);
    expect(batch.contentBytes).toBeGreaterThan(2 * QUEUE.messageBytesMax);
    await queue.send('large', 1, batch);
    const message = await receiveOne();
    expect(message.body.length).toBeLessThan(1_000);
    expect(await ingest({ Records: [message] })).toEqual({ batchItemFailures: [] });
    const [key] = await keysOf('archive/tenant=large/');
    expect(gunzipSync(await objectAt(key)).toString('utf8')).toBe(`${large.join('\n')}\n`);
  });

  it('brings what is no log event into quarantine with the reason', async () => {
    await queue.send('rejected', 1, await batchOf(['{"a":1}'], ['{"broken":', '17']));
    await ingest({ Records: [await receiveOne()] });
    const [key] = await keysOf('quarantine/tenant=rejected/');
    const lines = (await objectAt(key)).toString('utf8').trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ reason }) => reason)).toEqual(['not valid JSON', 'not valid JSON']);
    expect(entries.map(({ served }) => Buffer.from(served, 'base64').toString())).toEqual([
      '{"broken":',
      '17',
    ]);
    expect(await keysOf('archive/tenant=rejected/')).toHaveLength(1);
  });

  it('does not hold up the good messages beside a damaged one', async () => {
    await queue.send('beside', 1, await batchOf(['{"a":1}']));
    const good = await receiveOne();
    const damaged = { messageId: 'damaged', body: good.body.replace('"count":1', '"count":2') };
    const foreign = { messageId: 'foreign', body: 'hello' };
    expect(await ingest({ Records: [damaged, good, foreign] })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'damaged' }, { itemIdentifier: 'foreign' }],
    });
    expect(await keysOf('archive/tenant=beside/')).toHaveLength(1);
  });

  it('may weigh as much as a message may', async () => {
    const body = 'x'.repeat(QUEUE.messageBytesMax);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    expect((await receiveOne()).body).toHaveLength(QUEUE.messageBytesMax);
  });
});
