import { equal, ok } from 'node:assert/strict';
import {
  assertComplete,
  assertState,
  checkpointOf,
  MINUTE_MS,
  type Scenario,
  scenario,
  status,
  striking,
  strikingAll,
} from './scenario.ts';

const EVENTS = 55;

const retryAfter = scenario(
  'a 429 with Retry-After in the middle of a run',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add([striking(4, status(429, '', { 'retry-after': '7' }))]);
    const startedAtMs = world.clock.nowMs();
    const { stopReason, throttles } = await world.settle();
    ok(world.clock.nowMs() - startedAtMs >= 7_000, 'it waits as long as it was told');
    equal(stopReason, 'caught-up');
    equal(throttles, 1);
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const noRetryAfter = scenario(
  'a 429 that does not say when to come again',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add(strikingAll(4, 6, status(429)));
    const { stopReason, throttles } = await world.settle();
    equal(stopReason, 'caught-up');
    equal(throttles, 3);
    await assertComplete(world);
  },
);

const longRetryAfter = scenario(
  'a 429 that asks for more patience than a poll has',
  { events: EVENTS },
  async (world) => {
    world.simulated.faults.add([striking(4, status(429, '', { 'retry-after': '600' }))]);
    const { stopReason, fetched } = await world.poll();
    equal(stopReason, 'throttled');
    equal(fetched, 21, 'what was read before is kept');
    await assertState(world, 'throttled', 'AUTH0_429_RATE');
    await world.settle();
    await assertState(world, 'healthy');
    await assertComplete(world);
  },
);

const noEnd = scenario('a 429 to every request of a poll', { events: EVENTS }, async (world) => {
  world.simulated.faults.add(strikingAll(1, 6, status(429)));
  const { stopReason, fetched } = await world.poll();
  equal(stopReason, 'throttled');
  equal(fetched, 0);
  await assertState(world, 'throttled', 'AUTH0_429_RATE');
  await world.settle();
  await assertComplete(world);
});

const tinyBucket = scenario(
  'a rate limit so small that one poll never finishes',
  { events: 130, rateLimit: { burst: 2, sustained: 1, perSeconds: 1 } },
  async (world) => {
    let polls = 0;
    for (let archived = 0; archived < 130; polls += 1) {
      ok(polls < 20, 'each poll brings the end nearer');
      const { stopReason } = await world.poll({ deadlineInMs: 4_000 });
      await world.ingestAll();
      const now = (await world.archived()).length;
      ok(now > archived, `poll ${polls} ended as ${stopReason} with nothing new`);
      equal((await checkpointOf(world)).eventsTotal, now, 'what is committed is what was sent');
      archived = now;
      world.clock.skip(5 * MINUTE_MS);
    }
    ok(polls > 2, 'one poll was enough');
    equal((await world.settle()).stopReason, 'caught-up');
    await assertComplete(world);
  },
);

const sharedBucket = scenario(
  'a rate limit that other applications need, too',
  { events: 130, rateLimit: { burst: 10, sustained: 2, perSeconds: 1 } },
  async (world) => {
    const { stopReason, rateShareUsed, throttles } = await world.poll({ rateShare: 0.5 });
    await world.ingestAll();
    equal(stopReason, 'caught-up');
    equal(throttles, 0);
    ok(rateShareUsed <= 0.5, `${rateShareUsed} of the bucket was in use`);
    await assertComplete(world);
  },
);

const timeIsUp = scenario(
  'a deadline that comes at every few pages',
  { events: 90, rateLimit: { burst: 3, sustained: 3, perSeconds: 1 } },
  async (world) => {
    const reasons = new Set<string>();
    for (let polls = 0; polls < 20 && !reasons.has('caught-up'); polls += 1) {
      const { stopReason } = await world.poll({ deadlineInMs: 900 });
      await world.ingestAll();
      reasons.add(stopReason);
      ok(!reasons.has('failed'));
      world.clock.skip(5 * MINUTE_MS);
    }
    ok(reasons.has('caught-up') && reasons.size > 1, [...reasons].join());
    await assertComplete(world);
  },
);

const tokenQuota = scenario('a token quota that is used up', { events: EVENTS }, async (world) => {
  const refused = status(429, '{"error":"too_many_requests"}', { 'retry-after': '3600' });
  world.simulated.faults.add([striking(1, refused, 'token')]);
  const { stopReason, tokenRequests } = await world.poll();
  equal(stopReason, 'throttled');
  equal(tokenRequests, 1);
  await assertState(world, 'throttled', 'AUTH0_429_QUOTA');
  await world.settle();
  await assertComplete(world);
});

export const LIMITS: readonly Scenario[] = [
  retryAfter,
  noRetryAfter,
  longRetryAfter,
  noEnd,
  tinyBucket,
  sharedBucket,
  timeIsUp,
  tokenQuota,
];
