import { describe, expect, it } from 'vitest';
import { findFirstPage } from '../../lambda/auth0/bootstrap.ts';
import { isRejected } from '../../lambda/auth0/log-event.ts';
import type { SearchQuery } from '../../lambda/auth0/logs-api.ts';
import { CollectorError, type FailureCode } from '../../lambda/platform/errors.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { type Entry, memoryTenant, timedId } from './memory-tenant.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SINCE = '2026-05-04T08:00:00.000Z';
const SINCE_MS = Date.parse(SINCE);

const iso = (ms: number): string => new Date(ms).toISOString();

/** An event of this time, ingested some milliseconds after it happened. */
const entry = (atMs: number, lateMs = 40): Entry => ({
  logId: timedId(atMs + lateMs, 1),
  date: iso(atMs),
});

const minutely = (fromMs: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => entry(fromMs + index * MINUTE_MS));

function first(
  entries: readonly Entry[],
  since: string,
  refuse?: (q: SearchQuery) => FailureCode | undefined,
) {
  const tenant = memoryTenant(entries, {
    refuse: ({ query }) => {
      const code = query && refuse?.(query);
      return code && new CollectorError(code, 'Refused');
    },
  });
  return findFirstPage((query) => tenant.search(new Secret('t'), query), since);
}

const idsOf = async (page: ReturnType<typeof first>) =>
  (await page).events.map((event) => (isRejected(event) ? event.reason : event.logId));

const behind = (logId: string) => ({ kind: 'after', from: logId, logId });

describe('the first page from the newest event on', () => {
  it('emits nothing and goes on behind the newest event', async () => {
    const log = minutely(SINCE_MS, 30);
    expect(await first(log, 'newest')).toEqual({
      events: [],
      cursor: behind(log[29]?.logId ?? ''),
    });
  });

  it('takes the highest id, which need not be that of the latest date', async () => {
    const late = entry(SINCE_MS, 3 * HOUR_MS);
    const log = [...minutely(SINCE_MS, 30), late];
    expect((await first(log, 'newest')).cursor).toEqual(behind(late.logId));
  });

  it('wants everything from a tenant without events', async () => {
    const cursor = { kind: 'start', since: 'oldest' };
    expect(await first([], 'newest')).toEqual({ events: [], cursor });
  });
});

describe('the first page from the oldest event on', () => {
  it('emits the lowest id and goes on behind it', async () => {
    const log = minutely(SINCE_MS, 250);
    const lowest = log[0]?.logId ?? '';
    const page = first(log.toReversed(), 'oldest');
    expect(await idsOf(page)).toEqual([lowest]);
    expect((await page).cursor).toEqual(behind(lowest));
  });

  it('does not take the earliest date for the lowest id', async () => {
    const ingestedLate = entry(SINCE_MS - HOUR_MS, 5 * HOUR_MS);
    const log = [ingestedLate, ...minutely(SINCE_MS, 20)];
    expect(await idsOf(first(log, 'oldest'))).toEqual([log[1]?.logId]);
  });

  it('stays at its start while the tenant has no events', async () => {
    const cursor = { kind: 'start', since: 'oldest' };
    expect(await first([], 'oldest')).toEqual({ events: [], cursor });
  });

  it('brings along what stands before the first event and can not be read', async () => {
    const garbage: Entry = { logId: '1', date: iso(SINCE_MS - 1), garbage: '{"type":"s"}' };
    const log = [garbage, ...minutely(SINCE_MS, 3)];
    expect(await idsOf(first(log, 'oldest'))).toEqual(['log_id is missing', log[1]?.logId]);
  });
});

describe('the first page from a time on', () => {
  it('starts behind an event a little earlier, and passes over what is older than the start', async () => {
    const log = minutely(SINCE_MS - 2 * HOUR_MS, 240);
    const { events, cursor } = await first(log, SINCE);
    expect(events).toEqual([]);
    expect(cursor).toMatchObject({ kind: 'after', skipBefore: SINCE });
    const from = cursor.kind === 'after' ? cursor.from : '';
    expect(log.map(({ logId }) => logId)).toContain(from);
    expect(from < timedId(SINCE_MS - 5 * MINUTE_MS, 0)).toBe(true);
  });

  it('does not start behind an event that came in after the start though it happened before', async () => {
    const stale = Array.from({ length: 100 }, (_, index) =>
      entry(SINCE_MS - 6 * MINUTE_MS - index * 1_000, 90 * MINUTE_MS),
    );
    const timely = [...minutely(SINCE_MS - 3 * HOUR_MS, 170), ...minutely(SINCE_MS, 60)];
    const { cursor } = await first([...stale, ...timely], SINCE);
    const from = cursor.kind === 'after' ? cursor.from : '';
    expect(from < timedId(SINCE_MS, 0)).toBe(true);
    expect(from > timedId(SINCE_MS - 2.9 * HOUR_MS, 0)).toBe(true);
  });

  it('takes the lowest of many ids for its start when ids do not tell the time', async () => {
    const opaque = (number: number, atMs: number): Entry => ({
      logId: `id-${1_000 + number}`,
      date: iso(atMs),
    });
    const timely = Array.from({ length: 40 }, (_, index) =>
      opaque(index, SINCE_MS + (index - 20) * MINUTE_MS),
    );
    const stale = opaque(50, SINCE_MS - 6 * MINUTE_MS);
    const { cursor } = await first([...timely, stale], SINCE);
    expect(cursor).toEqual({ ...behind('id-1000'), skipBefore: SINCE });
  });

  it('looks further back when nothing happened shortly before the start', async () => {
    const early = minutely(SINCE_MS - 20 * 24 * HOUR_MS, 120);
    const { cursor } = await first([...early, ...minutely(SINCE_MS, 10)], SINCE);
    expect(cursor).toEqual({ ...behind(early[20]?.logId ?? ''), skipBefore: SINCE });
  });

  it('begins with the first event when there is nothing before the start', async () => {
    const log = minutely(SINCE_MS, 10);
    const page = first(log, SINCE);
    expect(await idsOf(page)).toEqual([log[0]?.logId]);
    expect((await page).cursor).toEqual(behind(log[0]?.logId ?? ''));
  });

  it('reads from the oldest event on when queries by date are refused', async () => {
    const log = minutely(SINCE_MS - HOUR_MS, 90);
    const refused = first(log, SINCE, ({ q }) =>
      q === undefined ? undefined : 'AUTH0_400_REQUEST',
    );
    expect(await refused).toEqual({
      events: [],
      cursor: { ...behind(log[0]?.logId ?? ''), skipBefore: SINCE },
    });
  });

  it('stays at its start while the tenant has no events', async () => {
    const cursor = { kind: 'start', since: SINCE };
    expect(await first([], SINCE)).toEqual({ events: [], cursor });
  });

  it.each(['AUTH0_403_SCOPE', 'AUTH0_429_RATE', 'AUTH0_5XX'] as const)(
    'is given up with %s, which no other query could help',
    async (code) => {
      await expect(first(minutely(SINCE_MS, 3), SINCE, () => code)).rejects.toMatchObject({ code });
    },
  );
});
