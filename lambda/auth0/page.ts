import { CollectorError } from '../platform/errors.ts';
import { type AfterCursor, type Cursor, cursorAfter } from './cursor.ts';
import { isRejected, type LogEvent, type RejectedEvent } from './log-event.ts';
import { compareLogIds } from './log-id.ts';
import type { LogsAnswer } from './logs-api.ts';

/** One page of the source: what to emit, and where the next page starts. */
export interface Page {
  readonly events: readonly (LogEvent | RejectedEvent)[];
  readonly cursor: Cursor;
  /** There is nothing more to read now. */
  readonly isEnd: boolean;
}

/** The answer, unless it holds events from before the cursor: following it would lead back. */
export function newerPart(cursor: AfterCursor, answer: LogsAnswer): LogsAnswer | undefined {
  const logId = lastLogId(answer.events);
  const isBehind =
    logId === undefined ||
    logId.length !== cursor.logId.length ||
    compareLogIds(logId, cursor.logId) > 0;
  if (isBehind) return answer;
  // Documented as "newer than"; should `from` be included one day, this is the end.
  const isEnd = answer.events.length === 1 && logId === cursor.logId;
  return isEnd ? { ...answer, events: [] } : undefined;
}

/**
 * As {@link newerPart}, for an answer that must not be passed over.
 *
 * @throws {CollectorError} AUTH0_REPEATED_PAGE
 */
export function notRepeated(cursor: AfterCursor, answer: LogsAnswer): LogsAnswer {
  const newer = newerPart(cursor, answer);
  if (newer !== undefined) return newer;
  throw new CollectorError(
    'AUTH0_REPEATED_PAGE',
    `Auth0 answered with events up to ${lastLogId(answer.events)}, which were read before, to a request for those after ${cursor.logId}`,
  );
}

/** What an answer means for whoever follows the cursor. */
export function toPage(cursor: AfterCursor, answer: LogsAnswer): Page {
  if (answer.events.length === 0) return { events: [], cursor, isEnd: true };
  const { skipBefore, skipThrough } = cursor;
  const skips = { ...(skipBefore && { skipBefore }), ...(skipThrough && { skipThrough }) };
  const events = skipLeading(answer.events, skips);
  const logId = lastLogId(answer.events) ?? cursor.logId;
  const linked = answer.next.kind === 'from' ? answer.next.from : logId;
  // A link that leads back to this page must not hold the cursor here.
  const next = cursorAfter(logId, linked === cursor.from ? logId : linked);
  return {
    events,
    // What can't be read does not tell that there is nothing more to pass over.
    cursor: events.every(isRejected) ? { ...next, ...skips } : next,
    isEnd: next.from === cursor.from,
  };
}

type Skips = Pick<AfterCursor, 'skipBefore' | 'skipThrough'>;

/**
 * Passes over leading events that are too old or were delivered before; never one behind them. What
 * can't be read belongs to the event behind it.
 */
export function skipLeading(events: Page['events'], skips: Skips): Page['events'] {
  const isNew = (event: LogEvent | RejectedEvent) => !isRejected(event) && !isSkipped(event, skips);
  const isSkipping = skips.skipBefore !== undefined || skips.skipThrough !== undefined;
  if (!isSkipping) return events;
  const firstNew = events.findIndex(isNew);
  let start = firstNew === -1 ? events.length : firstNew;
  for (let before = events[start - 1]; before && isRejected(before); before = events[start - 1]) {
    start -= 1;
  }
  return events.slice(start);
}

function isSkipped({ logId, date }: LogEvent, { skipBefore, skipThrough }: Skips): boolean {
  // Dates lie before ingestion, so what was delivered is told by ids, as long as they are of a kind.
  if (skipThrough?.length === logId.length) return compareLogIds(logId, skipThrough) <= 0;
  return (
    skipBefore !== undefined && date !== undefined && Date.parse(date) < Date.parse(skipBefore)
  );
}

function lastLogId(events: Page['events']): string | undefined {
  const last = events.findLast((event) => !isRejected(event));
  return last === undefined || isRejected(last) ? undefined : last.logId;
}
