import { type AfterCursor, type Cursor, SINCE_OLDEST } from '../../auth0/cursor.ts';
import { isRejected, type LogEvent } from '../../auth0/log-event.ts';
import { compareLogIds, ingestedAtMs } from '../../auth0/log-id.ts';
import type { Page } from '../../auth0/page.ts';
import { isAfter } from '../gaps.ts';
import type { Window } from './backfill.ts';
import type { TakenPages } from './taken.ts';

/** The whole range. */
export interface Range {
  /** Events dated before are not wanted, milliseconds since 1970. */
  readonly fromMs: number;
  /** Nor are those ingested from then on. */
  readonly toMs: number;
  /** The running collection has read up to this id. */
  readonly liveLogId: string;
}

type Event = Page['events'][number];

/** What of a page lies in a window. */
interface Part {
  readonly events: Page['events'];
  /** The window ends within the page, or with it. */
  readonly isEnd: boolean;
}

/** Ingestion, milliseconds since 1970. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A window while it is worked on; it may lose its end to another one. */
export class OpenWindow {
  /** As it is saved: what was read and not delivered yet doesn't count. */
  saved: Window;
  /** Somebody reads it. */
  isTaken = false;
  /** No place was found to cut it. */
  isWhole = false;
  readonly #range: Range;
  #readLogId: string | undefined;
  #datedMs: number | undefined;
  #isRead = false;

  constructor(saved: Window, range: Range) {
    this.saved = saved;
    this.#range = range;
    this.#readLogId = isAfter(saved.cursor) ? saved.cursor.logId : saved.afterLogId;
  }

  /** Its pages were read to the end, delivered or not. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Ingestion of the last event that was read, delivered or not, or of its cursor. */
  get readMs(): number | undefined {
    return (
      (this.#readLogId === undefined ? undefined : ingestedAtMs(this.#readLogId)) ?? this.#datedMs
    );
  }

  /** How much time of ingestion is still to be read; 0 where ids don't tell it. */
  get leftMs(): number {
    const { fromMs, toMs } = this.#left();
    return Math.max(0, toMs - fromMs);
  }

  /** What to search, so that what is found last in each range cuts what is left in equal parts. */
  cutTimes(parts: number): readonly Span[] {
    const { fromMs, toMs } = this.#left();
    return Array.from({ length: parts - 1 }, (_, index) => ({
      fromMs,
      toMs: fromMs + Math.floor(((toMs - fromMs) * (index + 1)) / parts),
    }));
  }

  /** Notes that a page was read, and tells what of it lies in the window. */
  take(page: Page): Page['events'] {
    const { events, isEnd } = partOf(page.events, this.saved, this.#range);
    this.#noteReadTo(page.cursor);
    const last = page.events.findLast((event) => !isRejected(event));
    if (last !== undefined && !isRejected(last)) this.#datedMs = timeOf(last) ?? this.#datedMs;
    this.#isRead = isEnd || page.isEnd;
    return events;
  }

  /**
   * Moves behind pages that are delivered.
   *
   * @param isRefused Auth0 did not accept the cursor behind them: it is found again by time
   */
  advance({ cursor, reachedMs = this.saved.reachedMs }: TakenPages, isRefused: boolean): void {
    const next = isRefused && isAfter(cursor) ? foundAnew(cursor, reachedMs) : cursor;
    this.saved = { ...this.saved, cursor: next, reachedMs };
  }

  /** Gives what lies behind an id to a window of its own, if that was not read yet. */
  cutAt(logId: string): OpenWindow | undefined {
    const { upToLogId } = this.saved;
    const endLogId = upToLogId ?? this.#range.liveLogId;
    const isWithin =
      this.#readLogId !== undefined &&
      compareLogIds(logId, this.#readLogId) > 0 &&
      compareLogIds(logId, endLogId) < 0;
    if (this.#isRead || !isWithin) return undefined;
    this.saved = { ...this.saved, upToLogId: logId };
    const rest: Window = {
      cursor: { kind: 'after', from: logId, logId },
      afterLogId: logId,
      ...(upToLogId !== undefined && { upToLogId }),
      reachedMs: ingestedAtMs(logId),
    };
    return new OpenWindow(rest, this.#range);
  }

  /** What lies before the window is read when its start is found by time, and doesn't count. */
  #noteReadTo(cursor: Cursor): void {
    const { afterLogId = '' } = this.saved;
    if (!isAfter(cursor)) return;
    const isBefore = cursor.logId.length === afterLogId.length && cursor.logId < afterLogId;
    if (!isBefore) this.#readLogId = cursor.logId;
  }

  #left(): Span {
    const readMs = this.#readLogId === undefined ? undefined : ingestedAtMs(this.#readLogId);
    const endMs = ingestedAtMs(this.saved.upToLogId ?? this.#range.liveLogId);
    if (this.#isRead || readMs === undefined || endMs === undefined) return { fromMs: 0, toMs: 0 };
    const { fromMs, toMs } = this.#range;
    return { fromMs: Math.max(readMs, fromMs), toMs: Math.min(endMs, toMs) };
  }
}

/** What was delivered is passed over by its ids: a later event may have an earlier date. */
function foundAnew(cursor: AfterCursor, reachedMs: number | undefined): Cursor {
  const skipThrough = cursor.skipThrough ?? cursor.logId;
  const sinceMs = ingestedAtMs(skipThrough) ?? reachedMs;
  const since = sinceMs === undefined ? SINCE_OLDEST : new Date(sinceMs).toISOString();
  return { kind: 'start', since, skipThrough };
}

/**
 * The events behind the start of a window and up to its end. What has no id belongs to the event
 * behind it; an id of another form than a bound lies on neither side of it.
 */
export function partOf(
  events: Page['events'],
  { afterLogId, upToLogId }: Pick<Window, 'afterLogId' | 'upToLogId'>,
  range: Range,
): Part {
  const isAtEnd = events.some((event) => sideOf(event, upToLogId) >= 0);
  const upTo = isAtEnd ? events.findLastIndex((event) => sideOf(event, upToLogId) <= 0) + 1 : -1;
  const beyond = events.findIndex((event) => !isRejected(event) && isBeyond(event, range));
  const stops = [upTo, beyond].filter((index) => index !== -1);
  return {
    events: events.slice(startIn(events, afterLogId), Math.min(events.length, ...stops)),
    isEnd: stops.length > 0,
  };
}

function startIn(events: Page['events'], afterLogId: string | undefined): number {
  const before = events.findLastIndex((event) => sideOf(event, afterLogId) <= 0);
  if (before === -1) return 0;
  return events.some((event) => sideOf(event, afterLogId) > 0) ? before + 1 : events.length;
}

/** Negative before a bound, positive behind it; NaN, which is neither, where ids don't tell. */
const sideOf = (event: Event, bound: string | undefined): number =>
  isRejected(event) || bound?.length !== event.logId.length
    ? Number.NaN
    : compareLogIds(event.logId, bound);

/** Behind the end of the range, or what the running collection has not read yet. */
const isBeyond = (event: LogEvent, { toMs, liveLogId }: Range): boolean =>
  compareLogIds(event.logId, liveLogId) > 0 || (timeOf(event) ?? 0) >= toMs;

/** When an event was ingested, or else its date, milliseconds since 1970. */
const timeOf = ({ logId, date }: LogEvent): number | undefined =>
  ingestedAtMs(logId) ?? (date === undefined ? undefined : Date.parse(date));
