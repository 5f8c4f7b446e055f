import type { PollParts } from '../../lambda/collect/poll.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { Outside, type StopPoint } from './outside.ts';
import { World } from './world.ts';

/** A stop that left the archive wrong, or the cursor ahead of the queue. */
export interface Failure {
  readonly point: string;
  readonly what: string;
}

export interface WalkResult {
  /** How many stops were tried. */
  readonly points: number;
  readonly failures: readonly Failure[];
}

/** Changes the collector under test; the walk itself is put to the test this way. */
export type Tampering = (parts: PollParts) => Partial<PollParts>;

const EVENTS = 55;
const SIDES = ['before', 'after'] as const;

/**
 * Stops the poller at every call to the outside in turn, starts it again, and compares the archive
 * with what was served. The calls are those that a run makes, so none is listed by hand.
 */
export async function walkPoller(aws: EmbeddedAws, tampering?: Tampering): Promise<WalkResult> {
  const start = () => World.create(aws, { events: EVENTS });
  const calls = await pollerCalls(await start(), tampering);
  return walk(calls, async (stop) => stopPollerAt(await start(), [stop], tampering));
}

/** Lets each call to the outside fail once in turn, while the poller lives on. */
export async function walkFailures(aws: EmbeddedAws): Promise<WalkResult> {
  const start = () => startAudit(aws);
  return walk(await pollerCalls(await start()), async (stop) =>
    stopPollerAt(await start(), [{ ...stop, isFailureOnly: true }]),
  );
}

/** Stops a poll that audits and finds something at every call to the outside in turn. */
export async function walkAudit(aws: EmbeddedAws): Promise<WalkResult> {
  const start = () => startAudit(aws);
  return walk(await pollerCalls(await start()), async (stop) =>
    stopPollerAt(await start(), [stop]),
  );
}

/** A tenant with new events, and with late ones for the audit to find. */
async function startAudit(aws: EmbeddedAws): Promise<World> {
  const world = await World.create(aws, { events: EVENTS, auditMode: 'all' });
  await world.settle();
  world.insertLate(3);
  world.insertLate(EVENTS - 10);
  world.clock.skip(SETTLED_MS);
  world.skipTo(world.clock.nowMs());
  // More than the collector remembers by id, so that reading them again would show.
  world.addEvents(125);
  return world;
}

const SETTLED_MS = 20 * 60_000;

/** The same with a second stop while the first is being mended. */
export async function walkRecovery(aws: EmbeddedAws, first: StopPoint): Promise<WalkResult> {
  const world = await World.create(aws, { events: EVENTS });
  await world.poll({ outside: new Outside(first) });
  world.clock.skip(LEASE_OVER_MS);
  const calls = await callsOf((outside) => world.poll({ outside }));
  await world.end();
  return walk(calls, async (second) =>
    stopPollerAt(await World.create(aws, { events: EVENTS }), [first, second]),
  );
}

/** Stops ingest at every call to the outside in turn; the message comes again. */
export async function walkIngest(aws: EmbeddedAws): Promise<WalkResult> {
  const world = await World.create(aws, { events: EVENTS });
  await world.poll();
  const messages = await world.receive();
  const [first] = messages;
  if (first === undefined) throw new Error('nothing was sent');
  const calls = await callsOf((outside) => world.ingest(first, outside));
  await world.end();
  return walk(calls, async (stop) => {
    const again = await World.create(aws, { events: EVENTS });
    await again.poll();
    for (const message of await again.receive()) {
      await again.ingest(message, new Outside(stop)).catch(() => undefined);
      await again.ingest(message);
    }
    const what = await wrongWith(again);
    await again.end();
    return what;
  });
}

async function pollerCalls(world: World, tampering?: Tampering): Promise<string[]> {
  const calls = await callsOf((outside) =>
    world.poll({ outside, ...(tampering && { parts: tampering }) }),
  );
  await world.receive();
  await world.end();
  return calls;
}

export async function callsOf(run: (outside: Outside) => Promise<unknown>): Promise<string[]> {
  const outside = new Outside();
  await run(outside);
  return outside.calls;
}

/** Tries a stop on both sides of each of these calls. */
export async function walk(
  calls: readonly string[],
  tryStop: (stop: StopPoint) => Promise<string | undefined>,
): Promise<WalkResult> {
  const failures: Failure[] = [];
  let points = 0;
  for (const [call, name] of calls.entries()) {
    for (const side of SIDES) {
      const what = await tryStop({ call, side });
      points += 1;
      if (what !== undefined) failures.push({ point: `${side} call ${call} (${name})`, what });
    }
  }
  return { points, failures };
}

async function stopPollerAt(
  world: World,
  stops: readonly StopPoint[],
  tampering?: Tampering,
): Promise<string | undefined> {
  const special = tampering && { parts: tampering };
  try {
    for (const stop of stops) {
      await world.poll({ outside: new Outside(stop), ...special });
      // The lease of a process that is gone runs out.
      world.clock.skip(LEASE_OVER_MS);
    }
    const messages = await world.receive();
    const acknowledged = await world.idsOf(messages);
    const archived = (await world.archived()).map((json): string => JSON.parse(json).log_id);
    const ahead = await cursorAhead(world, [...acknowledged, ...archived]);
    for (const message of messages) await world.ingest(message);
    // Twice: what slipped into a range comes out when that has settled.
    for (let round = 0; round < 2; round += 1) {
      await world.settle(special);
      world.clock.skip(SETTLED_MS);
    }
    return ahead ?? (await wrongWith(world));
  } finally {
    await world.end();
  }
}

const LEASE_OVER_MS = 3 * 60_000;

/** What the cursor has passed must have been acknowledged by the queue. */
async function cursorAhead(
  world: World,
  acknowledged: readonly string[],
): Promise<string | undefined> {
  const cursor = (await world.checkpoint())?.cursor;
  if (cursor === undefined || cursor.kind === 'start') return undefined;
  const sent = new Set(acknowledged);
  const passed = world
    .held()
    .map((json): string => JSON.parse(json).log_id)
    .filter((logId) => logId <= cursor.logId && !world.lateIds.has(logId));
  const missing = passed.filter((logId) => !sent.has(logId));
  return missing.length === 0 ? undefined : `the cursor is ${missing.length} events ahead`;
}

/** What distinguishes the archive from what was served, if anything does. */
export async function wrongWith(world: World): Promise<string | undefined> {
  const archived = await world.archived();
  const served = world.held();
  const lost = served.filter((json) => !archived.includes(json)).length;
  if (lost > 0) return `${lost} events lost`;
  if (archived.length > served.length) {
    return `${archived.length - served.length} events stored twice`;
  }
  const { breaks } = await world.verify();
  return breaks.length === 0 ? undefined : `verify: ${breaks[0]?.what}`;
}
