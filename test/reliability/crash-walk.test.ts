import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import type { BatchQueue } from '../../lambda/queue/send.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { type Tampering, walkAudit, walkFailures, walkIngest, walkPoller } from './crash-walk.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

/** The classic mistake: the cursor is moved first, and the batch is sent afterwards. */
const commitBeforeSend: Tampering = ({ queue, checkpoints }) => {
  let held: (() => Promise<void>) | undefined;
  const late: BatchQueue = {
    send: async (...batch) => {
      held = () => queue.send(...batch);
    },
  };
  const eager: CheckpointStore = {
    ...checkpoints,
    save: async (...checkpoint) => {
      const saved = await checkpoints.save(...checkpoint);
      await held?.();
      held = undefined;
      return saved;
    },
  };
  return { queue: late, checkpoints: eager };
};

describe('a stop at any call to the outside', () => {
  it('of the poller loses nothing and repeats nothing', async () => {
    const { points, failures } = await walkPoller(aws);
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(40);
  }, 240_000);

  it('of a poll that finds late events loses nothing and repeats nothing', async () => {
    const { points, failures } = await walkAudit(aws);
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(40);
  }, 240_000);

  it('or one such call that fails loses nothing and repeats nothing', async () => {
    const { points, failures } = await walkFailures(aws);
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(40);
  }, 240_000);

  it('of ingest loses nothing and repeats nothing', async () => {
    const { points, failures } = await walkIngest(aws);
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(4);
  }, 60_000);

  it('is found out when the cursor moves before the batch is sent', async () => {
    const { failures } = await walkPoller(aws, commitBeforeSend);
    expect(failures.map(({ what }) => what).join('; ')).toMatch(/lost|ahead/);
  }, 240_000);
});
