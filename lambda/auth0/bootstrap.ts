import { CollectorError } from '../platform/errors.ts';
import { type Cursor, cursorAfter, SINCE_NEWEST, SINCE_OLDEST } from './cursor.ts';
import { isRejected, type LogEvent, type RejectedEvent } from './log-event.ts';
import { compareLogIds, ingestedAtMs } from './log-id.ts';
import { type LogsAnswer, PAGE_EVENTS_MAX, type SearchQuery } from './logs-api.ts';

/** The first page of a tenant: the events to emit at once, and the cursor behind them. */
export interface FirstPage {
  readonly events: readonly (LogEvent | RejectedEvent)[];
  readonly cursor: Cursor;
}

type Search = (query: SearchQuery) => Promise<LogsAnswer>;

/** How far before the collection start an anchor is looked for, in turn. */
const ANCHOR_LEAD_MS = [5 * 60_000, 60 * 60_000, 24 * 3600_000] as const;
const LOOKBACK_MS = 31 * 24 * 3600_000;

/**
 * Finds where to start by documented search calls only. `from` excludes the id it names, so the
 * start is an *anchor*: an event that comes right before the first one wanted.
 *
 * @param since `newest`, `oldest` or an ISO time, as in a `start` cursor
 */
export async function findFirstPage(search: Search, since: string): Promise<FirstPage> {
  if (since === SINCE_NEWEST) return afterNewest(search);
  if (since === SINCE_OLDEST) return fromOldest(search, since);
  for (const leadMs of ANCHOR_LEAD_MS) {
    const anchor = await findAnchor(search, Date.parse(since), leadMs);
    if (anchor !== undefined) {
      return { events: [], cursor: { ...cursorAfter(anchor), skipBefore: since } };
    }
  }
  return fromOldest(search, since);
}

/**
 * Nothing that is there already is wanted. Where nothing is there, whatever comes is new, also what
 * is dated before this moment or before the clock of the collector.
 */
async function afterNewest(search: Search): Promise<FirstPage> {
  const { events } = await search({ sort: 'date:-1', perPage: PAGE_EVENTS_MAX });
  const newest = logIds(events).at(-1);
  const cursor: Cursor =
    newest === undefined ? { kind: 'start', since: SINCE_OLDEST } : cursorAfter(newest);
  return { events: [], cursor };
}

/**
 * The lowest id among the last events dated before the lead. Ids carry ingestion time, so an event
 * that was ingested late may have an id behind the collection start; such a one is no anchor.
 */
async function findAnchor(
  search: Search,
  sinceMs: number,
  leadMs: number,
): Promise<string | undefined> {
  const from = new Date(sinceMs - LOOKBACK_MS).toISOString();
  const to = new Date(sinceMs - leadMs).toISOString();
  const events = await datedBetween(search, from, to);
  const [lowest] = logIds(events);
  const isBefore = lowest !== undefined && (ingestedAtMs(lowest) ?? 0) < sinceMs;
  return isBefore ? lowest : undefined;
}

/** Private clouds may refuse queries by date; the start is then read from the oldest event on. */
async function datedBetween(
  search: Search,
  from: string,
  to: string,
): Promise<FirstPage['events']> {
  try {
    const q = `date:[${from} TO ${to}}`;
    return (await search({ q, sort: 'date:-1', perPage: PAGE_EVENTS_MAX })).events;
  } catch (thrown) {
    if (thrown instanceof CollectorError && thrown.code === 'AUTH0_400_REQUEST') return [];
    throw thrown;
  }
}

/** There is no event before the first one, so that one is emitted from the search itself. */
async function fromOldest(search: Search, since: string): Promise<FirstPage> {
  const { events } = await search({ sort: 'date:1', perPage: PAGE_EVENTS_MAX });
  const [lowest] = logIds(events);
  if (lowest === undefined) return { events: [], cursor: { kind: 'start', since } };
  const at = events.findIndex((event) => !isRejected(event) && event.logId === lowest);
  // No later page shows what came before the first id again, so rejected events there go along.
  const first = events.slice(0, at + 1).filter((event, index) => isRejected(event) || index === at);
  const isWanted = since === SINCE_OLDEST || (datedMs(events[at]) ?? 0) >= Date.parse(since);
  return isWanted
    ? { events: first, cursor: cursorAfter(lowest) }
    : { events: [], cursor: { ...cursorAfter(lowest), skipBefore: since } };
}

const logIds = (events: FirstPage['events']): string[] =>
  events.flatMap((event) => (isRejected(event) ? [] : [event.logId])).sort(compareLogIds);

const datedMs = (event: LogEvent | RejectedEvent | undefined): number | undefined =>
  event === undefined || isRejected(event) || event.date === undefined
    ? undefined
    : Date.parse(event.date);
