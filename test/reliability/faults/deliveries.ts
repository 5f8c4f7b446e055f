import { deepEqual, equal, ok } from 'node:assert/strict';
import { CollectorError } from '../../../lambda/platform/errors.ts';
import type { World } from '../world.ts';
import {
  assertArchived,
  assertComplete,
  checkpointOf,
  DAY_MS,
  Dying,
  LEASE_OVER_MS,
  logIdOf,
  type Scenario,
  SETTLED_MS,
  scenario,
} from './scenario.ts';

const EVENTS = 55;
const BATCHES = 3;

const twice = scenario('a message that is delivered twice', { events: EVENTS }, async (world) => {
  await world.poll();
  const counts = { archived: 0, duplicates: 0 };
  for (const message of await world.receive()) {
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const { archived, duplicates } = await world.ingest(message);
      counts.archived += archived;
      counts.duplicates += duplicates;
    }
  }
  deepEqual(counts, { archived: EVENTS, duplicates: EVENTS });
  await assertComplete(world);
});

const atOnce = scenario(
  'a message that is delivered twice at once',
  { events: EVENTS },
  async (world) => {
    await world.poll();
    for (const message of await world.receive()) {
      const results = await Promise.all([world.ingest(message), world.ingest(message)]);
      const [one, other] = results.map(({ archived }) => archived);
      ok((one ?? 0) > 0 !== (other ?? 0) > 0, 'one of the two counts');
    }
    await assertComplete(world);
  },
);

const late = scenario(
  'a message that comes after the next poll',
  { events: EVENTS },
  async (world) => {
    await world.poll();
    const held = await world.receive();
    world.addEvents(EVENTS);
    await world.settle();
    for (const message of held) await world.ingest(message);
    await assertComplete(world);
  },
);

const reversed = scenario(
  'messages that come after their successors',
  { events: EVENTS },
  async (world) => {
    await world.poll();
    const messages = await world.receive();
    equal(messages.length, BATCHES);
    for (const message of messages.toReversed()) await world.ingest(message);
    await assertComplete(world);
  },
);

const deadLetters = scenario(
  'messages that wait among the dead letters for days',
  { events: EVENTS },
  async (world) => {
    await world.poll();
    const held = await world.receive();
    for (let day = 0; day < 10; day += 1) {
      world.clock.skip(DAY_MS);
      world.skipTo(world.clock.nowMs() - 60_000);
      world.addEvents(12);
      await world.settle();
    }
    for (const message of held) await world.ingest(message);
    await assertComplete(world);
  },
);

/** Dies between the promise of the first batch and its sending, or right after it. */
async function dieAtSending(world: World, side: 'before' | 'after'): Promise<void> {
  await world.poll({ outside: new Dying({ call: 'SendMessageCommand', side }) });
  ok((await checkpointOf(world)).pending, 'a batch is promised');
  world.clock.skip(LEASE_OVER_MS);
}

const slipped = (['before', 'after'] as const).map((side) =>
  scenario(
    `an event that slips into a promised range, with a stop ${side} the sending`,
    { events: EVENTS, auditMode: 'all' },
    async (world) => {
      await dieAtSending(world, side);
      world.insertLate(5);
      world.insertLate(12);
      const { late: counted } = await world.settle();
      equal(counted, 2);
      world.clock.skip(SETTLED_MS);
      equal((await world.settle()).late, 0, 'the audit knows them');
      await assertComplete(world);
      const rows = (await world.verify()).batches;
      equal(rows, BATCHES + 1, 'they come as a batch of their own');
    },
  ),
);

/** The second answer of the tenant tells its events otherwise than all later answers. */
function tellOtherwise(world: World): string[] {
  const told = world.held().slice(1, 11);
  const otherwise = told.map((json) => json.replace('"type":"s"', '"type":"f"'));
  world.simulated.faults.add([
    { endpoint: 'logs', request: 2, action: { do: 'body', body: `[${otherwise.join()}]` } },
  ]);
  return otherwise;
}

const changedUnsent = scenario(
  'content that changes between a promise and its sending',
  { events: EVENTS },
  async (world) => {
    tellOtherwise(world);
    await dieAtSending(world, 'before');
    await world.settle();
    await assertComplete(world);
  },
);

const changedInFlight = (['before', 'after'] as const).map((order) =>
  scenario(
    `content that changes while the message with it is under way, to come ${order} the new one`,
    { events: EVENTS },
    async (world) => {
      tellOtherwise(world);
      await dieAtSending(world, 'after');
      const stale = await world.receive();
      await world.poll();
      const fresh = await world.receive();
      const messages = order === 'before' ? [...stale, ...fresh] : [...fresh, ...stale];
      for (const message of messages) await world.ingest(message);
      await assertComplete(world);
    },
  ),
);

const changedStored = scenario(
  'content that changes after it was stored, and before it was noted',
  { events: EVENTS },
  async (world) => {
    const otherwise = tellOtherwise(world);
    await dieAtSending(world, 'after');
    await world.ingestAll();
    await world.settle();
    const expected = [world.held()[0] ?? '', ...otherwise, ...world.held().slice(11)];
    await assertArchived(world, expected);
  },
);

const erased = scenario(
  'events that are erased between a promise and its sending',
  { events: EVENTS },
  async (world) => {
    const gone = JSON.stringify({
      type: 'gone',
      log_id: logIdOf(world.held()[5]).replace(/.$/, 'x'),
    });
    const told = world.held().slice(1, 10);
    const body = `[${[...told.slice(0, 4), gone, ...told.slice(4)].join()}]`;
    world.simulated.faults.add([{ endpoint: 'logs', request: 2, action: { do: 'body', body } }]);
    await dieAtSending(world, 'before');
    await world.settle();
    await assertComplete(world);
  },
);

const lateRefused = scenario(
  'a queue that refuses what the audit found',
  { events: EVENTS, auditMode: 'all' },
  async (world) => {
    await world.settle();
    world.insertLate(3);
    world.clock.skip(SETTLED_MS);
    const send = async () => {
      throw new CollectorError('AWS_CALL', 'Sending to the queue: refused');
    };
    const { stopReason } = await world.poll({ parts: () => ({ queue: { send } }) });
    equal(stopReason, 'failed');
    for (let round = 0; round < 3; round += 1) {
      world.clock.skip(SETTLED_MS);
      await world.settle();
    }
    await assertComplete(world);
  },
);

export const DELIVERIES: readonly Scenario[] = [
  twice,
  atOnce,
  late,
  reversed,
  deadLetters,
  ...slipped,
  changedUnsent,
  ...changedInFlight,
  changedStored,
  erased,
  lateRefused,
];
