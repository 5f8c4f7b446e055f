import { deepEqual, equal, ok } from 'node:assert/strict';
import type { World, WorldOptions } from '../world.ts';
import { assertSaid, ingestedAt } from './said.ts';
import {
  assertArchived,
  assertComplete,
  checkpointOf,
  DAY_MS,
  Dying,
  HOUR_MS,
  logIdOf,
  MINUTE_MS,
  type Scenario,
  scenario,
  status,
  strikingAll,
} from './scenario.ts';

const FREE: WorldOptions = { events: 30, plan: 'free', retentionDays: 1 };

/** Days go by without a tick; what happens at their beginning is gone at their end. */
async function beAway(world: World): Promise<{ readonly lost: string[] }> {
  const held = world.held().length;
  world.clock.skip(MINUTE_MS);
  world.skipTo(world.clock.nowMs());
  world.addEvents(10);
  const lost = world.held().slice(held);
  world.clock.skip(3 * DAY_MS);
  return { lost };
}

const withoutLost = (world: World, lost: readonly string[]): string[] =>
  world.held().filter((json) => !lost.includes(json));

const away = scenario('a collector that is away past retention', FREE, async (world) => {
  await world.settle();
  const { collectedUntil, cursor } = await checkpointOf(world);
  const { lost } = await beAway(world);
  world.skipTo(world.clock.nowMs() - 5 * HOUR_MS);
  const [first] = world.addEvents(25);
  const summary = await world.settle();
  const [gap, ...more] = await world.gaps();
  deepEqual(more, []);
  equal(gap?.reason, 'retention-passed');
  equal(gap?.from, collectedUntil);
  equal(gap?.to, ingestedAt(first?.logId ?? ''));
  equal(gap?.afterLogId, cursor.kind === 'after' && cursor.logId);
  for (const json of lost) {
    const at = ingestedAt(logIdOf(json));
    ok((gap?.from ?? '') <= at && at <= (gap?.to ?? ''), 'what is lost lies in the gap');
  }
  assertSaid(world, summary, 'GAP_RETENTION_PASSED');
  await assertArchived(world, withoutLost(world, lost));
  equal((await world.settle()).gaps.length, 0);
});

const awayAndEmpty = scenario(
  'a collector that is away until nothing is left',
  FREE,
  async (world) => {
    await world.settle();
    const { lost } = await beAway(world);
    assertSaid(world, await world.settle(), 'GAP_RETENTION_PASSED');
    world.clock.skip(5 * MINUTE_MS);
    equal((await world.settle()).gaps.length, 0, 'it is said once');
    world.skipTo(world.clock.nowMs());
    world.addEvents(12);
    await world.settle();
    equal((await world.gaps()).length, 1);
    await assertArchived(world, withoutLost(world, lost));
  },
);

const awayAndFailing = scenario(
  'a failure of the first poll after being away',
  FREE,
  async (world) => {
    await world.settle();
    const { lost } = await beAway(world);
    world.skipTo(world.clock.nowMs() - 5 * HOUR_MS);
    world.addEvents(25);
    const { logs } = world.simulated.faults.requests;
    world.simulated.faults.add(strikingAll(logs + 1, logs + 6, status(503)));
    equal((await world.poll()).stopReason, 'failed');
    world.clock.skip(5 * MINUTE_MS);
    assertSaid(world, await world.settle(), 'GAP_RETENTION_PASSED');
    equal((await world.gaps()).length, 1);
    await assertArchived(world, withoutLost(world, lost));
  },
);

const awayAndPromised = scenario(
  'a batch that was promised before being away',
  FREE,
  async (world) => {
    await world.settle();
    world.addEvents(8);
    const promised = world.held().slice(-8);
    await world.poll({ outside: new Dying({ call: 'SendMessageCommand' }) });
    const { lost } = await beAway(world);
    world.skipTo(world.clock.nowMs() - 5 * HOUR_MS);
    world.addEvents(25);
    assertSaid(world, await world.settle(), 'GAP_RETENTION_PASSED');
    equal((await world.gaps()).length, 1);
    await assertArchived(world, withoutLost(world, [...promised, ...lost]));
  },
);

const awayAtFirst = scenario(
  'a first batch that was promised before being away',
  FREE,
  async (world) => {
    await world.poll({ outside: new Dying({ call: 'SendMessageCommand' }) });
    const promised = world.held();
    const { lost } = await beAway(world);
    world.skipTo(world.clock.nowMs() - 5 * HOUR_MS);
    world.addEvents(25);
    assertSaid(world, await world.settle(), 'GAP_RETENTION_PASSED');
    equal((await world.gaps()).length, 1);
    await assertArchived(world, withoutLost(world, [...promised, ...lost]));
  },
);

const stillThere = scenario(
  'a collector that is away for days within retention',
  { events: 30 },
  async (world) => {
    await world.settle();
    await beAway(world);
    world.skipTo(world.clock.nowMs() - 5 * HOUR_MS);
    world.addEvents(25);
    await world.settle();
    deepEqual(await world.gaps(), []);
    await assertComplete(world);
  },
);

const quiet = scenario(
  'a tenant in which nothing happens for longer than retention',
  FREE,
  async (world) => {
    for (let tick = 0; tick < 12; tick += 1) {
      await world.settle();
      world.clock.skip(6 * HOUR_MS);
    }
    world.skipTo(world.clock.nowMs() - MINUTE_MS);
    world.addEvents(12);
    await world.settle();
    deepEqual(await world.gaps(), []);
    await assertComplete(world);
  },
);

const overtaken = scenario(
  'retention that overtakes a poll while it waits',
  { ...FREE, events: 150 },
  async (world) => {
    world.clock.skip(DAY_MS - 215_000);
    world.simulated.faults.add([
      { endpoint: 'logs', request: 5, action: status(429, '', { 'retry-after': '65' }) },
    ]);
    const served = world.held();
    await world.settle();
    const archived = await world.archived();
    const lost = served.filter((json) => !archived.includes(json));
    ok(lost.length > 0, 'the scenario loses something');
    const gaps = await world.gaps();
    for (const json of lost) {
      const at = ingestedAt(logIdOf(json));
      ok(
        gaps.some(({ from, to }) => from <= at && at <= to),
        'what is lost lies in a gap',
      );
    }
    await assertArchived(world, withoutLost(world, lost));
  },
);

const idle = scenario(
  'an outage of a tenant whose last event is long past retention',
  { events: 30 },
  async (world) => {
    for (let day = 0; day < 32; day += 1) {
      world.clock.skip(DAY_MS);
      await world.settle();
    }
    world.clock.skip(46 * HOUR_MS);
    await world.settle();
    deepEqual(await world.gaps(), []);
  },
);

export const GAPS: readonly Scenario[] = [
  overtaken,
  idle,
  away,
  awayAndEmpty,
  awayAndFailing,
  awayAndPromised,
  awayAtFirst,
  stillThere,
  quiet,
];
