import { SINCE_NEWEST, SINCE_OLDEST } from '../auth0/cursor.ts';
import type { Plan } from '../auth0/plan.ts';
import { CollectorError } from '../platform/errors.ts';
import { COLLECTION_START_PATTERN } from '../platform/names.ts';

const DAY_MS = 24 * 3600_000;
const DAYS_BACK_MAX = 30;

/** Where a tenant starts, and whether that is later than was asked. */
export interface CollectionStart {
  /** As in a `start` cursor. */
  readonly since: string;
  readonly clampedFrom: string | undefined;
}

/**
 * Reads the setting "collection start": empty, `oldest`, or a day or time in UTC. Nothing older
 * than the plan's retention is there to collect, and nothing older than 30 days is asked for.
 *
 * @throws {CollectorError} COLLECTION_START
 */
export function readCollectionStart(setting: string, plan: Plan, nowMs: number): CollectionStart {
  const text = setting.trim();
  if (text === '') return { since: SINCE_NEWEST, clampedFrom: undefined };
  if (text === SINCE_OLDEST) return { since: SINCE_OLDEST, clampedFrom: undefined };
  const askedMs = COLLECTION_START_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(askedMs) || !isDayOfCalendar(text)) {
    throw new CollectorError(
      'COLLECTION_START',
      `The collection start "${text.slice(0, 60)}" is not a time in UTC`,
    );
  }
  if (askedMs > nowMs) {
    throw new CollectorError('COLLECTION_START', `The collection start ${text} is in the future`);
  }
  const earliestMs = nowMs - Math.min(DAYS_BACK_MAX, plan.retentionDays) * DAY_MS;
  const sinceMs = Math.max(askedMs, earliestMs);
  return {
    since: new Date(sinceMs).toISOString(),
    clampedFrom: sinceMs === askedMs ? undefined : text,
  };
}

/** `Date` takes 30 February for 2 March. */
function isDayOfCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}
