import type { Cursor } from '../auth0/cursor.ts';
import { isRejected, keyOfEvent } from '../auth0/log-event.ts';
import type { Page } from '../auth0/page.ts';
import type { Source } from '../auth0/source.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import { BatchBuilder } from '../queue/batch.ts';
import type { ReadBatch } from './checkpoint.ts';
import type { RecentIds } from './recent-ids.ts';
import type { StopReason } from './status.ts';

/** A batch is closed by the page that reaches one of these. */
export interface BatchLimits {
  readonly events: number;
  readonly contentBytes: number;
}

/** About 1,000 events of 2 KB compress to a third of what a message may hold. */
export const BATCH_LIMITS: BatchLimits = { events: 1_000, contentBytes: 4 * 1024 * 1024 };

/** What a poll may still do, asked before every page. */
export interface Budget {
  /** A stop reason when no further page may be read. */
  spent(): StopReason | undefined;
  pageRead(): void;
}

/** What was read: perhaps a batch, and why reading stopped, if it did. */
export interface ReadResult {
  /** Whatever is left of it to be compressed is so beside the reading of the next. */
  readonly read: Promise<ReadBatch> | undefined;
  /** Where to go on, even when nothing is to be sent. */
  readonly cursor: Cursor;
  readonly duplicates: number;
  readonly stop: { readonly reason: StopReason; readonly error?: CollectorError } | undefined;
}

/**
 * Reads pages until a batch is full or there is a reason to stop. A failure ends the batch, it
 * does not undo it: the pages before it are delivered.
 *
 * @param recent ids delivered just before; a page that comes again adds nothing
 */
export async function readBatch(
  source: Source,
  cursorBefore: Cursor,
  recent: RecentIds,
  budget: Budget,
  limits: BatchLimits = BATCH_LIMITS,
): Promise<ReadResult> {
  const builder = new BatchBuilder(cursorBefore.kind === 'after' ? cursorBefore.from : '');
  let cursor = cursorBefore;
  let duplicates = 0;
  let stop: ReadResult['stop'];
  while (stop === undefined && !isFull(builder, limits)) {
    const reason = budget.spent();
    if (reason !== undefined) {
      stop = { reason };
      break;
    }
    try {
      const page = await source.nextPage(cursor);
      budget.pageRead();
      duplicates += addPage(builder, page, recent);
      if (page.isEnd) stop = { reason: 'caught-up' };
      cursor = page.cursor;
    } catch (thrown) {
      const error = asCollectorError(thrown);
      stop = { reason: error.kind === 'throttled' ? 'throttled' : 'failed', error };
    }
  }
  const read = builder.isEmpty ? undefined : closed(builder, cursorBefore, cursor);
  // Its failure is met by whoever delivers it; until then it must not count as unhandled.
  read?.catch(() => undefined);
  return { read, cursor, duplicates, stop };
}

const closed = async (
  builder: BatchBuilder,
  cursorBefore: Cursor,
  cursorAfter: Cursor,
): Promise<ReadBatch> => ({
  batch: await builder.close(),
  keys: builder.keys,
  cursorBefore,
  cursorAfter,
  isLate: false,
});

const isFull = (builder: BatchBuilder, limits: BatchLimits): boolean =>
  builder.eventCount >= limits.events || builder.contentBytes >= limits.contentBytes;

/** Adds what is new; returns how many events were there before. */
function addPage(builder: BatchBuilder, page: Page, recent: RecentIds): number {
  let duplicates = 0;
  for (const event of page.events) {
    if (!recent.add(keyOfEvent(event))) duplicates += 1;
    else if (isRejected(event)) builder.reject(event);
    else builder.add(event);
  }
  return duplicates;
}
