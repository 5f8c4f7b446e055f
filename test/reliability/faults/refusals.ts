import { deepEqual, equal } from 'node:assert/strict';
import type { World } from '../world.ts';
import { assertSaid, ingestedAt } from './said.ts';
import {
  assertComplete,
  assertState,
  checkpointOf,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;
const REFUSED = status(400, '{"statusCode":400,"message":"Invalid from"}');

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
  deepEqual([gap?.from, gap?.to], [ingestedAt(logId), ingestedAt(next?.logId ?? '')]);
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

/** More events of one moment than are remembered from poll to poll. */
const refusedInBurst = scenario(
  'a cursor that is refused in the middle of a burst',
  {},
  async (world) => {
    const atMs = world.clock.nowMs();
    const date = new Date(atMs).toISOString();
    for (let index = 0; index < 150; index += 1) world.append(world.makeEvent(atMs, { date }));
    await world.settle();
    world.skipTo(atMs + 1);
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

export const REFUSALS: readonly Scenario[] = [
  refused,
  refusedMidway,
  refusedFarBack,
  refusedInBurst,
  refusedWhileDown,
  refusedAlways,
  linkRefused,
];
