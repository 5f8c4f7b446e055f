import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursorAfter } from '../../lambda/auth0/cursor.ts';
import { commit, firstCheckpoint, intend, withLease } from '../../lambda/collect/checkpoint.ts';
import {
  type CheckpointStore,
  createCheckpointStore,
} from '../../lambda/collect/checkpoint-store.ts';
import { NEW_STATUS } from '../../lambda/collect/status.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { BatchBuilder } from '../../lambda/queue/batch.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from './services.ts';

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let checkpoints: CheckpointStore;
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  checkpoints = createCheckpointStore(dynamo, aws.resources[ENV.collectionTable]);
});
afterAll(async () => {
  dynamo.destroy();
  await aws.stop();
});

const fresh = () => firstCheckpoint('oldest', NEW_STATUS);

async function readBatch(logId: string) {
  const builder = new BatchBuilder('0');
  const raw = Buffer.from(JSON.stringify({ log_id: logId }));
  builder.add({ logId, type: 's', date: undefined, raw });
  return {
    batch: await builder.close(),
    keys: builder.keys,
    cursorBefore: cursorAfter('0'),
    cursorAfter: cursorAfter(logId, `next-${logId}`),
    isLate: false,
  };
}

describe('the checkpoint store', () => {
  it('has nothing of a tenant that was never saved', async () => {
    expect(await checkpoints.load('nobody')).toBeUndefined();
  });

  it('gives back what was saved, with intent, lease and cursor', async () => {
    const promised = withLease(intend(fresh(), await readBatch('7')), 'me', 1_000);
    const saved = await checkpoints.save('whole', promised);
    expect(saved.version).toBe(1);
    const loaded = await checkpoints.load('whole');
    expect(loaded).toEqual(saved);
    expect(loaded && commit(loaded).cursor).toEqual(cursorAfter('7', 'next-7'));
  });

  it('lets one of two writers win and keeps what it wrote', async () => {
    const base = await checkpoints.save('raced', fresh());
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((owner) => checkpoints.save('raced', withLease(base, owner, 0))),
    );
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'CHECKPOINT_CONFLICT' });
      }
    }
    const [winner] = won;
    const kept = await checkpoints.load('raced');
    expect(kept).toEqual(winner?.status === 'fulfilled' ? winner.value : undefined);
  });

  it('lets only one of two first polls begin', async () => {
    await checkpoints.save('first', fresh());
    await expect(checkpoints.save('first', fresh())).rejects.toMatchObject({
      code: 'CHECKPOINT_CONFLICT',
    });
  });

  it('refuses an item that something else wrote, and names the field', async () => {
    await dynamo.send(
      new PutItemCommand({
        TableName: aws.resources[ENV.collectionTable],
        Item: { tenant: { S: 'damaged' }, item: { S: 'checkpoint' }, schema: { N: '1' } },
      }),
    );
    await expect(checkpoints.load('damaged')).rejects.toMatchObject({
      code: 'CHECKPOINT_UNREADABLE',
      message: expect.stringContaining('version'),
    });
  });
});
