import { deepEqual, equal } from 'node:assert/strict';
import type { CheckpointStore } from '../../../lambda/collect/checkpoint-store.ts';
import type { BatchQueue } from '../../../lambda/queue/send.ts';
import { Outside } from '../outside.ts';
import type { World } from '../world.ts';
import {
  assertComplete,
  assertState,
  checkpointOf,
  Gate,
  LEASE_OVER_MS,
  type Scenario,
  scenario,
} from './scenario.ts';

const EVENTS = 55;

/** The SDK makes a write again whose answer was lost; the second one finds it done. */
class WritesTwice extends Outside {
  override async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (name === 'PutItemCommand') await super.call(name, run);
    return super.call(name, run);
  }
}

const writtenTwice = scenario(
  'a checkpoint that the SDK writes twice',
  { events: EVENTS },
  async (world) => {
    const { stopReason } = await world.poll({ outside: new WritesTwice() });
    equal(stopReason, 'locked');
    world.clock.skip(LEASE_OVER_MS);
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

/** Both polls have read the checkpoint before either writes it. */
function meeting(): (checkpoints: CheckpointStore) => CheckpointStore {
  const both = Promise.withResolvers<void>();
  let loads = 0;
  return (checkpoints) => ({
    ...checkpoints,
    load: async (tenant) => {
      const loaded = await checkpoints.load(tenant);
      loads += 1;
      if (loads === 2) both.resolve();
      await both.promise;
      return loaded;
    },
  });
}

async function pollTwiceAtOnce(world: World): Promise<void> {
  const meet = meeting();
  const poll = () =>
    world.poll({ parts: ({ checkpoints }) => ({ checkpoints: meet(checkpoints) }) });
  const polls = await Promise.all([poll(), poll()]);
  deepEqual(polls.map(({ stopReason }) => stopReason).toSorted(), ['caught-up', 'locked']);
  await world.settle();
  await assertComplete(world);
}

const twoTicks = scenario('two ticks in the same moment', { events: EVENTS }, async (world) => {
  await world.settle();
  world.addEvents(EVENTS);
  await pollTwiceAtOnce(world);
});

const twoFirstTicks = scenario(
  'two first ticks in the same moment',
  { events: EVENTS },
  pollTwiceAtOnce,
);

/** A poll that is held up where it sends its first batch. */
function heldUp(world: World, gate: Gate) {
  const hold = (queue: BatchQueue): BatchQueue => ({
    send: async (...batch) => {
      await gate.pass();
      await queue.send(...batch);
    },
  });
  return world.poll({ parts: ({ queue }) => ({ queue: hold(queue) }) });
}

const leased = scenario(
  'a tick while another poll is at work',
  { events: EVENTS },
  async (world) => {
    const gate = new Gate();
    const first = heldUp(world, gate);
    await gate.reached;
    const { stopReason, requests } = await world.poll();
    equal(stopReason, 'locked');
    equal(requests, 0, 'a locked poll asks nothing of Auth0');
    gate.open();
    equal((await first).stopReason, 'caught-up');
    await world.ingestAll();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const outlived = scenario('a poll that outlives its lease', { events: EVENTS }, async (world) => {
  const gate = new Gate();
  const first = heldUp(world, gate);
  await gate.reached;
  world.clock.skip(LEASE_OVER_MS);
  equal((await world.settle()).stopReason, 'caught-up');
  const { version, head } = await checkpointOf(world);
  gate.open();
  equal((await first).stopReason, 'locked');
  const after = await checkpointOf(world);
  deepEqual([after.version, after.head], [version, head], 'it has no say any more');
  await world.ingestAll();
  await assertComplete(world);
});

const outlivedAndChanged = scenario(
  'a poll that outlives its lease with content that changed meanwhile',
  { events: EVENTS },
  async (world) => {
    const changed = world.held().slice(1, 11);
    const body = `[${changed.map((json) => json.replace('"s"', '"f"')).join()}]`;
    world.simulated.faults.add([{ endpoint: 'logs', request: 2, action: { do: 'body', body } }]);
    const gate = new Gate();
    const first = heldUp(world, gate);
    await gate.reached;
    world.clock.skip(LEASE_OVER_MS);
    await world.settle();
    gate.open();
    equal((await first).stopReason, 'locked');
    await world.settle();
    await assertComplete(world);
  },
);

export const LEASES: readonly Scenario[] = [
  writtenTwice,
  twoTicks,
  twoFirstTicks,
  leased,
  outlived,
  outlivedAndChanged,
];
