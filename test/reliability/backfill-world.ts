import type { Http } from '../../lambda/auth0/http.ts';
import type { Backfill, Window } from '../../lambda/collect/backfill/backfill.ts';
import { createBackfillStore } from '../../lambda/collect/backfill/store.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { Outside } from './outside.ts';
import { type PollOptions, World, type WorldOptions } from './world.ts';

type Services = Parameters<typeof World.create>[0];

export const HOUR_MS = 3600_000;
export const TICK_MS = 5 * 60_000;
const DAYS_MS = 48 * HOUR_MS;
/** An answer that takes so long is worth the most lanes. */
const ANSWER_MS = 300;
const TICKS_MAX = 60;

/** An old event: when it was ingested, and how long before that it happened. */
export interface Old {
  readonly ingestedMs: number;
  readonly lagMs: number;
}

/** A tenant with old events of these times, which is collected from now on. */
export async function worldWith(
  aws: Services,
  old: readonly Old[],
  { toId = (logId) => logId, ...options }: WorldOptions & { toId?: (logId: string) => string } = {},
): Promise<World> {
  const world = await World.create(aws, { since: 'newest', ...options });
  for (const [index, { ingestedMs, lagMs }] of old.entries()) {
    const dateMs = ingestedMs - lagMs;
    const logId = toId(makeLogId(ingestedMs, 0, index + 1));
    const event = { date: new Date(dateMs).toISOString(), type: 's', log_id: logId };
    world.append({ logId, dateMs, ingestedMs, json: Buffer.from(JSON.stringify(event)) });
  }
  await world.settle();
  return world;
}

/** Events over the last hours, one every ten seconds. */
export const regular = (count: number, nowMs: number): Old[] =>
  Array.from({ length: count }, (_, index) => ({
    ingestedMs: nowMs - HOUR_MS - (count - index) * 10_000,
    lagMs: 40,
  }));

export const idsOf = (world: World): string[] =>
  world.held().map((json): string => JSON.parse(json).log_id);

export const askForAll = (world: World) =>
  world.askFor(world.clock.nowMs() - DAYS_MS, world.clock.nowMs());

/** Answers take their time, so the backfill is read in lanes. */
export const slowly =
  (world: World, further: (http: Http) => Http = (http) => http) =>
  (http: Http): Http =>
  (request) => {
    world.clock.skip(ANSWER_MS);
    return further(http)(request);
  };

/** A poll with lanes that is stopped, if not by itself, at a call. */
export const pollSlowly = (world: World, stop?: ConstructorParameters<typeof Outside>[0]) =>
  world.poll({ http: slowly(world), outside: new Outside(stop) });

export async function workedOff(world: World, options?: PollOptions): Promise<void> {
  const slow = options ?? { http: slowly(world) };
  await world.settle(slow);
  for (let tick = 0; (await world.backfill())?.state !== 'done'; tick += 1) {
    if (tick > TICKS_MAX) throw new Error('the backfill does not end');
    world.clock.skip(TICK_MS);
    await world.settle(slow);
  }
}

/** Asks for a range, or for all, in windows cut at these ids. */
export async function askInWindows(
  world: World,
  cuts: readonly string[],
  { fromMs = world.clock.nowMs() - DAYS_MS, toMs = world.clock.nowMs() } = {},
): Promise<void> {
  const asked = await world.askFor(fromMs, toMs);
  const starts = cuts.map(
    (logId): Window => ({ cursor: { kind: 'after', from: logId, logId }, afterLogId: logId }),
  );
  const windows = [{ cursor: asked.cursor }, ...starts].map((window, index) => ({
    ...window,
    upToLogId: cuts[index],
  }));
  await saveBackfill(world, { ...asked, windows });
}

export async function saveBackfill(world: World, backfill: Backfill): Promise<void> {
  const { dynamo } = world.connect(new Outside());
  await createBackfillStore(dynamo, world.table).save(world.tenant, backfill);
  dynamo.destroy();
}
