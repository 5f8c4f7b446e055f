import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { callsOf, walk, wrongWith } from './crash-walk.ts';
import { Outside, type StopPoint } from './outside.ts';
import { World, type WorldOptions } from './world.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const OLD = 55;
const NEW = 30;
const LEASE_OVER_MS = 3 * 60_000;
const SETTLED_MS = 20 * 60_000;
const HOUR_MS = 3600_000;

/** A tenant that had events before its collection began, and some of which were collected since. */
async function startedLate(options: WorldOptions = {}): Promise<World> {
  const world = await World.create(aws, { events: OLD, since: 'newest', ...options });
  await world.settle();
  world.addEvents(NEW);
  await world.settle();
  return world;
}

const askForAll = (world: World) =>
  world.askFor(world.clock.nowMs() - 48 * HOUR_MS, world.clock.nowMs());

async function workedOff(world: World): Promise<void> {
  await world.settle();
  for (let tick = 0; (await world.backfill())?.state !== 'done'; tick += 1) {
    if (tick > 60) throw new Error('the backfill does not end');
    world.clock.skip(5 * 60_000);
    await world.settle();
  }
}

describe('a backfill', () => {
  it('collects what was there before the collection began, each event once', async () => {
    const world = await startedLate();
    const before = (await world.checkpoint())?.cursor;
    await askForAll(world);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    expect(await world.archived()).toHaveLength(OLD + NEW);
    expect((await world.checkpoint())?.cursor).toEqual(before);
    const { counts } = (await world.backfill()) ?? {};
    expect(counts).toMatchObject({ stored: OLD, held: NEW, rejected: 0 });
    await world.end();
  });

  it('stores nothing twice when the same range is asked for again', async () => {
    const world = await startedLate();
    for (let time = 0; time < 2; time += 1) {
      await askForAll(world);
      await workedOff(world);
    }
    expect((await world.backfill())?.counts).toMatchObject({ stored: 0, held: OLD + NEW });
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('ends with its range', async () => {
    const world = await startedLate();
    const dates = world.held().map((json) => Date.parse(JSON.parse(json).date));
    // It reads on for five minutes, because events are ingested after their date.
    const toMs = (dates[20] ?? 0) - 5 * 60_000;
    await world.askFor(dates[10] ?? 0, toMs);
    await workedOff(world);
    const archived = await world.archived();
    expect(archived.slice(NEW)).toEqual(world.held().slice(10, 20));
    await world.end();
  });

  it('leaves new events to the collection, also those that come while it is at work', async () => {
    const world = await startedLate();
    await askForAll(world);
    let isAdded = false;
    await world.poll({
      http: (http) => (request) => {
        // Behind the audit and the first pages of the backfill.
        if (!isAdded && request.url.includes('sort=')) {
          world.addEvents(7);
          isAdded = true;
        }
        return http(request);
      },
    });
    await world.ingestAll();
    await workedOff(world);
    expect(isAdded).toBe(true);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('leaves what appears late in a range before its audit to the audit', async () => {
    const world = await startedLate({ auditMode: 'all' });
    world.insertLate(OLD + 12);
    world.insertLate(20);
    await askForAll(world);
    await workedOff(world);
    for (let round = 0; round < 2; round += 1) {
      world.clock.skip(SETTLED_MS);
      await world.settle();
    }
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('goes on where it was when its time is over', async () => {
    const world = await startedLate();
    await askForAll(world);
    // Each wait for the rate limit takes a third of the time that a poll gives to it.
    await world.poll({
      http: (http) => (request) => {
        world.clock.skip(40_000);
        return http(request);
      },
    });
    await world.ingestAll();
    const { state, counts } = (await world.backfill()) ?? {};
    expect(state).toBe('running');
    expect(counts?.pages).toBeGreaterThan(0);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('notes what Auth0 refused, holds nothing else up, and goes on later', async () => {
    const world = await startedLate();
    await askForAll(world);
    world.addEvents(5);
    const summary = await world.poll({
      http: (http) => async (request) =>
        request.url.includes('sort=')
          ? { status: 500, headers: {}, body: Buffer.from('no') }
          : http(request),
    });
    expect(summary).toMatchObject({ stopReason: 'caught-up', fetched: 5, error: undefined });
    expect(await world.backfill()).toMatchObject({ lastErrorCode: 'AUTH0_5XX' });
    await world.ingestAll();
    await workedOff(world);
    expect((await world.backfill())?.lastErrorCode).toBeUndefined();
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('finds a refused cursor again by time, and stores nothing twice by that', async () => {
    const world = await startedLate();
    await askForAll(world);
    const ids = world.held().map((json): string => JSON.parse(json).log_id);
    const [first = '', last = ''] = [ids[25], ids[40]];
    let refusals = 0;
    await world.poll({
      http: (http) => async (request) => {
        const from = new URL(request.url).searchParams.get('from') ?? '';
        if (from < first || from > last || refusals === 2) return http(request);
        refusals += 1;
        const body = Buffer.from('{"statusCode":400,"message":"invalid from"}');
        return { status: 400, headers: {}, body };
      },
    });
    expect(await world.backfill()).toMatchObject({ lastErrorCode: 'AUTH0_400_CURSOR' });
    await world.ingestAll();
    expect(refusals).toBeGreaterThan(0);
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('is over at once when the tenant has no events', async () => {
    const world = await World.create(aws, { events: 0, since: 'newest' });
    await askForAll(world);
    await world.settle();
    expect(await world.backfill()).toMatchObject({ state: 'done', counts: { stored: 0 } });
    world.addEvents(3);
    await world.settle();
    expect(await wrongWith(world)).toBeUndefined();
    await world.end();
  });

  it('begins when the place of the collection is saved, also in the first poll of a tenant', async () => {
    const start = () => World.create(aws, { events: OLD, since: 'newest' });
    const [measured, world] = [await start(), await start()];
    await askForAll(measured);
    await askForAll(world);
    const calls = await callsOf((outside) => measured.poll({ outside }));
    const call = calls.indexOf('SendMessageCommand');
    await world.poll({ outside: new Outside({ call, side: 'before' }) });
    const { cursor, pending } = (await world.checkpoint()) ?? {};
    expect([cursor?.kind, pending?.isBackfill]).toEqual(['after', true]);
    // Had it begun anew, these would count as what was there before.
    world.addEvents(9);
    world.clock.skip(LEASE_OVER_MS);
    await world.poll();
    await measured
      .receive()
      .then((messages) => Promise.all(messages.map((one) => world.ingest(one))));
    await workedOff(world);
    expect(await wrongWith(world)).toBeUndefined();
    await measured.end();
    await world.end();
  });

  it('says when retention overtook it', async () => {
    const world = await startedLate({ plan: 'free', retentionDays: 0 });
    await world.askFor(world.clock.nowMs() - 30 * 24 * HOUR_MS, world.clock.nowMs());
    expect((await world.backfill())?.askedFromMs).toBeDefined();
    world.clock.skip(HOUR_MS);
    await workedOff(world);
    const { fromMs = 0, lostBeforeMs = 0 } = (await world.backfill()) ?? {};
    expect(lostBeforeMs - fromMs).toBeGreaterThanOrEqual(HOUR_MS);
    await world.end();
  });
});

async function stoppedAt(stop: StopPoint): Promise<string | undefined> {
  const world = await startedLate({ auditMode: 'all' });
  try {
    await askForAll(world);
    await world.poll({ outside: new Outside(stop) });
    world.clock.skip(LEASE_OVER_MS);
    await world.ingestAll();
    world.addEvents(15);
    await workedOff(world);
    world.clock.skip(SETTLED_MS);
    await world.settle();
    return await wrongWith(world);
  } finally {
    await world.end();
  }
}

async function callsOfBackfill(): Promise<string[]> {
  const world = await startedLate({ auditMode: 'all' });
  await askForAll(world);
  const calls = await callsOf((outside) => world.poll({ outside }));
  await world.receive();
  await world.end();
  return calls;
}

describe('a crash while a backfill is at work', () => {
  it('loses nothing and stores nothing twice, wherever it strikes', async () => {
    const result = await walk(await callsOfBackfill(), stoppedAt);
    expect(result.points).toBeGreaterThan(60);
    expect(result.failures).toEqual([]);
  }, 180_000);

  it('nor does a call that fails', async () => {
    const result = await walk(await callsOfBackfill(), (stop) =>
      stoppedAt({ ...stop, isFailureOnly: true }),
    );
    expect(result.failures).toEqual([]);
  }, 180_000);
});

type Happening = 'events' | 'late' | 'stop' | 'poll' | 'ask' | 'overlap' | 'time';

describe('any history with backfills', () => {
  it('ends with every event stored once', async () => {
    const happening = fc.record({
      kind: fc.constantFrom<Happening>('events', 'late', 'stop', 'poll', 'ask', 'overlap', 'time'),
      number: fc.nat(60),
      side: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 12 }), async (all) => {
        const world = await startedLate({ auditMode: 'all' });
        try {
          await askForAll(world);
          for (const { kind, number, side } of all) {
            if (kind === 'events') world.addEvents(number % 25);
            if (kind === 'late') world.insertLate(number);
            if (kind === 'poll') await world.poll();
            if (kind === 'stop') await world.poll({ outside: new Outside({ call: number, side }) });
            if (kind === 'overlap') await Promise.all([world.poll(), world.poll()]);
            if (kind === 'time') world.clock.skip(number * 60_000);
            if (kind === 'ask' && (await world.backfill())?.state === 'done') {
              await askForAll(world);
            }
            await world.ingestAll();
          }
          world.clock.skip(LEASE_OVER_MS);
          await workedOff(world);
          await askForAll(world);
          for (let round = 0; round < 2; round += 1) {
            world.clock.skip(SETTLED_MS);
            await workedOff(world);
          }
          await askForAll(world);
          await workedOff(world);
          expect(await wrongWith(world)).toBeUndefined();
        } finally {
          await world.end();
        }
      }),
      { numRuns: 25 },
    );
  }, 180_000);
});
