import * as z from 'zod';
import { CURSOR } from '../auth0/cursor.ts';
import type { Plan } from '../auth0/plan.ts';

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
  askedFromMs: z.number().optional(),
  state: z.enum(['waiting', 'running', 'done']),
  /** Where the next page is read. All before it is held, or was promised in the checkpoint. */
  cursor: CURSOR,
  /** Ingestion of the last event that was looked at. */
  reachedMs: z.number().optional(),
  counts: z.object({
    pages: z.number(),
    /** Events that were new. One batch of them is counted as held when a poll is cut short. */
    stored: z.number(),
    /** Events that the ledger had, or that are left to the audit. */
    held: z.number(),
    rejected: z.number(),
  }),
  workedAt: z.string().optional(),
  /** Why the last poll could not go on with it. */
  lastErrorCode: z.string().optional(),
  /** Retention overtook it: what was ingested before may not have been served any more. */
  lostBeforeMs: z.number().optional(),
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

/** How much of the range was looked at, 0 to 1, by time of ingestion. */
export function shareDone({ state, fromMs, toMs, reachedMs }: Backfill): number {
  if (state === 'done') return 1;
  if (reachedMs === undefined || toMs <= fromMs) return 0;
  return Math.min(1, Math.max(0, (reachedMs - fromMs) / (toMs - fromMs)));
}
