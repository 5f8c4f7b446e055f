import type { Plan } from '../../auth0/plan.ts';
import type { CollectorError } from '../../platform/errors.ts';
import { type Backfill, earliestKeptMs, type Window } from './backfill.ts';
import type { TakenPages } from './taken.ts';

/** What a step leaves behind. */
export interface Left {
  /** Those that are not read to their end, in the order of ids. */
  readonly windows: readonly Window[];
  /** Why the poll can't go on, if it can't. */
  readonly error: CollectorError | undefined;
  readonly plan: Plan;
  readonly nowMs: number;
}

/** The request after a step whose batch was noted. */
export function advanced(
  before: Backfill,
  taken: TakenPages,
  { windows, error, plan, nowMs }: Left,
): Backfill {
  const { lastErrorCode: _before, ...rest } = before;
  const { pages, stored, held, rejected } = before.counts;
  const keptMs = earliestKeptMs(plan, nowMs);
  const [first] = windows;
  // A start that is found by time lies a little before the range.
  const reachedMs = Math.max(
    before.reachedMs ?? before.fromMs,
    (first === undefined ? taken.reachedMs : first.reachedMs) ?? 0,
  );
  return {
    ...rest,
    state: first === undefined ? 'done' : 'running',
    cursor: first?.cursor ?? taken.cursor,
    windows: [...windows],
    counts: {
      pages: pages + taken.pages,
      stored: stored + taken.stored,
      held: held + taken.held,
      rejected: rejected + taken.rejected,
    },
    workedAt: new Date(nowMs).toISOString(),
    reachedMs,
    ...(error !== undefined && { lastErrorCode: error.code }),
    ...((before.reachedMs ?? before.fromMs) < keptMs && { lostBeforeMs: keptMs }),
  };
}
