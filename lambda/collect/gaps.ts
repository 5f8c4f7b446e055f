import type { AfterCursor, Cursor, StartCursor } from '../auth0/cursor.ts';
import { ingestedAtMs } from '../auth0/log-id.ts';
import type { Source } from '../auth0/source.ts';
import type { Gap } from '../ledger/gap-store.ts';
import type { Checkpoint, ReadBatch } from './checkpoint.ts';
import { mayBePastRetention } from './retention.ts';

/** A gap whose end is not known before the next event is read. */
export type OpenGap = Pick<Gap, 'from' | 'reason' | 'afterLogId'>;

/**
 * Auth0 does not say when it skips what is past retention: it goes on with what is left. So when
 * the collector was away for long, the event of the cursor is looked for; if it is gone, what came
 * right after it may be gone too.
 */
export async function findRetentionGap(
  source: Source,
  { cursor, collectedUntil }: Checkpoint,
  nowMs: number,
): Promise<OpenGap | undefined> {
  if (cursor.kind === 'start' || collectedUntil === undefined) return undefined;
  if (!mayBePastRetention(collectedUntil, nowMs)) return undefined;
  if (await source.has(cursor.logId)) return undefined;
  return { from: collectedUntil, reason: 'retention-passed', afterLogId: cursor.logId };
}

/** Auth0 refused the cursor: what lies behind it is found anew by time, without repeating any. */
export function restartAfterRefusal(
  cursor: AfterCursor,
  collectedUntil: string | undefined,
): { readonly gap: OpenGap; readonly cursor: StartCursor } {
  const ingestedMs = ingestedAtMs(cursor.logId);
  const known = ingestedMs === undefined ? undefined : new Date(ingestedMs).toISOString();
  const from = known ?? collectedUntil;
  return {
    gap: { from: from ?? 'unknown', reason: 'cursor-refused', afterLogId: cursor.logId },
    cursor: { kind: 'start', since: from ?? 'oldest', skipThrough: cursor.logId },
  };
}

/** Ends a gap at the first event behind it, or now when there is none yet. */
export function closeGap(gap: OpenGap, next: ReadBatch | undefined, nowMs: number): Gap {
  const firstLogId = next?.batch.firstLogId;
  const firstMs = firstLogId === undefined ? undefined : ingestedAtMs(firstLogId);
  return {
    ...gap,
    to: new Date(firstMs ?? nowMs).toISOString(),
    recordedAt: new Date(nowMs).toISOString(),
  };
}

export const isAfter = (cursor: Cursor): cursor is AfterCursor => cursor.kind === 'after';
