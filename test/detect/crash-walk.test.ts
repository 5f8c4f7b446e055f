import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DetectParts } from '../../lambda/detect/detect-tenant.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { callsOf, walk } from '../reliability/crash-walk.ts';
import { Outside, type StopPoint } from '../reliability/outside.ts';
import { type DetectOptions, DetectWorld, type Outline } from './detect-world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const MINUTE_MS = 60_000;
const LEASE_OVER_MS = 6 * MINUTE_MS;

/** A pattern that lies across batches and runs, and one batch that is stored later. */
async function startWorld(): Promise<{ world: DetectWorld; overdue: string }> {
  const world = new DetectWorld(aws);
  const { batches } = world;
  batches.clock.skip(-300 * MINUTE_MS);
  await world.fail('ann@example.com', 2);
  const failures = batches.makeEvents(4, { type: 'fp', user_name: 'cleo@example.com' });
  const overdue = await batches.send(failures);
  batches.clock.skip(20 * MINUTE_MS);
  await world.fail('ann@example.com', 2);
  batches.clock.skip(200 * MINUTE_MS);
  await batches.addBatch(3, { type: 'sapi' });
  return { world, overdue };
}

/** What detection comes to when nothing goes wrong. */
async function expected(world: DetectWorld): Promise<Outline[]> {
  await world.forget();
  await world.detect();
  const outlines = await world.outlines();
  expect(outlines.map(({ count }) => count).sort()).toEqual([3, 4]);
  return outlines;
}

async function stopAt(
  world: DetectWorld,
  stop: StopPoint,
  right: readonly Outline[],
  options: DetectOptions = {},
): Promise<string | undefined> {
  const outside = new Outside(stop);
  await world.detect({ ...options, outside }).catch(() => undefined);
  // The lease of a process that is gone runs out, long after what it had sent has arrived.
  await outside.arrived();
  world.batches.clock.skip(LEASE_OVER_MS);
  await world.detect({ ...options, owner: 'another' });
  return differs(world, right);
}

async function differs(world: DetectWorld, right: readonly Outline[]): Promise<string | undefined> {
  const found = await world.outlines();
  if (JSON.stringify(found) !== JSON.stringify(right)) {
    return `${found.map(({ count }) => count).join()} rather than ${right.map(({ count }) => count).join()}`;
  }
  const untold = right.filter(
    ({ id }) => !world.told.some((told) => told.id === id && told.reason === 'opened'),
  );
  if (untold.length > 0) return `${untold.length} never told`;
  const waiting = await world.unpublished();
  return waiting.length === 0 ? undefined : `${waiting.length} still to be published`;
}

/** The classic mistake: states first, so that a repetition finds nothing left to raise. */
const statesBeforeIncidents = ({ incidents, states }: DetectParts): Partial<DetectParts> => {
  const held: (() => Promise<void>)[] = [];
  return {
    incidents: {
      ...incidents,
      save: async (...saved) => {
        held.push(() => incidents.save(...saved));
      },
    },
    states: {
      ...states,
      save: async (...saved) => {
        await states.save(...saved);
        for (const save of held.splice(0)) await save();
      },
    },
  };
};

describe('a detector that is stopped at any call to the outside', () => {
  it('comes to the same incidents when it runs again, and tells of each', async () => {
    const { world } = await startWorld();
    const right = await expected(world);
    await world.forget();
    const calls = await callsOf((outside) => world.detect({ outside }));
    const { points, failures } = await walk(calls, async (stop) => {
      await world.forget();
      return stopAt(world, stop, right);
    });
    world.end();
    expect(failures).toEqual([]);
    expect(points).toBeGreaterThan(50);
  }, 240_000);

  it('does so too when one call fails and it lives on', async () => {
    const { world } = await startWorld();
    const right = await expected(world);
    await world.forget();
    const calls = await callsOf((outside) => world.detect({ outside }));
    const { failures } = await walk(calls, async (stop) => {
      await world.forget();
      return stopAt(world, { ...stop, isFailureOnly: true }, right);
    });
    world.end();
    expect(failures).toEqual([]);
  }, 240_000);

  it('does so too with a batch that is stored later', async () => {
    const { world, overdue } = await startWorld();
    await world.detect();
    expect((await world.item())?.holes).toEqual([2]);
    await world.batches.ingest(overdue);
    await world.detect();
    const right = await world.outlines();
    expect(right.map(({ count }) => count).sort()).toEqual([3, 4, 4]);
    const calls = await callsOf(async (outside) => {
      await world.forget();
      await world.detect({ outside });
    });
    const { failures } = await walk(calls, async (stop) => {
      await world.forget();
      return stopAt(world, stop, right);
    });
    world.end();
    expect(failures).toEqual([]);
  }, 240_000);

  it('is found out when it saves states before incidents', async () => {
    const { world } = await startWorld();
    const right = await expected(world);
    await world.forget();
    const tampering = statesBeforeIncidents;
    const calls = await callsOf((outside) => world.detect({ outside, tampering }));
    const { failures } = await walk(calls, async (stop) => {
      await world.forget();
      return stopAt(world, stop, right, { tampering });
    });
    world.end();
    expect(failures.map(({ what }) => what).join('; ')).toContain('rather than');
  }, 240_000);
});
