import { cursorAfter as behind, type Cursor } from '../auth0/cursor.ts';
import { isRejected, keyOfEvent, type LogEvent } from '../auth0/log-event.ts';
import { isWithinIds } from '../auth0/log-id.ts';
import type { Source } from '../auth0/source.ts';
import { IdSet } from '../ledger/id-set.ts';
import { type Batch, BatchBuilder } from '../queue/batch.ts';
import type { Pending, ReadBatch } from './checkpoint.ts';

/** What the range of a pending batch holds when it is read again. */
export interface Recovered {
  /** The events that were promised, as far as they are still served. */
  readonly promised: ReadBatch;
  /** Events of the range that were not there the first time. */
  readonly late: ReadBatch | undefined;
  readonly isAsPromised: boolean;
}

/** Pages beyond what was promised: late events, or the lead of a start that was found by time. */
const EXTRA_PAGES_MAX = 200;
const PAGE_EVENTS = 100;

/**
 * Reads the range of a pending batch again. What was promised is told from what came late by the
 * ids in the intent, so the same batch goes out again, under the same name.
 */
export async function rereadPending(source: Source, pending: Pending): Promise<Recovered> {
  const { row, cursorBefore, cursorAfter } = pending;
  const wanted = new IdSet(pending.idHashes);
  const promised = new BatchBuilder(row.from);
  const late = new BatchBuilder(row.from);
  const seen = new IdSet();
  const pagesMax = Math.ceil((row.count + row.rejectedCount) / PAGE_EVENTS) + EXTRA_PAGES_MAX;
  let cursor: Cursor = cursorBefore;
  let lateSoFar: LogEvent[] = [];
  // A page of another place may come by mistake; what it holds is not late.
  const after = cursorBefore.kind === 'after' ? cursorBefore.logId : '';
  for (let pages = 0; pages < pagesMax && !isComplete(promised, pending); pages += 1) {
    const page = await source.page(cursor);
    for (const event of page.events) {
      const key = keyOfEvent(event);
      if (seen.has(key)) continue;
      seen.add(key);
      if (wanted.has(key)) {
        if (isRejected(event)) promised.reject(event);
        else promised.add(event);
        // Only what lies before a promised event is late; what lies behind the last is next.
        for (const earlier of lateSoFar) late.add(earlier);
        lateSoFar = [];
      } else if (!isRejected(event) && !row.isLate) {
        if (isWithinIds(event.logId, after, row.lastLogId)) lateSoFar.push(event);
      }
    }
    if (page.isEnd) break;
    cursor = page.cursor;
  }
  const range = { cursorBefore, cursorAfter };
  const batch = await promised.close();
  return {
    promised: {
      batch,
      keys: promised.keys,
      cursorBefore,
      cursorAfter: cursorBehind(batch, pending),
      isLate: row.isLate,
      isBackfill: pending.isBackfill,
    },
    late: late.isEmpty
      ? undefined
      : { batch: await late.close(), keys: late.keys, ...range, isLate: true },
    isAsPromised: batch.contentDigest === row.contentDigest,
  };
}

/**
 * Where to go on behind what was seen of a promised batch. An answer of another place may have hidden
 * its end; that is read again.
 */
function cursorBehind({ lastLogId }: Batch, { row, cursorBefore, cursorAfter }: Pending): Cursor {
  if (row.isLate || lastLogId === row.lastLogId) return cursorAfter;
  return lastLogId === '' ? cursorBefore : behind(lastLogId);
}

const isComplete = (builder: BatchBuilder, { row }: Pending): boolean =>
  builder.eventCount >= row.count && builder.rejectedCount >= row.rejectedCount;
