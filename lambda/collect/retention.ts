import type { Cursor } from '../auth0/cursor.ts';
import { ingestedAtMs } from '../auth0/log-id.ts';
import type { Plan } from '../auth0/plan.ts';
import type { StopReason } from './status.ts';

const HOUR_MS = 3600_000;

/** Less than the shortest retention: up to this age no event behind the cursor can be gone. */
export const SURELY_RETAINED_MS = 20 * HOUR_MS;
/** Auth0 may drop events a little before their time. */
const NEARLY_ALL = 0.9;

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

/**
 * True when something right behind the cursor may be past retention, so that the event of the
 * cursor has to be looked for. The plan may be configured wrong, so an event younger than it says is
 * looked for as well; an older one is gone in any case and tells nothing.
 *
 * @param collectedUntilIso up to when everything was read
 * @param eventIso ingestion of the event of the cursor, if its id tells
 */
export function mayBePastRetention(
  collectedUntilIso: string,
  eventIso: string | undefined,
  plan: Plan,
  nowMs: number,
): boolean {
  const retentionMs = plan.retentionDays * 24 * HOUR_MS;
  const behindMs = nowMs - Date.parse(collectedUntilIso);
  if (behindMs <= SURELY_RETAINED_MS) return false;
  const eventAgeMs = eventIso === undefined ? 0 : nowMs - Date.parse(eventIso);
  return eventAgeMs <= retentionMs || behindMs > retentionMs * NEARLY_ALL;
}

/** True when what comes right behind the cursor may be about as old as Auth0 keeps events. */
export function isNearlyPastRetention(
  cursor: Cursor,
  collectedUntilIso: string | undefined,
  plan: Plan,
  nowMs: number,
): boolean {
  const ingestedMs = cursor.kind === 'after' ? ingestedAtMs(cursor.logId) : undefined;
  if (ingestedMs === undefined) return false;
  const untilMs = Math.max(ingestedMs, Date.parse(collectedUntilIso ?? '') || 0);
  return nowMs - untilMs > plan.retentionDays * 24 * HOUR_MS * NEARLY_ALL;
}
