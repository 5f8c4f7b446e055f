import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Clock } from '../../../lambda/platform/clock.ts';
import type { World } from '../world.ts';
import {
  assertComplete,
  assertState,
  checkpointOf,
  Dying,
  HOUR_MS,
  LEASE_OVER_MS,
  MINUTE_MS,
  type Scenario,
  SETTLED_MS,
  scenario,
} from './scenario.ts';

const EVENTS = 55;

const wrongClock = (world: World, aheadMs: number): Clock => ({
  nowMs: () => world.clock.nowMs() + aheadMs,
  sleep: (ms) => world.clock.sleep(ms),
});

const WRONG_BY = [
  ['hours ahead', 7 * HOUR_MS],
  ['hours behind', -7 * HOUR_MS],
  ['more than a day ahead', 30 * HOUR_MS],
  ['more than a day behind', -30 * HOUR_MS],
] as const;

const wrongClocks = WRONG_BY.map(([what, aheadMs]) =>
  scenario(`a clock that is ${what} for a while`, { events: EVENTS }, async (world) => {
    for (const clock of [world.clock, wrongClock(world, aheadMs), world.clock]) {
      const { stopReason } = await world.poll({ clock });
      equal(stopReason, 'caught-up');
      world.addEvents(EVENTS);
      world.clock.skip(5 * MINUTE_MS);
    }
    await world.settle();
    deepEqual(await world.gaps(), []);
    await assertState(world, 'healthy');
    await assertComplete(world);
  }),
);

const wrongLease = WRONG_BY.map(([what, aheadMs]) =>
  scenario(`a poll that dies with a clock ${what}`, { events: EVENTS }, async (world) => {
    const clock = wrongClock(world, aheadMs);
    await world.poll({ clock, outside: new Dying({ call: 'SendMessageCommand', skip: 1 }) });
    ok((await checkpointOf(world)).lease, 'its lease is left behind');
    world.clock.skip(LEASE_OVER_MS);
    const { stopReason } = await world.poll();
    await world.ingestAll();
    equal(stopReason, 'caught-up');
    await assertComplete(world);
  }),
);

const emptyTenant = scenario(
  'a tenant without any event yet, from the newest on',
  { since: 'newest' },
  async (world) => {
    equal((await world.poll()).stopReason, 'caught-up');
    const firstPollAtMs = world.clock.nowMs();
    world.clock.skip(5 * MINUTE_MS);
    // Events are dated a little before Auth0 takes them in; this one lies across the first poll.
    world.skipTo(firstPollAtMs + 10);
    world.addEvents(EVENTS);
    await world.settle();
    await assertComplete(world);
  },
);

const emptyTenantClock = scenario(
  'a tenant without any event yet, and a clock that is hours ahead',
  { since: 'newest' },
  async (world) => {
    await world.poll({ clock: wrongClock(world, 7 * HOUR_MS) });
    world.skipTo(world.clock.nowMs() + 1_000);
    world.addEvents(EVENTS);
    world.clock.skip(5 * MINUTE_MS);
    await world.settle();
    await assertComplete(world);
  },
);

const found = scenario(
  'an event that slips in behind the cursor, with every batch audited',
  { events: EVENTS, auditMode: 'all' },
  async (world) => {
    await world.settle();
    world.insertLate(10);
    world.insertLate(40);
    world.clock.skip(SETTLED_MS);
    const { late } = await world.settle();
    equal(late, 2);
    for (let round = 0; round < 2; round += 1) {
      world.clock.skip(SETTLED_MS);
      const again = await world.settle();
      deepEqual([again.late, again.fetched], [0, 0], 'it is not found twice');
    }
    await assertComplete(world);
  },
);

const foundByChance = scenario(
  'events that slip in behind the cursor, with one batch in ten audited',
  { events: 240, auditMode: 'sample' },
  async (world) => {
    await world.settle();
    const missed = world.insertLate(30);
    const tenth = world.insertLate(190);
    world.clock.skip(SETTLED_MS);
    const { late, auditedBatches } = await world.settle();
    deepEqual([late, auditedBatches], [1, 1]);
    const archived = await world.archived();
    ok(archived.includes(tenth.json.toString()));
    ok(!archived.includes(missed.json.toString()));
  },
);

const notLookedFor = scenario(
  'an event that slips in behind the cursor, with no audit',
  { events: EVENTS, auditMode: 'off' },
  async (world) => {
    await world.settle();
    const missed = world.insertLate(10);
    world.clock.skip(SETTLED_MS);
    const { late, auditedBatches } = await world.settle();
    deepEqual([late, auditedBatches], [0, 0]);
    ok(!(await world.archived()).includes(missed.json.toString()));
  },
);

const auditCut = scenario(
  'a stop in the middle of the audit',
  { events: EVENTS, auditMode: 'all' },
  async (world) => {
    await world.settle();
    world.insertLate(10);
    world.insertLate(40);
    world.clock.skip(SETTLED_MS);
    await world.poll({ outside: new Dying({ call: 'SendMessageCommand', skip: 1 }) });
    world.clock.skip(LEASE_OVER_MS);
    await world.settle();
    world.clock.skip(SETTLED_MS);
    await world.settle();
    await assertComplete(world);
  },
);

export const TIME: readonly Scenario[] = [
  ...wrongClocks,
  ...wrongLease,
  emptyTenant,
  emptyTenantClock,
  found,
  foundByChance,
  notLookedFor,
  auditCut,
];
