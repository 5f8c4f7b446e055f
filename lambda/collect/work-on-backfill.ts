import type { AfterCursor, Cursor } from '../auth0/cursor.ts';
import { isRejected, type LogEvent } from '../auth0/log-event.ts';
import { compareLogIds, ingestedAtMs } from '../auth0/log-id.ts';
import type { Page } from '../auth0/page.ts';
import type { Plan } from '../auth0/plan.ts';
import type { Source } from '../auth0/source.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import { BatchBuilder } from '../queue/batch.ts';
import { type Backfill, earliestKeptMs, isUnderWay } from './backfill.ts';
import { HeldEvents } from './backfill-held.ts';
import type { BackfillStore } from './backfill-store.ts';
import type { ReadBatch } from './checkpoint.ts';
import { isAfter, isCursorRefusal } from './gaps.ts';
import type { BatchLimits } from './read-batch.ts';

/** New events wait no longer than this for the next poll, however long a backfill takes. */
export const BACKFILL_MS_MAX = 120_000;
/** The part of the rate bucket that a backfill may draw from; it waits rather than take more. */
const BACKFILL_RATE_SHARE = 0.25;
/** After so many pages the lease is renewed and the progress noted, whether they held news or not. */
const STEP_PAGES_MAX = 20;
/** Events are ingested a little after their date. */
const INGESTION_DELAY_MS = 5 * 60_000;

export interface BackfillParts {
  readonly tenant: string;
  readonly plan: Plan;
  readonly source: Source;
  readonly ledger: LedgerStore;
  readonly backfills: BackfillStore;
  readonly limits: BatchLimits;
  /** Behind everything that the running collection has read. */
  readonly live: Cursor;
  readonly auditedSeq: number;
  readonly nowMs: () => number;
  readonly hasBudget: () => boolean;
  readonly pageRead: () => void;
  /** Saves the live cursor and renews the lease. */
  readonly keep: () => Promise<void>;
  /** Promises, sends and notes a batch; returns its row. */
  readonly deliver: (
    read: ReadBatch,
  ) => Promise<Pick<LedgerRow, 'seq' | 'firstLogId' | 'lastLogId'>>;
}

/**
 * Goes on with the tenant's backfill, if there is one, until it is done or the budget is spent.
 * What it finds goes out as late batches, so the live cursor stays where it is. Its own cursor is
 * moved after a batch was noted in the ledger: a poll that dies in between leaves a promise, which the
 * next one keeps, and pages whose events the ledger then has.
 */
export async function workOnBackfill(parts: BackfillParts): Promise<void> {
  const { backfills, tenant, live, ledger, auditedSeq } = parts;
  const found = await backfills.load(tenant);
  if (!isUnderWay(found)) return;
  await parts.keep();
  // Caught up and still at the start: Auth0 has no log event at all.
  if (!isAfter(live)) {
    await backfills.save(tenant, { ...found, state: 'done', workedAt: isoOf(parts.nowMs()) });
    return;
  }
  const held = await HeldEvents.read(ledger, tenant, auditedSeq);
  for (let backfill = found; isUnderWay(backfill) && parts.hasBudget(); ) {
    const step = await readStep(parts, live, held, backfill);
    if (step.read === undefined) await parts.keep();
    else held.add(await parts.deliver(step.read));
    backfill = await backfills.save(tenant, step.backfill);
    if (step.isHeldUp) return;
  }
}

/** What a few pages came to: perhaps a batch, and the request once that is delivered. */
interface Step {
  readonly read: ReadBatch | undefined;
  readonly backfill: Backfill;
  readonly isHeldUp: boolean;
}

async function readStep(
  parts: BackfillParts,
  live: AfterCursor,
  held: HeldEvents,
  before: Backfill,
): Promise<Step> {
  const taken = new TakenPages(before.cursor);
  let error: CollectorError | undefined;
  let isOver = false;
  while (!isOver && error === undefined && !taken.isFull(parts.limits) && mayReadOn(parts, taken)) {
    try {
      const page = await parts.source.page(taken.cursor, BACKFILL_RATE_SHARE);
      parts.pageRead();
      const events = eventsOfRange(page, before.toMs, live.logId);
      isOver = page.isEnd || events.length < page.events.length;
      taken.add(page.cursor, events, await held.unknownOf(events));
    } catch (thrown) {
      error = asCollectorError(thrown);
      if (!error.code.startsWith('AUTH0_')) throw error;
    }
  }
  return {
    read: taken.batch(live),
    backfill: advanced(before, taken, isOver, error, parts),
    isHeldUp: error !== undefined,
  };
}

const mayReadOn = ({ hasBudget }: BackfillParts, { pages }: TakenPages): boolean =>
  pages === 0 || (pages < STEP_PAGES_MAX && hasBudget());

/** Up to the end of the range; never beyond what the running collection has read. */
function eventsOfRange({ events }: Page, toMs: number, liveLogId: string): Page['events'] {
  const isBeyond = (event: LogEvent) =>
    compareLogIds(event.logId, liveLogId) > 0 || (timeOf(event) ?? 0) >= toMs + INGESTION_DELAY_MS;
  const end = events.findIndex((event) => !isRejected(event) && isBeyond(event));
  return end === -1 ? events : events.slice(0, end);
}

const timeOf = ({ logId, date }: LogEvent): number | undefined =>
  ingestedAtMs(logId) ?? (date === undefined ? undefined : Date.parse(date));

/** The pages of one step, and the batch that they make. */
class TakenPages {
  pages = 0;
  held = 0;
  reachedMs: number | undefined;
  cursor: Cursor;
  /** Before the first page that had news: what is read again after a crash is no more than needed. */
  #batchFrom: Cursor | undefined;
  #builder = new BatchBuilder('');

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  get stored(): number {
    return this.#builder.eventCount;
  }

  get rejected(): number {
    return this.#builder.rejectedCount;
  }

  isFull({ events, contentBytes }: BatchLimits): boolean {
    return this.#builder.eventCount >= events || this.#builder.contentBytes >= contentBytes;
  }

  add(next: Cursor, events: Page['events'], news: Page['events']): void {
    this.pages += 1;
    this.held += events.length - news.length;
    if (news.length > 0 && this.#batchFrom === undefined) {
      this.#batchFrom = this.cursor;
      this.#builder = new BatchBuilder(isAfter(this.cursor) ? this.cursor.from : '');
    }
    for (const event of news) {
      if (isRejected(event)) this.#builder.reject(event);
      else this.#builder.add(event);
    }
    const last = events.findLast((event) => !isRejected(event));
    if (last !== undefined && !isRejected(last)) this.reachedMs = timeOf(last) ?? this.reachedMs;
    this.cursor = next;
  }

  batch(live: Cursor): ReadBatch | undefined {
    if (this.#batchFrom === undefined) return undefined;
    const { keys } = this.#builder;
    const range = { cursorBefore: this.#batchFrom, cursorAfter: live };
    return { batch: this.#builder.close(), keys, ...range, isLate: true, isBackfill: true };
  }
}

function advanced(
  before: Backfill,
  taken: TakenPages,
  isOver: boolean,
  error: CollectorError | undefined,
  { plan, nowMs }: BackfillParts,
): Backfill {
  const { lastErrorCode: _before, ...rest } = before;
  const { pages, stored, held, rejected } = before.counts;
  const keptMs = earliestKeptMs(plan, nowMs());
  const reachedMs = taken.reachedMs ?? before.reachedMs;
  return {
    ...rest,
    state: isOver ? 'done' : 'running',
    cursor: isCursorRefusal(error) ? foundAnew(taken.cursor, before) : taken.cursor,
    counts: {
      pages: pages + taken.pages,
      stored: stored + taken.stored,
      held: held + taken.held,
      rejected: rejected + taken.rejected,
    },
    workedAt: isoOf(nowMs()),
    ...(reachedMs !== undefined && { reachedMs }),
    ...(error !== undefined && { lastErrorCode: error.code }),
    ...((before.reachedMs ?? before.fromMs) < keptMs && { lostBeforeMs: keptMs }),
  };
}

/** A refused cursor is found again by time; what comes twice by that is held. */
function foundAnew(cursor: Cursor, { reachedMs, fromMs }: Backfill): Cursor {
  const ms = isAfter(cursor) ? ingestedAtMs(cursor.logId) : undefined;
  return { kind: 'start', since: isoOf(ms ?? reachedMs ?? fromMs) };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
