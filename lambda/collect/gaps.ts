import type { AfterCursor, Cursor, StartCursor } from '../auth0/cursor.ts';
import { ingestedAtMs } from '../auth0/log-id.ts';
import type { Plan } from '../auth0/plan.ts';
import type { Source } from '../auth0/source.ts';
import type { Gap } from '../ledger/gap-store.ts';
import type { CollectorError } from '../platform/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { mayBePastRetention } from './retention.ts';

/** A gap whose end is not known before the next event is read. */
export type OpenGap = Pick<Gap, 'from' | 'reason' | 'afterLogId'>;

/**
 * Auth0 does not say when it skips what is past retention: it goes on with what is left. So when
 * the collector is far behind, the event of the cursor is looked for; if it is gone, what came
 * right after it may be gone too. Before anything is delivered, the first event promised stands for
 * it. An event that is gone because of its own age alone, with everything behind it collected not
 * long ago, is no gap.
 */
export async function findRetentionGap(
  source: Source,
  { cursor, collectedUntil, pending }: Pick<Checkpoint, 'cursor' | 'collectedUntil' | 'pending'>,
  plan: Plan,
  nowMs: number,
): Promise<OpenGap | undefined> {
  const afterLogId = isAfter(cursor) ? cursor.logId : '';
  const logId = afterLogId || pending?.row.firstLogId;
  if (!logId) return undefined;
  const from = collectedUntil ?? ingestedAt(logId);
  if (from === undefined || !mayBePastRetention(from, ingestedAt(logId), plan, nowMs)) {
    return undefined;
  }
  if (await source.has(logId)) return undefined;
  return { from, reason: 'retention-passed', afterLogId };
}

/** Auth0 refused the cursor: what lies behind it is found anew by time, without repeating any. */
export function restartAfterRefusal(
  cursor: AfterCursor,
  collectedUntil: string | undefined,
): { readonly gap: OpenGap; readonly cursor: StartCursor } {
  const from = ingestedAt(cursor.logId) ?? collectedUntil;
  // A restart that is refused again while it still passes over events must not forget how far.
  const skipThrough = cursor.skipThrough ?? cursor.logId;
  return {
    gap: { from: from ?? 'unknown', reason: 'cursor-refused', afterLogId: cursor.logId },
    cursor: { kind: 'start', since: from ?? 'oldest', skipThrough },
  };
}

/** Ends a gap at an event, or now when there is none behind it yet. */
export function closeGap(gap: OpenGap, endLogId: string | undefined, nowMs: number): Gap {
  const endMs = endLogId === undefined ? undefined : ingestedAtMs(endLogId);
  return {
    ...gap,
    to: new Date(endMs ?? nowMs).toISOString(),
    recordedAt: new Date(nowMs).toISOString(),
  };
}

/** True when Auth0 did not accept the place to read from. */
export const isCursorRefusal = (error: CollectorError | undefined): boolean =>
  error?.code === 'AUTH0_400_CURSOR';

export const isAfter = (cursor: Cursor): cursor is AfterCursor => cursor.kind === 'after';

function ingestedAt(logId: string): string | undefined {
  const ms = ingestedAtMs(logId);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
