import { QUEUE } from '../platform/names.ts';
import type { LedgerRow } from './ledger-row.ts';

/** Where a range of rows ends at the latest. */
export interface RangeLimits {
  readonly events: number;
  readonly contentBytes: number;
  readonly rows: number;
}

/** What 512 MB of memory have room for; a bench holds the figure. */
export const RANGE_LIMITS: RangeLimits = {
  events: 20_000,
  contentBytes: 16 * 1024 * 1024,
  rows: 500,
};

/**
 * A message that ingest could not deal with is in the dead-letter queue by then: twice the time that
 * its deliveries take at most.
 */
export const PASS_AFTER_MS = 2 * QUEUE.maxReceiveCount * QUEUE.visibilityTimeoutSeconds * 1000;

/**
 * Cuts rows, none of them left out, into ranges. A batch that is not stored yet ends it all,
 * since it may be about to be; one that is overdue is taken along, and its reader finds it missing.
 *
 * @param passAfterMs how long after it was sent a batch is overdue
 */
export async function* rangesOf(
  rows: AsyncIterable<LedgerRow>,
  nowMs: number,
  limits: RangeLimits = RANGE_LIMITS,
  passAfterMs: number = PASS_AFTER_MS,
): AsyncGenerator<readonly LedgerRow[]> {
  let range: LedgerRow[] = [];
  let events = 0;
  let bytes = 0;
  for await (const row of rows) {
    if (!isReady(row, nowMs - passAfterMs)) break;
    const { count = 0, contentBytes = 0 } = row;
    const isFull =
      events + count > limits.events ||
      bytes + contentBytes > limits.contentBytes ||
      range.length >= limits.rows;
    if (isFull && range.length > 0) {
      yield range;
      range = [];
      events = 0;
      bytes = 0;
    }
    range.push(row);
    events += count;
    bytes += contentBytes;
  }
  if (range.length > 0) yield range;
}

const isReady = ({ stored, sentAt }: LedgerRow, overdueMs: number): boolean =>
  stored !== undefined || sentAt === undefined || Date.parse(sentAt) <= overdueMs;

/**
 * The rows behind `afterSeq` up to `upToSeq`. Where the ledger lacks one, a row without content takes
 * its place, so that its absence is not passed over.
 */
export async function* contiguous(
  rows: AsyncIterable<LedgerRow>,
  { afterSeq, upToSeq }: { readonly afterSeq: number; readonly upToSeq: number },
): AsyncGenerator<LedgerRow> {
  let next = afterSeq + 1;
  for await (const row of rows) {
    for (; next < row.seq && next <= upToSeq; next += 1) yield { seq: next, stored: undefined };
    if (row.seq > upToSeq) return;
    yield row;
    next = row.seq + 1;
  }
  for (; next <= upToSeq; next += 1) yield { seq: next, stored: undefined };
}
