import { type Cursor, cursorAfter } from '../auth0/cursor.ts';
import { isRejected, keyOfEvent } from '../auth0/log-event.ts';
import { isWithinIds } from '../auth0/log-id.ts';
import type { Source } from '../auth0/source.ts';
import { IdSet } from '../ledger/id-set.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { asCollectorError } from '../platform/errors.ts';
import type { AuditMode } from '../platform/names.ts';
import { BatchBuilder } from '../queue/batch.ts';
import type { Checkpoint, ReadBatch } from './checkpoint.ts';
import { isCursorRefusal } from './gaps.ts';

/** How old a batch must be: by then Auth0's own delays are over. */
export const SETTLED_AFTER_MS = 15 * 60_000;
/** A sample is one batch in so many. */
const SAMPLE_EVERY = 10;
/** Pages that an idle poll may spend on the audit. */
export const AUDIT_PAGES_MIN = 20;
/** The part of the rate bucket that the audit may draw from; it waits rather than take more. */
const AUDIT_RATE_SHARE = 0.25;
/** A range that grew by more pages than this is compared up to there. */
const EXTRA_PAGES_MAX = 20;
const PAGE_EVENTS = 100;

/** What the audit did: how far it came, and what was missing. */
export interface AuditStep {
  readonly auditedSeq: number;
  readonly isRead: boolean;
  /** Requests that it took, also where nothing could be compared. */
  readonly pages: number;
  readonly late: ReadBatch | undefined;
}

export interface AuditParts {
  readonly tenant: string;
  readonly mode: AuditMode;
  readonly source: Source;
  readonly ledger: LedgerStore;
  readonly nowMs: () => number;
  /** Pages that may still be read. */
  readonly hasBudget: (pagesRead: number) => boolean;
}

/**
 * Reads settled ranges again and compares them with the ledger, oldest first. No promise of Auth0
 * says that an event can't appear behind one that was served already; if one does, it comes out as a
 * late batch.
 */
export async function* audit(parts: AuditParts, checkpoint: Checkpoint): AsyncGenerator<AuditStep> {
  if (parts.mode === 'off') return;
  const rows = parts.ledger.rows(parts.tenant, checkpoint.auditedSeq);
  let pages = 0;
  let held: LedgerRow | undefined;
  for await (const row of rows) {
    // One row is held back, since a late batch of its range may be noted right behind it.
    const [audited, companion] = [held, row];
    held = row;
    if (audited === undefined) continue;
    const step = await auditRow(parts, audited, companion, checkpoint);
    if (step === undefined) return;
    pages += step.pages;
    yield step;
    if (!parts.hasBudget(pages)) return;
  }
  const step = held && (await auditRow(parts, held, undefined, checkpoint));
  if (step !== undefined) yield step;
}

/** Audits one batch; undefined when it, and so all behind it, is not settled yet. */
async function auditRow(
  { mode, source, nowMs }: AuditParts,
  row: LedgerRow,
  companion: LedgerRow | undefined,
  checkpoint: Checkpoint,
): Promise<AuditStep | undefined> {
  const { seq, sentAt, from, lastLogId, idHashes } = row;
  if (sentAt === undefined || nowMs() - Date.parse(sentAt) < SETTLED_AFTER_MS) return undefined;
  const skipped = { auditedSeq: seq, isRead: false, pages: 0, late: undefined };
  if (row.isLate || (mode === 'sample' && seq % SAMPLE_EVERY !== 0)) return skipped;
  if (from === undefined || !lastLogId || idHashes === undefined) return skipped;
  const known = new IdSet(idHashes);
  if (companion?.isLate && companion.from === from && companion.idHashes !== undefined) {
    known.addHashes(companion.idHashes);
  }
  const reread = await rereadRow(source, row, known).catch(ignoreRefusal);
  if (reread === undefined) return { ...skipped, pages: 1 };
  const { builder, pages, isWhole } = reread;
  // An answer that lacks what was served before proves nothing, unless it is past retention.
  if (!isWhole) return (await source.has(lastLogId)) ? undefined : { ...skipped, pages: pages + 1 };
  const cursorBefore = startOf(row);
  const late: ReadBatch | undefined = builder.isEmpty
    ? undefined
    : {
        batch: await builder.close(),
        keys: builder.keys,
        cursorBefore,
        cursorAfter: checkpoint.cursor,
        isLate: true,
      };
  return { auditedSeq: seq, isRead: true, pages, late };
}

/** A range whose cursor is not accepted any more can't be compared, now or later. */
function ignoreRefusal(thrown: unknown): undefined {
  if (!isCursorRefusal(asCollectorError(thrown))) throw thrown;
}

/** The first batch of a tenant begins with an event that no page shows again. */
const startOf = ({ from, firstLogId }: LedgerRow) => cursorAfter(from || firstLogId || '');

/** Reads the range of a row again: what is new in it, and whether all that was known is there. */
async function rereadRow(source: Source, row: LedgerRow, known: IdSet) {
  const builder = new BatchBuilder(row.from ?? '');
  const missing = new IdSet(row.idHashes);
  if (!row.from) missing.delete(row.firstLogId ?? '');
  const lastLogId = row.lastLogId ?? '';
  const pagesMax = Math.ceil((row.count ?? 0) / PAGE_EVENTS) + EXTRA_PAGES_MAX;
  const start = startOf(row);
  let cursor: Cursor = start;
  let pages = 0;
  for (let isOver = false; !isOver && pages < pagesMax; ) {
    const page = await source.page(cursor, AUDIT_RATE_SHARE);
    pages += 1;
    isOver = page.isEnd;
    for (const event of page.events) {
      missing.delete(keyOfEvent(event));
      if (isRejected(event)) continue;
      // What lies behind the range ends it; what lies before it came by mistake.
      if (!isWithinIds(event.logId, '', lastLogId)) {
        isOver = true;
        break;
      }
      if (isWithinIds(event.logId, start.logId, lastLogId) && !known.has(event.logId)) {
        known.add(event.logId);
        builder.add(event);
      }
    }
    cursor = page.cursor;
  }
  return { builder, pages, isWhole: missing.size === 0 };
}
