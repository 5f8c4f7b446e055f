import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { DetectWorld, outlinesOf } from './detect-world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const MINUTE_MS = 60_000;
const USERS = ['ann@example.com', 'bob@example.com', 'cleo@example.com'];

describe('looking back over the archive', () => {
  it('comes to the incidents that detection raised when the events came, batch by batch', async () => {
    const world = new DetectWorld(aws);
    const { clock } = world.batches;
    clock.skip(-12 * 60 * MINUTE_MS);
    for (let round = 0; round < 12; round += 1) {
      await world.fail(USERS[round % USERS.length] ?? '', 1 + ((round * 3) % 4));
      if (round % 4 === 0) await world.batches.addBatch(2, { type: 'sapi' });
      clock.skip((round % 5) * 15 * MINUTE_MS);
      if (round % 2 === 0) await world.detect();
    }
    await world.detect();
    const raised = await world.outlines();
    expect(raised.length).toBeGreaterThan(3);
    const { incidents, missing } = await world.lookBack();
    expect(missing).toBe(0);
    expect(outlinesOf(incidents)).toEqual(raised);
    world.end();
  });

  it('says how many batches the archive does not have', async () => {
    const world = new DetectWorld(aws);
    await world.fail('ann@example.com', 3);
    await world.batches.send(world.batches.makeEvents(2));
    const { incidents, events, missing } = await world.lookBack();
    expect([incidents.length, events, missing]).toEqual([1, 3, 1]);
    world.end();
  });
});
