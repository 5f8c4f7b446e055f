import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Http } from '../../lambda/auth0/http.ts';
import type { Window } from '../../lambda/collect/backfill/backfill.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import {
  askForAll,
  askInWindows,
  HOUR_MS,
  idsOf,
  type Old,
  pollSlowly,
  regular,
  saveBackfill,
  slowly,
  TICK_MS,
  workedOff,
  worldWith,
} from './backfill-world.ts';
import { callsOf, walk, wrongWith } from './crash-walk.ts';
import type { StopPoint } from './outside.ts';
import type { World, WorldOptions } from './world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const OLD = 200;
const LEASE_OVER_MS = 3 * 60_000;
const REFUSED = Buffer.from('{"statusCode":400,"message":"no"}');

const regularWorld = (options?: Parameters<typeof worldWith>[2]): Promise<World> =>
  worldWith(aws, regular(OLD, Date.now()), options);

/** Events that are ingested a minute after their date, or so late that many come before them. */
const disordered = (count: number): Old[] =>
  regular(count, Date.now()).map(({ ingestedMs }, index) => ({
    ingestedMs,
    lagMs: ([60, 69, 63, 250, 60, 91, 62, 100][index % 8] ?? 0) * 1_000,
  }));

/** Half of the way, and the windows that are left there. */
async function interrupted(world: World): Promise<readonly Window[]> {
  await askForAll(world);
  let left = 24;
  await world.poll({
    http: slowly(world, (http) => (request) => {
      left -= 1;
      // A poll gives a backfill four and a half minutes.
      if (left === 0) world.clock.skip(TICK_MS);
      return http(request);
    }),
  });
  await world.ingestAll();
  return (await world.backfill())?.windows ?? [];
}

describe('a backfill that is read in lanes', () => {
  it('leaves windows behind when its time is over, and goes on with each of them', async () => {
    const world = await regularWorld();
    const windows = await interrupted(world);
    expect(windows.length).toBeGreaterThan(1);
    expect(windows.length).toBeLessThanOrEqual(10);
    const bounds = windows.flatMap(({ afterLogId }) => afterLogId ?? []);
    expect(bounds).toEqual(bounds.toSorted());
    expect(idsOf(world)).toEqual(expect.arrayContaining(bounds));
    const { state, cursor } = (await world.backfill()) ?? {};
    expect([state, cursor]).toEqual(['running', windows[0]?.cursor]);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    const { counts, windows: left } = (await world.backfill()) ?? {};
    expect(counts?.stored).toBe(OLD);
    expect(left).toEqual([]);
    await world.end();
  });

  it('goes on with a request that knows of no windows', async () => {
    const world = await regularWorld();
    await interrupted(world);
    const { windows: _cut, ...before } = (await world.backfill()) ?? (await askForAll(world));
    await saveBackfill(world, before);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('stores every event once when dates are in another order than ids', async () => {
    const world = await worldWith(aws, disordered(OLD));
    expect((await interrupted(world)).length).toBeGreaterThan(1);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('stores every event once when many are of the moment at which it is cut', async () => {
    const old = regular(OLD, Date.now()).map(({ ingestedMs }) => ({
      ingestedMs: ingestedMs - (ingestedMs % (3 * 60_000)),
      lagMs: 0,
    }));
    const world = await worldWith(aws, old);
    expect((await interrupted(world)).length).toBeGreaterThan(1);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('stores what appears on either side of a cut before it is read there', async () => {
    const world = await regularWorld();
    const ids = idsOf(world);
    await askInWindows(world, [ids[40] ?? '', ids[80] ?? '']);
    for (const at of [80, 79, 40, 39]) world.insertLate(at);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    expect(await world.archived()).toHaveLength(OLD + 4);
    await world.end();
  });

  it.each<[string, WorldOptions & { toId?: (logId: string) => string }, (http: Http) => Http]>([
    ['ids do not tell the time', { toId: (logId) => `1${logId.slice(1)}` }, (http) => http],
    [
      'searches by date are refused',
      {},
      (http) => async (request) =>
        request.url.includes('q=date')
          ? { status: 400, headers: {}, body: REFUSED }
          : http(request),
    ],
  ])('is read in one piece where %s', async (_where, options, http) => {
    const world = await regularWorld(options);
    await askForAll(world);
    let left = 15;
    await world.poll({
      http: slowly(world, (plain) => (request) => {
        left -= 1;
        if (left === 0) world.clock.skip(TICK_MS);
        return http(plain)(request);
      }),
    });
    const { state, lastErrorCode, windows } = (await world.backfill()) ?? {};
    expect([state, lastErrorCode, windows?.length]).toEqual(['running', undefined, 1]);
    await workedOff(world, { http: slowly(world, http) });
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('finds a cursor that is refused within a window again by time', async () => {
    const world = await worldWith(aws, disordered(OLD));
    await askForAll(world);
    const half = idsOf(world)[OLD / 2] ?? '';
    let refusals = 0;
    await world.poll({
      http: slowly(world, (http) => async (request) => {
        const from = new URL(request.url).searchParams.get('from') ?? '';
        if (from <= half || from >= (idsOf(world).at(-1) ?? '') || refusals > 5) {
          return http(request);
        }
        refusals += 1;
        return { status: 400, headers: {}, body: REFUSED };
      }),
    });
    await world.ingestAll();
    expect(await world.backfill()).toMatchObject({ lastErrorCode: 'AUTH0_400_CURSOR' });
    const starts = (await world.backfill())?.windows?.filter(
      ({ cursor }) => cursor.kind === 'start',
    );
    expect(starts?.length).toBeGreaterThan(0);
    expect(starts?.every(({ afterLogId }) => afterLogId !== undefined)).toBe(true);
    await workedOff(world);
    expect((await world.backfill())?.lastErrorCode).toBeUndefined();
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('waits when it is throttled, and loses nothing by that', async () => {
    const world = await regularWorld({ rateLimit: { burst: 5, sustained: 2, perSeconds: 1 } });
    world.simulated.faults.add([
      { endpoint: 'logs', every: 6, action: { do: 'status', status: 429 } },
    ]);
    await askForAll(world);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('keeps the lease while it finds nothing new and pages come slowly', async () => {
    const world = await regularWorld();
    await askForAll(world);
    await workedOff(world);
    await askForAll(world);
    const leftMs: number[] = [];
    await world.poll({
      http: (http) => async (request) => {
        world.clock.skip(4_000);
        const { lease } = (await world.checkpoint()) ?? {};
        if (lease !== undefined) leftMs.push(lease.expiresAtMs - world.clock.nowMs());
        return http(request);
      },
    });
    expect(leftMs.length).toBeGreaterThan(20);
    expect(Math.min(...leftMs)).toBeGreaterThan(20_000);
    await world.end();
  });

  it('makes way for new events before the next tick', async () => {
    const world = await regularWorld();
    await askForAll(world);
    const startedAtMs = world.clock.nowMs();
    let lastMs = 0;
    await world.poll({
      http: (http) => async (request) => {
        // One lane: what others skip would count for each of them.
        if (request.url.includes('q=date')) return { status: 400, headers: {}, body: REFUSED };
        lastMs = world.clock.nowMs() - startedAtMs;
        world.clock.skip(15_000);
        return http(request);
      },
    });
    expect((await world.backfill())?.state).toBe('running');
    expect(lastMs).toBeGreaterThan(200_000);
    expect(lastMs).toBeLessThan(TICK_MS);
    await world.end();
  });
});

async function stoppedAt(stop: StopPoint): Promise<string | undefined> {
  const world = await worldWith(aws, regular(90, Date.now()));
  try {
    await askForAll(world);
    await pollSlowly(world, stop);
    world.clock.skip(LEASE_OVER_MS);
    await world.ingestAll();
    world.addEvents(5);
    await workedOff(world);
    return await wrongWith(world);
  } finally {
    await world.end();
  }
}

async function callsOfLanes(): Promise<string[]> {
  const world = await worldWith(aws, regular(90, Date.now()));
  await askForAll(world);
  const calls = await callsOf((outside) => world.poll({ http: slowly(world), outside }));
  await world.receive();
  await world.end();
  return calls;
}

describe('a crash while lanes are at work', () => {
  it('loses nothing and stores nothing twice, wherever it strikes', async () => {
    const result = await walk(await callsOfLanes(), stoppedAt);
    expect(result.points).toBeGreaterThan(80);
    expect(result.failures).toEqual([]);
  }, 240_000);

  it('nor does a call that fails', async () => {
    const result = await walk(await callsOfLanes(), (stop) =>
      stoppedAt({ ...stop, isFailureOnly: true }),
    );
    expect(result.failures).toEqual([]);
  }, 240_000);
});

/** Ids of the range, some of them, in order. */
function cutsIn(
  world: World,
  old: readonly Old[],
  fromMs: number,
  cuts: readonly number[],
): string[] {
  const first = old.findIndex(({ ingestedMs, lagMs }) => ingestedMs - lagMs >= fromMs);
  const ids = first === -1 ? [] : idsOf(world).slice(first);
  return [...new Set(cuts.flatMap((cut) => ids[cut % ids.length] ?? []))].toSorted();
}

/** What a backfill of a range collects: from the first event dated within it on, by id. */
function wanted(old: readonly Old[], fromMs: number, toMs: number): number {
  const first = old.findIndex(({ ingestedMs, lagMs }) => ingestedMs - lagMs >= fromMs);
  const end = old.findIndex(({ ingestedMs }) => ingestedMs >= toMs + 5 * 60_000);
  const stop = end === -1 ? old.length : end;
  return first === -1 ? 0 : Math.max(0, stop - first);
}

describe('any range, cut anywhere, with crashes anywhere', () => {
  it('is stored once', async () => {
    const plan = fc.record({
      steps: fc.array(fc.record({ gapMs: fc.nat(20_000), lagMs: fc.nat(2_000) }), {
        minLength: 20,
        maxLength: 150,
      }),
      cuts: fc.array(fc.nat(), { maxLength: 5 }),
      from: fc.nat(),
      to: fc.nat(),
      stops: fc.array(
        fc.record({
          call: fc.nat(120),
          side: fc.constantFrom('before' as const, 'after' as const),
          isFailureOnly: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, cuts, from, to, stops }) => {
        let atMs = Date.now() - 2 * HOUR_MS;
        const old = steps.map(({ gapMs, lagMs }) => {
          atMs += gapMs;
          return { ingestedMs: atMs, lagMs };
        });
        const world = await worldWith(aws, old);
        try {
          const spanMs = atMs - (old[0]?.ingestedMs ?? atMs) + 1;
          const fromMs = (old[0]?.ingestedMs ?? atMs) - 5_000 + (from % spanMs);
          const toMs = fromMs + (to % spanMs);
          await askInWindows(world, cutsIn(world, old, fromMs, cuts), { fromMs, toMs });
          for (const stop of stops) {
            await pollSlowly(world, stop);
            await world.ingestAll();
            world.clock.skip(LEASE_OVER_MS);
          }
          await workedOff(world);
          const archived = await world.archived();
          expect(new Set(archived).size).toBe(archived.length);
          expect(archived).toHaveLength(wanted(old, fromMs, toMs));
          expect((await world.verify()).breaks).toEqual([]);
        } finally {
          await world.end();
        }
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
