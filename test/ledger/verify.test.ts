import { gzipSync } from 'node:zlib';
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerItem } from '../../lambda/ledger/ledger-row.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { World } from '../reliability/world.ts';

/** More than the collector remembers by id. */
const EVENTS = 130;

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let s3: S3Client;
let world: World;
let keys: string[];
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  s3 = new S3Client({});
});
afterAll(async () => {
  dynamo.destroy();
  s3.destroy();
  await aws.stop();
});
beforeEach(async () => {
  world = await World.create(aws, { events: EVENTS });
  await world.settle();
  keys = [];
  const ledger = createLedgerStore(dynamo, aws.resources[ENV.collectionTable]);
  for await (const { stored } of ledger.rows(world.tenant)) keys.push(stored?.key ?? '');
});
afterEach(() => world.end());

const rowKey = (seq: number) => ({
  TableName: aws.resources[ENV.collectionTable],
  Key: { tenant: { S: world.tenant }, item: { S: ledgerItem(seq) } },
});

const setField = (seq: number, field: string, value: object) =>
  dynamo.send(
    new UpdateItemCommand({
      ...rowKey(seq),
      UpdateExpression: 'SET #field = :value',
      ExpressionAttributeNames: { '#field': field },
      ExpressionAttributeValues: { ':value': value as never },
    }),
  );

const object = (index: number) => ({
  Bucket: aws.resources[ENV.bucket],
  Key: keys[index],
});

async function breaks(): Promise<string[]> {
  const verification = await world.verify();
  return verification.breaks.map(({ seq, what }) => `${seq}: ${what}`);
}

describe('verify', () => {
  it('finds nothing where nothing was touched', async () => {
    expect(keys.length).toBeGreaterThan(2);
    const verification = await world.verify();
    expect(verification).toMatchObject({ events: EVENTS, batches: keys.length, breaks: [] });
  });

  it('finds an archive object that was changed', async () => {
    const lines = world.held().slice(0, 3).join('\n');
    await s3.send(new PutObjectCommand({ ...object(1), Body: gzipSync(`${lines}\n`) }));
    expect((await breaks())[0]).toBe(`2: ${keys[1]} was changed`);
  });

  it('finds an archive object that is gone, or is damaged', async () => {
    await s3.send(new DeleteObjectCommand(object(0)));
    await s3.send(new PutObjectCommand({ ...object(2), Body: 'plain text' }));
    expect(await breaks()).toEqual([`1: ${keys[0]} is missing`, `3: ${keys[2]} is damaged`]);
  });

  it.each([
    ['count', { N: '19' }],
    ['from', { S: '1' }],
    ['lastLogId', { S: '2' }],
    ['idsDigest', { S: 'f'.repeat(64) }],
    ['isLate', { BOOL: true }],
  ])('finds a ledger row whose %s was changed', async (field, value) => {
    await setField(2, field, value);
    expect(await breaks()).toContain('2: the row was changed');
  });

  it('finds a row that was changed together with its hash', async () => {
    await setField(2, 'hash', { S: 'e'.repeat(64) });
    expect(await breaks()).toContain('3: it does not follow from the row before');
  });

  it('finds the last row changed together with its hash', async () => {
    await setField(keys.length, 'hash', { S: 'e'.repeat(64) });
    expect(await breaks()).toContain('0: the last row was changed');
  });

  it('finds rows that are gone, in the middle and at the end', async () => {
    await dynamo.send(new DeleteItemCommand(rowKey(2)));
    await dynamo.send(new DeleteItemCommand(rowKey(keys.length)));
    const found = await breaks();
    expect(found).toContain('3: the rows from 2 on are missing');
    expect(found.at(-1)).toMatch(/^0: the checkpoint ends at row \d, the ledger at row \d$/);
  });

  it('finds a batch that was sent and never stored', async () => {
    world.addEvents(5);
    await world.poll();
    await world.receive();
    expect(await breaks()).toEqual([`${keys.length + 1}: it is not stored`]);
  });

  it('finds an event that is there twice', async () => {
    const { body = '' } = (await repeatedBatch()) ?? {};
    await world.ingest({ messageId: 'again', body });
    expect((await breaks()).some((what) => what.endsWith('is in the archive twice'))).toBe(true);
  });
});

/** Lets the collector believe that the first batch was never delivered, without its memory of ids. */
async function repeatedBatch() {
  world.skipTo(world.clock.nowMs());
  const [first] = world.held();
  world.append({ ...world.makeEvent(world.clock.nowMs()), json: Buffer.from(first ?? '') });
  world.addEvents(1);
  await world.poll();
  return (await world.receive())[0];
}
