import { CURSOR } from '../../auth0/cursor.ts';
import { ingestedAtMs } from '../../auth0/log-id.ts';
import type { Plan } from '../../auth0/plan.ts';
import * as z from '../../platform/schema.ts';

/** More windows than anybody works on at once. */
const WINDOWS_MAX = 64;

/**
 * A part of the range that is read by itself. It is cut out by log ids, not by times: every event
 * lies in one window, whatever its date, and whenever it appears.
 */
export const WINDOW = z.object({
  /** Where the next page is read. All of the window before it is held, or was promised. */
  cursor: CURSOR,
  /** It holds what lies behind this id; without it, it begins where the range does. */
  afterLogId: z.optional(z.string()),
  /** It holds what lies up to this id, and that event; without it, it ends where the range does. */
  upToLogId: z.optional(z.string()),
  /** Ingestion of the last event that was looked at. */
  reachedMs: z.optional(z.number()),
});

export type Window = z.infer<typeof WINDOW>;

/**
 * A wish for log events that are older than the running collection. Whoever operates the collector
 * writes it; the poller, which holds the tenant's lease, works on it and notes here how far it came.
 */
export const BACKFILL = z.object({
  schema: z.literal(1),
  version: z.number(),
  requestedAt: z.string(),
  /** The range, milliseconds since 1970: events dated from then on, and ingested before. */
  fromMs: z.number(),
  toMs: z.number(),
  /** What was asked for, where Auth0 keeps less. */
  askedFromMs: z.optional(z.number()),
  state: z.enum(['waiting', 'running', 'done']),
  /** That of the first window: whoever knows of no windows may read on from there to the end. */
  cursor: CURSOR,
  /** What is left of the range, in the order of ids; without it, all behind the cursor. */
  windows: z.optional(z.array(WINDOW).check(z.maxLength(WINDOWS_MAX))),
  /** Up to there all was looked at, by ingestion. */
  reachedMs: z.optional(z.number()),
  counts: z.object({
    pages: z.number(),
    /** Events that were new. One batch of them is counted as held when a poll is cut short. */
    stored: z.number(),
    /** Events that the ledger had, or that are left to the audit. */
    held: z.number(),
    rejected: z.number(),
  }),
  workedAt: z.optional(z.string()),
  /** Why the last poll could not go on with it. */
  lastErrorCode: z.optional(z.string()),
  /** Retention overtook it: what was ingested before may not have been served any more. */
  lostBeforeMs: z.optional(z.number()),
});

export type Backfill = z.infer<typeof BACKFILL>;

const DAY_MS = 24 * 3600_000;

/** The earliest time of which Auth0 may still have events, milliseconds since 1970. */
export const earliestKeptMs = ({ retentionDays }: Plan, nowMs: number): number =>
  nowMs - retentionDays * DAY_MS;

/**
 * A new request; what lies before retention is cut off, and the request says so.
 *
 * @param range milliseconds since 1970
 * @param version of the request before it, 0 when there was none
 */
export function newBackfill(
  { fromMs: askedFromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  plan: Plan,
  nowMs: number,
  version: number,
): Backfill {
  const fromMs = Math.max(askedFromMs, earliestKeptMs(plan, nowMs));
  return {
    schema: 1,
    version,
    requestedAt: new Date(nowMs).toISOString(),
    fromMs,
    toMs,
    ...(fromMs !== askedFromMs && { askedFromMs }),
    state: 'waiting',
    cursor: { kind: 'start', since: new Date(fromMs).toISOString() },
    counts: { pages: 0, stored: 0, held: 0, rejected: 0 },
  };
}

export const isUnderWay = (backfill: Backfill | undefined): backfill is Backfill =>
  backfill !== undefined && backfill.state !== 'done';

/** The windows that are left of a backfill, in the order of ids. */
export const windowsOf = ({ windows, cursor, reachedMs }: Backfill): readonly Window[] =>
  windows ?? [{ cursor, reachedMs }];

/** How much of the range was looked at, 0 to 1, by time of ingestion. */
export function shareDone(backfill: Backfill): number {
  const { state, fromMs, toMs } = backfill;
  if (state === 'done') return 1;
  if (toMs <= fromMs) return 0;
  const leftMs = windowsOf(backfill)
    .map(({ reachedMs = fromMs, upToLogId = '' }) =>
      Math.max(0, Math.min(toMs, ingestedAtMs(upToLogId) ?? toMs) - Math.max(fromMs, reachedMs)),
    )
    .reduce((sum, ms) => sum + ms, 0);
  return Math.min(1, Math.max(0, 1 - leftMs / (toMs - fromMs)));
}
