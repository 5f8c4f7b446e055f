import type { Cursor } from '../auth0/cursor.ts';
import { ingestedAtMs } from '../auth0/log-id.ts';
import type { Plan } from '../auth0/plan.ts';
import type { StopReason } from './status.ts';

const HOUR_MS = 3600_000;

/** Less than the shortest retention: up to this age no event behind the cursor can be gone. */
export const SURELY_RETAINED_MS = 20 * HOUR_MS;

/**
 * Up to when everything is collected, after a poll: up to now when it read to the end, else up to
 * the ingestion of the last event it delivered, as far as the id tells. It never moves back.
 */
export function collectedUntil(
  before: string | undefined,
  cursor: Cursor,
  reason: StopReason,
  nowMs: number,
): string | undefined {
  if (reason === 'caught-up') return new Date(nowMs).toISOString();
  const readMs = cursor.kind === 'after' ? ingestedAtMs(cursor.logId) : undefined;
  if (readMs === undefined) return before;
  return before !== undefined && Date.parse(before) >= readMs
    ? before
    : new Date(readMs).toISOString();
}

/** Hours until Auth0 drops events that were not collected yet; negative when it may have. */
export function hoursToLoss(
  collectedUntilIso: string | undefined,
  plan: Plan,
  nowMs: number,
): number | undefined {
  if (collectedUntilIso === undefined) return undefined;
  return plan.retentionDays * 24 - (nowMs - Date.parse(collectedUntilIso)) / HOUR_MS;
}

/** True when the event of the cursor may be past retention, so that it has to be looked for. */
export const mayBePastRetention = (collectedUntilIso: string | undefined, nowMs: number): boolean =>
  collectedUntilIso !== undefined && nowMs - Date.parse(collectedUntilIso) > SURELY_RETAINED_MS;
