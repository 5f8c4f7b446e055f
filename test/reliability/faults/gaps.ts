import { deepEqual, equal, ok } from 'node:assert/strict';
import { ingestedAtMs } from '../../../lambda/auth0/log-id.ts';
import type { PollSummary } from '../../../lambda/collect/poll-tenant.ts';
import { reportPoll } from '../../../lambda/collect/report-poll.ts';
import { type FailureCode, remedyOf } from '../../../lambda/platform/errors.ts';
import type { Fields, Telemetry } from '../../../lambda/platform/telemetry.ts';
import type { World, WorldOptions } from '../world.ts';
import {
  assertArchived,
  assertComplete,
  assertState,
  checkpointOf,
  DAY_MS,
  Dying,
  HOUR_MS,
  logIdOf,
  MINUTE_MS,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;
const FREE: WorldOptions = { events: 30, plan: 'free', retentionDays: 1 };
const REFUSED = status(400, '{"statusCode":400,"message":"Invalid from"}');

/** The errors that a poll would put into the log. */
function errorsSaid(world: World, summary: PollSummary): Fields[] {
  const errors: Fields[] = [];
  const telemetry: Telemetry = {
    summary: () => undefined,
    warn: () => undefined,
    error: (_message, fields) => errors.push(fields),
    metrics: () => undefined,
  };
  const now = world.clock.nowMs();
  const start = { since: 'oldest', clampedFrom: undefined };
  const times = { startedAtMs: now, endedAtMs: now };
  reportPoll(telemetry, { tenant: world.tenant, summary, start, ...times });
  return errors;
}

function assertSaid(world: World, summary: PollSummary, code: FailureCode): void {
  const said = errorsSaid(world, summary).filter((fields) => fields['code'] === code);
  equal(said.length, 1, `${code} is said once, as an error`);
  equal(said[0]?.['remedy'], remedyOf(code));
}

const iso = (logId: string): string => new Date(ingestedAtMs(logId) ?? 0).toISOString();

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
  equal(gap?.to, iso(first?.logId ?? ''));
  equal(gap?.afterLogId, cursor.kind === 'after' && cursor.logId);
  for (const json of lost) {
    const at = iso(logIdOf(json));
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

/** The next request of a running tenant is refused, with its link as with its id. */
function refuseNext(world: World, after = 0): void {
  const { logs } = world.simulated.faults.requests;
  world.simulated.faults.add([striking(logs + after + 1, REFUSED)]);
}

const refused = scenario('a cursor that is refused', { events: EVENTS }, async (world) => {
  await world.settle();
  const { cursor } = await checkpointOf(world);
  const logId = cursor.kind === 'after' ? cursor.logId : '';
  const [next] = world.addEvents(EVENTS);
  refuseNext(world);
  const summary = await world.settle();
  const [gap, ...more] = await world.gaps();
  deepEqual(more, []);
  equal(gap?.reason, 'cursor-refused');
  deepEqual([gap?.from, gap?.to], [iso(logId), iso(next?.logId ?? '')]);
  assertSaid(world, summary, 'GAP_CURSOR_REFUSED');
  await assertState(world, 'healthy');
  await assertComplete(world);
});

const refusedMidway = scenario(
  'a cursor that is refused in the middle of a run',
  { events: EVENTS },
  async (world) => {
    refuseNext(world, 3);
    assertSaid(world, await world.settle(), 'GAP_CURSOR_REFUSED');
    equal((await world.gaps()).length, 1);
    await assertComplete(world);
  },
);

const refusedFarBack = scenario(
  'a refused cursor with far more events before it than one remembers',
  { events: 700, pageEventsMax: 100 },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    refuseNext(world);
    equal((await world.settle()).fetched, EVENTS);
    await assertComplete(world);
  },
);

const refusedWhileDown = scenario(
  'a cursor that is refused by a server that breaks down over it',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    const { logs } = world.simulated.faults.requests;
    refuseNext(world);
    world.simulated.faults.add(strikingAll(logs + 2, logs + 7, status(503)));
    equal((await world.poll()).stopReason, 'failed');
    await assertState(world, 'degraded', 'AUTH0_5XX');
    refuseNext(world);
    assertSaid(world, await world.settle(), 'GAP_CURSOR_REFUSED');
    equal((await world.gaps()).length, 1);
    await assertComplete(world);
  },
);

const refusedAlways = scenario(
  'a server that refuses every cursor',
  { events: EVENTS },
  async (world) => {
    await world.settle();
    world.addEvents(EVENTS);
    const { logs } = world.simulated.faults.requests;
    world.simulated.faults.add(strikingAll(logs + 1, logs + 40, REFUSED));
    equal((await world.poll()).stopReason, 'failed');
    equal((await checkpointOf(world)).status.state, 'failed');
    world.simulated.faults.clear();
    await world.settle();
    deepEqual(await world.gaps(), [], 'in the end nothing was left out');
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const linkRefused = scenario(
  'a link that is refused while its log id is not',
  { events: EVENTS },
  async (world) => {
    const link = `<http://${world.simulated.host}/api/v2/logs?from=opaque&take=100>; rel="next"`;
    world.simulated.faults.add([striking(3, { do: 'link', value: link }), striking(4, REFUSED)]);
    await world.settle();
    deepEqual(await world.gaps(), []);
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

export const GAPS: readonly Scenario[] = [
  away,
  awayAndEmpty,
  awayAndFailing,
  awayAndPromised,
  awayAtFirst,
  stillThere,
  quiet,
  refused,
  refusedMidway,
  refusedFarBack,
  refusedWhileDown,
  refusedAlways,
  linkRefused,
];
