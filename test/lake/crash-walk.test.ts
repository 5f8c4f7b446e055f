import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { callsOf, walk } from '../reliability/crash-walk.ts';
import { Outside, type StopPoint } from '../reliability/outside.ts';
import { LakeWorld, lakeDiffers, type Tampering } from './lake-world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const HOUR_MS = 3_600_000;

/** Batches of two days, and one that is overdue. */
async function startWorld(): Promise<{ world: LakeWorld; overdue: string }> {
  const world = new LakeWorld(aws);
  world.clock.skip(-30 * HOUR_MS);
  await world.addBatch(7);
  const overdue = await world.send(world.makeEvents(4));
  world.clock.skip(28 * HOUR_MS);
  await world.addBatch(6);
  await world.addBatch(9);
  return { world, overdue };
}

/** The classic mistake: a range is committed first, and its objects are written afterwards. */
const commitBeforeWrite: Tampering = ({ writers, compactions }) => {
  let held: (() => Promise<unknown>)[] = [];
  return {
    writers: writers.map((write) => async (...object) => {
      held.push(() => write(...object));
      return 0;
    }),
    compactions: {
      ...compactions,
      save: async (...item) => {
        const saved = await compactions.save(...item);
        const writing = held;
        held = [];
        for (const write of writing) await write();
        return saved;
      },
    },
  };
};

async function stopAt(
  world: LakeWorld,
  stop: StopPoint,
  tampering: Tampering = () => ({}),
): Promise<string | undefined> {
  await world.compact({ outside: new Outside(stop), tampering }).catch(() => undefined);
  await world.compact({ tampering });
  return lakeDiffers(world);
}

describe('a compactor that is stopped at any call to the outside', () => {
  it('brings every archived event into the lake once when it runs again', async () => {
    const { world } = await startWorld();
    const calls = await callsOf((outside) => world.compact({ outside }));
    const { points, failures } = await walk(calls, async (stop) => {
      await world.forgetLake();
      return stopAt(world, stop);
    });
    world.end();
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(40);
  }, 240_000);

  it('does so too when one call fails and it lives on', async () => {
    const { world } = await startWorld();
    const calls = await callsOf((outside) => world.compact({ outside }));
    const { points, failures } = await walk(calls, async (stop) => {
      await world.forgetLake();
      return stopAt(world, { ...stop, isFailureOnly: true });
    });
    world.end();
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(40);
  }, 240_000);

  it('does so too with a batch that is stored later', async () => {
    const { world, overdue } = await startWorld();
    await world.compact();
    await world.ingest(overdue);
    const item = await world.compaction();
    expect(item?.holes).toEqual([2]);
    const before = await world.saveLake();
    const calls = await callsOf((outside) => world.compact({ outside }));
    const { points, failures } = await walk(calls, async (stop) => {
      await world.restoreLake(before);
      return stopAt(world, stop);
    });
    world.end();
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(10);
  }, 240_000);

  it('does so too when it is stopped again while it makes good', async () => {
    const { world } = await startWorld();
    const calls = await callsOf((outside) => world.compact({ outside }));
    const first = { call: calls.lastIndexOf('PutObjectCommand'), side: 'after' } as const;
    await world.forgetLake();
    await world.compact({ outside: new Outside(first) }).catch(() => undefined);
    const before = await world.saveLake();
    const again = await callsOf((outside) => world.compact({ outside }));
    const { points, failures } = await walk(again, async (stop) => {
      await world.restoreLake(before);
      return stopAt(world, stop);
    });
    world.end();
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(10);
  }, 240_000);

  it('is found out when it commits before it writes', async () => {
    const { world } = await startWorld();
    const tampering = commitBeforeWrite;
    const calls = await callsOf((outside) => world.compact({ outside, tampering }));
    const { failures } = await walk(calls, async (stop) => {
      await world.forgetLake();
      return stopAt(world, stop, tampering);
    });
    world.end();
    expect(failures.map(({ what }) => what).join('; ')).toContain('not in the lake');
  }, 240_000);
});
