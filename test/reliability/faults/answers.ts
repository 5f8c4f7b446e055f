import { equal, ok } from 'node:assert/strict';
import type { FailureCode } from '../../../lambda/platform/errors.ts';
import type { Fault } from '../../../local/tenant/faults.ts';
import type { World, WorldOptions } from '../world.ts';
import {
  assertComplete,
  assertState,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;
const HTML = '<html><body>Down for maintenance</body></html>';

/** Answers that are none, with the code under which they are told. */
const SPOILT: readonly (readonly [string, Fault['action'], FailureCode])[] = [
  ['an error of the server', status(503), 'AUTH0_5XX'],
  ['HTML with 502', status(502, HTML), 'AUTH0_5XX'],
  ['HTML with 200', { do: 'body', body: HTML }, 'AUTH0_NOT_JSON'],
  ['an empty body with 200', { do: 'body', body: '' }, 'AUTH0_NOT_JSON'],
  ['JSON that is cut short', { do: 'truncate', bytes: 300 }, 'AUTH0_NOT_JSON'],
  [
    'a connection cut in the middle of a page',
    { do: 'truncate', bytes: 300, announceFullLength: true },
    'AUTH0_CONNECTION',
  ],
  ['a reset connection', { do: 'reset' }, 'AUTH0_CONNECTION'],
  ['an answer that never comes', { do: 'stall' }, 'AUTH0_TIMEOUT'],
];

const QUICK: WorldOptions = {
  events: EVENTS,
  httpLimits: { idleTimeoutMs: 120, totalTimeoutMs: 1_000 },
};

const onceSpoilt = SPOILT.map(([what, action]) =>
  scenario(`${what}, once in the middle of a run`, QUICK, async (world) => {
    world.simulated.faults.add([striking(4, action)]);
    const { stopReason, fetched } = await world.settle();
    equal(stopReason, 'caught-up');
    equal(fetched, EVENTS);
    await assertState(world, 'healthy');
    await assertComplete(world);
  }),
);

/** The first batch ends with the third answer; a page is asked for six times, and the one behind it, too. */
const lastingSpoilt = SPOILT.map(([what, action, code]) =>
  scenario(`${what}, again and again for one poll`, QUICK, async (world) => {
    world.simulated.faults.add(strikingAll(4, 40, action));
    const { stopReason } = await world.poll();
    world.simulated.faults.clear();
    await world.ingestAll();
    equal(stopReason, 'failed');
    await assertState(world, 'degraded', code);
    equal((await world.archived()).length, 21, 'what was read before is kept');
    await recovered(world);
  }),
);

async function recovered(world: World): Promise<void> {
  await world.settle();
  await assertState(world, 'healthy');
  await assertComplete(world);
}

const nameUnknown = scenario('a host name that can not be resolved', QUICK, async (world) => {
  const { stopReason, error } = await world.poll({
    http: (http) => (request) =>
      http({ ...request, url: request.url.replace(world.simulated.host, 'tenant.invalid') }),
  });
  equal(stopReason, 'failed');
  ok(error?.message.includes('tenant.invalid'));
  await assertState(world, 'degraded', 'AUTH0_DNS');
  await recovered(world);
});

const redirected = scenario('a redirect, as by a login page in between', QUICK, async (world) => {
  world.simulated.faults.add([striking(4, status(302, '', { location: 'https://example.com/' }))]);
  const { stopReason } = await world.poll();
  equal(stopReason, 'caught-up');
  equal((await world.gaps()).length, 0, 'it says nothing about the cursor');
  await recovered(world);
});

const largePages: WorldOptions = {
  pageEventsMax: 100,
  httpLimits: { responseBytesMax: 60_000 },
};

const tooLarge = scenario('a page larger than fits in memory', largePages, async (world) => {
  world.addEvents(60, () => ({ padding: 'x'.repeat(4_000) }));
  const { stopReason } = await world.settle();
  equal(stopReason, 'caught-up');
  await assertComplete(world);
});

export const ANSWERS: readonly Scenario[] = [
  ...onceSpoilt,
  ...lastingSpoilt,
  nameUnknown,
  redirected,
  tooLarge,
];
