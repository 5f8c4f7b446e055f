import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../lambda/auth0/cursor.ts';
import { isRejected } from '../../lambda/auth0/log-event.ts';
import { compareLogIds } from '../../lambda/auth0/log-id.ts';
import type { Page } from '../../lambda/auth0/page.ts';
import { createSource, type Source } from '../../lambda/auth0/source.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { type VirtualClock, virtualClock } from '../platform/virtual-clock.ts';
import {
  type Entry,
  type MemoryTenant,
  memoryTenant,
  memoryTokens,
  type TenantBehaviour,
  timedId,
} from './memory-tenant.ts';

const START_MS = Date.parse('2026-05-04T10:00:00Z');
const MINUTE_MS = 60_000;

interface Bench {
  readonly source: Source;
  readonly tenant: MemoryTenant;
  readonly clock: VirtualClock;
  readonly warnings: { readonly message: string; readonly code: string }[];
}

interface BenchOptions extends TenantBehaviour {
  readonly tokens?: ReturnType<typeof memoryTokens>;
  readonly secondsLeft?: number;
  readonly rateShare?: number;
}

function bench(entries: readonly Entry[], options: BenchOptions = {}): Bench {
  const { tokens = memoryTokens(), secondsLeft = 600, rateShare = 0.5, ...behaviour } = options;
  const clock = virtualClock(START_MS);
  const tenant = memoryTenant(entries, behaviour);
  const warnings: Bench['warnings'] = [];
  const source = createSource({
    api: tenant,
    tokens,
    clock,
    deadlineMs: START_MS + secondsLeft * 1_000,
    rateShare,
    warn: (message, { code }) => warnings.push({ message, code }),
  });
  return { source, tenant, clock, warnings };
}

/** Ten-digit ids from 1000000001 on, one event a minute. */
const entries = (count: number, firstNumber = 1): Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    logId: String(1_000_000_000 + firstNumber + index),
    date: new Date(START_MS + (firstNumber + index) * MINUTE_MS).toISOString(),
  }));
const id = (number: number): string => String(1_000_000_000 + number);
const dateOf = (number: number): string => new Date(START_MS + number * MINUTE_MS).toISOString();
const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => id(from + index));

const behind = (logId: string, from: string = logId): Cursor => ({ kind: 'after', from, logId });
const logIds = (page: Page): string[] =>
  page.events.map((event) => (isRejected(event) ? event.reason : event.logId));

/** Follows the cursor to the end. */
async function readAll(
  source: Source,
  start: Cursor,
  next: (cursor: Cursor) => Promise<Page> = source.nextPage,
): Promise<{ ids: string[]; cursor: Cursor }> {
  const found: string[] = [];
  let cursor = start;
  for (let pages = 0; pages < 2_000; pages += 1) {
    const page = await next(cursor);
    found.push(...logIds(page));
    cursor = page.cursor;
    if (page.isEnd) return { ids: found, cursor };
  }
  throw new Error('the end never came');
}

const refusal = (code: CollectorError['code'], retryAfterMs?: number) =>
  new CollectorError(code, 'Refused', { retryAfterMs });

describe('pages that are asked for ahead', () => {
  it('are the same as those asked for one by one, whatever fails between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(
          fc.constantFrom(
            undefined,
            'AUTH0_5XX',
            'AUTH0_401_TOKEN',
            'AUTH0_400_CURSOR',
            'AUTH0_RESPONSE_TOO_LARGE',
          ),
          { maxLength: 20 },
        ),
        async (count, pageEvents, failures) => {
          const pageMax = () => pageEvents;
          const plain = bench(entries(count), { pageMax });
          const left = [...failures];
          const refuse = () => {
            const code = left.shift();
            return code === undefined ? undefined : refusal(code);
          };
          const { source } = bench(entries(count), { pageMax, refuse, secondsLeft: 1e6 });
          const start = behind(id(0), 'link');
          const wanted = await readAll(plain.source, start, plain.source.page);
          // A failure may end a poll; the next one goes on from the cursor that was reached.
          const found: string[] = [];
          let cursor: Cursor = start;
          for (let isEnd = false; !isEnd; ) {
            const page = await source.nextPage(cursor).catch(() => undefined);
            found.push(...(page === undefined ? [] : logIds(page)));
            isEnd = page?.isEnd ?? false;
            cursor = page?.cursor ?? cursor;
          }
          expect({ ids: found, cursor }).toMatchObject({
            ids: wanted.ids,
            cursor: { logId: id(count) },
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cost no request more, and an empty log one', async () => {
    const [plain, ahead, idle] = [bench(entries(250)), bench(entries(250)), bench([])];
    await readAll(plain.source, behind(id(0)), plain.source.page);
    await readAll(ahead.source, behind(id(0)));
    await readAll(idle.source, behind(id(0)));
    expect(plain.source.seen.requests).toBe(4);
    expect(ahead.source.seen.requests).toBe(4);
    expect(idle.source.seen.requests).toBe(1);
  });

  it('are one at most while nobody takes them, and none after the end', async () => {
    const { source } = bench(entries(900));
    const { cursor } = await source.nextPage(behind(id(0)));
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.seen.requests).toBe(2);
    source.end();
    await source.nextPage(cursor);
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.seen.requests).toBe(2);
  });

  it('are let go when the reader goes on elsewhere', async () => {
    const { source } = bench(entries(900));
    await source.nextPage(behind(id(0)));
    expect(logIds(await source.nextPage(behind(id(50))))).toEqual(ids(51, 150));
  });

  it('are there before they are taken', async () => {
    const { source, tenant } = bench(entries(100));
    const { cursor } = await source.nextPage(behind(id(0)));
    for (const entry of entries(1, 101)) tenant.ingest(entry);
    expect((await source.page(cursor)).events).toHaveLength(0);
  });
});

describe('the pages behind a cursor', () => {
  it('hold every event once and end with an empty page, which keeps the cursor', async () => {
    const { source } = bench(entries(250));
    const { ids: found, cursor } = await readAll(source, behind(id(0)));
    expect(found).toEqual(ids(1, 250));
    expect(cursor).toEqual(behind(id(250)));
    expect(await source.page(cursor)).toEqual({ events: [], cursor, isEnd: true });
  });

  it('go on with what comes later, from the cursor of the end', async () => {
    const { source, tenant } = bench(entries(3));
    const { cursor } = await readAll(source, behind(id(0)));
    for (const entry of entries(2, 4)) tenant.ingest(entry);
    expect((await readAll(source, cursor)).ids).toEqual(ids(4, 5));
  });

  it('keep the cursor of the link apart from the last id', async () => {
    const { source } = bench(entries(2), { next: () => ({ kind: 'from', from: 'opaque' }) });
    expect((await source.page(behind(id(0)))).cursor).toEqual(behind(id(2), 'opaque'));
  });

  it('go on from the last id when there is no link', async () => {
    const { source, warnings } = bench(entries(150), { next: () => ({ kind: 'none' }) });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 150));
    expect(warnings).toEqual([]);
  });

  it('go on from the last id when the link is refused, and say why', async () => {
    const { source, warnings } = bench(entries(150), {
      next: () => ({ kind: 'refused', why: 'its host is logs.example.com' }),
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 150));
    expect(warnings[0]).toEqual({
      code: 'AUTH0_NEXT_LINK',
      message: expect.stringContaining('logs.example.com'),
    });
  });

  it('move on when the link leads back to the page it came with', async () => {
    const { source } = bench(entries(250), {
      next: ({ from = '' }) => ({ kind: 'from', from }),
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 250));
  });

  it('end when the page holds only the event of the cursor itself', async () => {
    const { tenant } = bench(entries(1));
    const including = createSource({
      api: { ...tenant, after: (token, _from, take) => tenant.after(token, id(0), take) },
      tokens: memoryTokens(),
      clock: virtualClock(START_MS),
      deadlineMs: START_MS + 60_000,
      rateShare: 1,
      warn: () => undefined,
    });
    expect(await including.page(behind(id(1)))).toEqual({
      events: [],
      cursor: behind(id(1)),
      isEnd: true,
    });
  });

  it('never lead back: a page that was read before is refused', async () => {
    const { source, tenant } = bench(entries(2));
    const repeating = createSource({
      api: { ...tenant, after: (token, _from, take) => tenant.after(token, id(0), take) },
      tokens: memoryTokens(),
      clock: virtualClock(START_MS),
      deadlineMs: START_MS + 60_000,
      rateShare: 1,
      warn: () => undefined,
    });
    expect((await source.page(behind(id(0)))).isEnd).toBe(false);
    await expect(repeating.page(behind(id(2)))).rejects.toMatchObject({
      code: 'AUTH0_REPEATED_PAGE',
    });
  });

  it('take the last id from the last event that has one', async () => {
    const log = [...entries(2), { logId: id(3), garbage: '{"type":"s"}' }];
    const { source } = bench(log, { next: () => ({ kind: 'none' }) });
    const page = await source.page(behind(id(0)));
    expect(logIds(page)).toEqual([id(1), id(2), 'log_id is missing']);
    expect(page.cursor).toEqual(behind(id(2)));
  });

  it('pass a page by in which nothing can be read, when the link leads on', async () => {
    const log = [{ logId: id(1), garbage: 'null' }, ...entries(2, 2)];
    const { source } = bench(log, { pageMax: () => 1 });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(['not a JSON object', id(2), id(3)]);
  });
});

describe('a cursor that starts early', () => {
  const early = (skipBefore: string): Cursor => ({
    kind: 'after',
    from: id(0),
    logId: id(0),
    skipBefore,
  });

  it('passes over older events, over several pages', async () => {
    const { source } = bench(entries(50), { pageMax: () => 7 });
    const firstPage = await source.page(early(dateOf(33)));
    expect(firstPage).toMatchObject({
      events: [],
      isEnd: false,
      cursor: { skipBefore: dateOf(33) },
    });
    expect((await readAll(source, early(dateOf(33)))).ids).toEqual(ids(33, 50));
  });

  it('passes over leading events only: what comes late with an old date is kept', async () => {
    const late: Entry = { logId: id(41), date: dateOf(2) };
    const { source } = bench([...entries(40), late], { pageMax: () => 10 });
    expect((await readAll(source, early(dateOf(35)))).ids).toEqual([...ids(35, 40), id(41)]);
  });

  it('keeps events that do not say when they happened', async () => {
    const { source } = bench([...entries(3), { logId: id(4) }, ...entries(1, 5)]);
    expect((await readAll(source, early(dateOf(99)))).ids).toEqual([id(4), id(5)]);
  });

  it('still starts early after an empty page', async () => {
    const { source, tenant } = bench([]);
    const { cursor } = await readAll(source, early(dateOf(2)));
    expect(cursor).toEqual(early(dateOf(2)));
    for (const entry of entries(3)) tenant.ingest(entry);
    expect((await readAll(source, cursor)).ids).toEqual(ids(2, 3));
  });
});

describe('a cursor that starts anew after a refusal', () => {
  const T0 = START_MS - 60 * MINUTE_MS;
  /** An event a minute, each ingested three seconds after it happened. */
  const log = Array.from({ length: 60 }, (_, index) => ({
    logId: timedId(T0 + index * MINUTE_MS + 3_000, index),
    date: new Date(T0 + index * MINUTE_MS).toISOString(),
  }));
  const idAt = (index: number): string => log[index]?.logId ?? '';
  const anew = (index: number): Cursor => ({
    kind: 'start',
    since: new Date(T0 + index * MINUTE_MS + 3_000).toISOString(),
    skipThrough: idAt(index),
  });

  it('emits what was not delivered yet, and nothing twice', async () => {
    const { source } = bench(log, { pageMax: ({ take = 100 }) => Math.min(take, 7) });
    const { ids: found } = await readAll(source, anew(30));
    expect(found).toEqual(log.slice(31).map(({ logId }) => logId));
  });

  it('emits an event that happened before the last delivered one but came in behind it', async () => {
    const late: Entry = {
      logId: timedId(T0 + 30 * MINUTE_MS + 3_500, 99),
      date: new Date(T0 + 30 * MINUTE_MS - 500).toISOString(),
    };
    const { source } = bench([...log, late]);
    const { ids: found } = await readAll(source, anew(30));
    expect(found).toEqual([late.logId, ...log.slice(31).map(({ logId }) => logId)]);
  });

  it('passes over the oldest event when that one was delivered', async () => {
    const { source } = bench(entries(40));
    const start: Cursor = { kind: 'start', since: 'oldest', skipThrough: id(30) };
    expect((await readAll(source, start)).ids).toEqual(ids(31, 40));
  });

  it('goes by the time when ids are of another kind than before', async () => {
    const { source } = bench(log);
    const { ids: found } = await readAll(source, { ...anew(30), skipThrough: 'of-old' });
    expect(found).toEqual(log.slice(31).map(({ logId }) => logId));
  });

  it('emits the oldest event that is left when the delivered ones are gone', async () => {
    const { source } = bench(log.slice(45));
    const { ids: found } = await readAll(source, anew(30));
    expect(found).toEqual(log.slice(45).map(({ logId }) => logId));
  });

  it('emits nothing while nothing new is there', async () => {
    const { source, tenant } = bench(log.slice(0, 31));
    const { ids: found, cursor } = await readAll(source, anew(30));
    expect(found).toEqual([]);
    for (const entry of log.slice(31)) tenant.ingest(entry);
    expect((await readAll(source, cursor)).ids).toEqual(log.slice(31).map(({ logId }) => logId));
  });

  it('waits at its start while the tenant has no events', async () => {
    const { source } = bench([]);
    expect(await source.page(anew(30))).toEqual({ events: [], cursor: anew(30), isEnd: true });
  });
});

describe('looking for one event', () => {
  it('tells whether it is still there', async () => {
    const { source } = bench(entries(3));
    expect([await source.has(id(2)), await source.has(id(9))]).toEqual([true, false]);
  });

  it('renews a token that is refused, and tries a passing failure again', async () => {
    const failures = [refusal('AUTH0_5XX'), refusal('AUTH0_401_TOKEN')];
    const { source } = bench(entries(3), { refuse: () => failures.shift() });
    expect(await source.has(id(2))).toBe(true);
  });
});

describe('a token that is refused', () => {
  it.each(['AUTH0_401_TOKEN', 'AUTH0_403_SCOPE'] as const)(
    'with %s is renewed, once',
    async (code) => {
      const { source } = bench(entries(3), {
        refuse: ({ token }) => (token === 'token-1' ? refusal(code) : undefined),
      });
      expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 3));
      expect(source.seen.tokenRequests).toBe(2);
    },
  );

  it('again although it is new ends the poll', async () => {
    const { source } = bench(entries(3), { refuse: () => refusal('AUTH0_401_TOKEN') });
    await expect(source.page(behind(id(0)))).rejects.toMatchObject({ code: 'AUTH0_401_TOKEN' });
    expect(source.seen).toMatchObject({ requests: 1, tokenRequests: 2 });
  });

  it('by the token endpoint for its scope is not asked for twice', async () => {
    const { source } = bench(entries(3), {
      tokens: memoryTokens(() => refusal('AUTH0_403_SCOPE')),
    });
    await expect(source.page(behind(id(0)))).rejects.toMatchObject({ code: 'AUTH0_403_SCOPE' });
    expect(source.seen.tokenRequests).toBe(1);
  });
});

describe('a cursor that is refused', () => {
  it('falls back to the last id', async () => {
    const { source } = bench(entries(120), {
      refuse: ({ from }) => (from === 'stale-link' ? refusal('AUTH0_400_CURSOR') : undefined),
    });
    const found = await readAll(source, behind(id(10), 'stale-link'));
    expect(found).toEqual({ ids: ids(11, 120), cursor: behind(id(120)) });
  });

  it('ends the poll when the id is refused too', async () => {
    const { source } = bench(entries(9), { refuse: () => refusal('AUTH0_400_CURSOR') });
    await expect(source.page(behind(id(1), 'stale-link'))).rejects.toMatchObject({
      code: 'AUTH0_400_CURSOR',
    });
  });
});

describe('a page too large', () => {
  it.each([10, 1])('is read in pieces of %d', async (size) => {
    const { source } = bench(entries(35), {
      refuse: ({ take = 0 }) => (take > size ? refusal('AUTH0_RESPONSE_TOO_LARGE') : undefined),
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 35));
    const pages = Math.ceil(35 / size) + 1;
    expect(source.seen.requests).toBeLessThanOrEqual(3 * pages);
  });

  it('ends the poll when one event alone is', async () => {
    const { source } = bench(entries(9), { refuse: () => refusal('AUTH0_RESPONSE_TOO_LARGE') });
    await expect(source.page(behind(id(0)))).rejects.toMatchObject({
      code: 'AUTH0_RESPONSE_TOO_LARGE',
    });
  });
});

describe('the rate limit', () => {
  /** Refuses the first few requests. */
  const refusesFirst = (count: number, failure: CollectorError) => {
    let left = count;
    return () => {
      left -= 1;
      return left >= 0 ? failure : undefined;
    };
  };

  it('makes a poll wait as long as the server says, and is counted', async () => {
    const { source, clock } = bench(entries(3), {
      refuse: refusesFirst(2, refusal('AUTH0_429_RATE', 4_000)),
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 3));
    expect(clock.nowMs()).toBe(START_MS + 8_000);
    expect(source.seen.throttles).toBe(2);
  });

  it('ends the poll when its wait would reach the deadline, and is counted then too', async () => {
    const { source, clock } = bench(entries(3), {
      refuse: () => refusal('AUTH0_429_RATE', 30_000),
      secondsLeft: 20,
    });
    await expect(source.page(behind(id(0)))).rejects.toMatchObject({ kind: 'throttled' });
    expect(clock.nowMs()).toBe(START_MS);
    expect(source.seen.throttles).toBe(1);
  });

  it('leaves the share of the customer alone by waiting for the refill', async () => {
    let remaining = 10;
    const refills: number[] = [];
    const { source, clock } = bench(entries(12), {
      pageMax: () => 1,
      rateLimit: () => {
        if (refills.length < clock.waits.length) {
          refills.push(remaining);
          remaining = 10;
        }
        remaining -= 1;
        return { limit: 10, remaining, resetInMs: 2_000, servedAtMs: clock.nowMs() };
      },
      rateShare: 0.4,
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 12));
    expect(refills).toEqual([6, 6, 6]);
    expect(source.seen.rateShareUsed).toBeCloseTo(0.4);
  });

  it('ends the poll when that refill lies behind the deadline', async () => {
    const { source, clock } = bench(entries(5), {
      pageMax: () => 1,
      rateLimit: () => ({ limit: 10, remaining: 2, resetInMs: 30_000, servedAtMs: START_MS }),
      secondsLeft: 25,
    });
    const { cursor } = await source.page(behind(id(0)));
    await expect(source.page(cursor)).rejects.toMatchObject({
      code: 'AUTH0_429_RATE',
      retryAfterMs: 30_000,
    });
    expect(clock.nowMs()).toBe(START_MS);
  });
});

describe('a passing failure', () => {
  it('is tried again, and no event is lost or doubled by it', async () => {
    let asked = 0;
    const { source } = bench(entries(40), {
      pageMax: () => 10,
      refuse: () => {
        asked += 1;
        return asked % 3 === 0 ? undefined : refusal('AUTH0_5XX');
      },
    });
    expect((await readAll(source, behind(id(0)))).ids).toEqual(ids(1, 40));
  });

  it('ends the poll when it does not pass', async () => {
    const { source, clock } = bench(entries(4), { refuse: () => refusal('AUTH0_TIMEOUT') });
    await expect(source.page(behind(id(0)))).rejects.toMatchObject({ code: 'AUTH0_TIMEOUT' });
    expect(clock.nowMs()).toBeLessThan(START_MS + 60_000);
  });
});

/** A log whose events came in some time after they happened; ids are in the order of coming in. */
interface RandomLog {
  readonly log: readonly Entry[];
  readonly pageSizes: readonly number[];
}

const LOG_START_MS = Date.parse('2026-05-01T00:00:00Z');
/** More late events than a search shows at once could hide the lowest id from the first page. */
const LATE_EVENTS_MAX = 60;

const RANDOM_LOG: fc.Arbitrary<RandomLog> = fc
  .record({
    gapsMs: fc.array(fc.integer({ min: 0, max: 15 * MINUTE_MS }), { maxLength: 260, size: 'max' }),
    late: fc.array(
      fc.tuple(fc.nat({ max: 259 }), fc.integer({ min: 0, max: 30 * 60 * MINUTE_MS })),
      { maxLength: LATE_EVENTS_MAX, size: 'max' },
    ),
    pageSizes: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ gapsMs, late, pageSizes }) => {
    const lateMs = new Map(late);
    let atMs = LOG_START_MS;
    const log = gapsMs.map((gapMs, index) => {
      atMs += gapMs;
      const logId = timedId(atMs + 20 + (lateMs.get(index) ?? 0), index);
      return { logId, date: new Date(atMs).toISOString() };
    });
    return { log, pageSizes };
  });

/** All events from the first one on, in the order of ids, that is not older than the start. */
function wantedFrom(log: readonly Entry[], sinceMs: number): string[] {
  const sorted = log.toSorted((a, b) => compareLogIds(a.logId, b.logId));
  const firstAt = sorted.findIndex(({ date = '' }) => Date.parse(date) >= sinceMs);
  return firstAt === -1 ? [] : sorted.slice(firstAt).map(({ logId }) => logId);
}

function randomBench({ log, pageSizes }: RandomLog): Bench {
  let page = 0;
  return bench(log, {
    pageMax: ({ query }) => {
      if (query !== undefined) return 100;
      page += 1;
      return pageSizes[page % pageSizes.length] ?? 100;
    },
  });
}

describe('following the cursor from its start to the end', () => {
  it('emits every event once, in the order of ids, from the oldest on', async () => {
    await fc.assert(
      fc.asyncProperty(RANDOM_LOG, async (random) => {
        const { source } = randomBench(random);
        const { ids: found } = await readAll(source, { kind: 'start', since: 'oldest' });
        expect(found).toEqual(wantedFrom(random.log, 0));
      }),
      { numRuns: 60 },
    );
  });

  it('emits every event once, in the order of ids, from a time on', async () => {
    const minutes = fc.integer({ min: -60, max: 40 * 60 });
    await fc.assert(
      fc.asyncProperty(RANDOM_LOG, minutes, async (random, minute) => {
        const sinceMs = LOG_START_MS + minute * MINUTE_MS;
        const { source } = randomBench(random);
        const since = new Date(sinceMs).toISOString();
        const { ids: found } = await readAll(source, { kind: 'start', since });
        expect(found).toEqual(wantedFrom(random.log, sinceMs));
      }),
      { numRuns: 100 },
    );
  });

  it('emits exactly what comes after the first poll, from the newest on', async () => {
    await fc.assert(
      fc.asyncProperty(RANDOM_LOG, fc.nat({ max: 150 }), async (random, more) => {
        // Within one page of a search the highest id is in sight, however late it came.
        const log = random.log.slice(0, 100);
        const { source, tenant } = randomBench({ ...random, log });
        const start = await readAll(source, { kind: 'start', since: 'newest' });
        expect(start.ids).toEqual([]);
        const laterMs = LOG_START_MS + 10 * 24 * 60 * MINUTE_MS;
        const later = Array.from({ length: more }, (_, index) => ({
          logId: timedId(laterMs + index, index),
          date: new Date(laterMs + index).toISOString(),
        }));
        for (const entry of later) tenant.ingest(entry);
        expect((await readAll(source, start.cursor)).ids).toEqual(later.map(({ logId }) => logId));
      }),
      { numRuns: 40 },
    );
  });
});
