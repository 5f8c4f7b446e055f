import type { Clock } from '../platform/clock.ts';
import type { Budget } from './read-batch.ts';

/** More than any plan serves in one invocation (16 pages a second for 15 minutes). */
export const POLL_PAGES_MAX = 20_000;

/** Bounds a poll by time and by pages. */
export function pollBudget(
  clock: Clock,
  deadlineMs: number,
  pagesMax: number = POLL_PAGES_MAX,
): Budget & { readonly pages: number } {
  let pages = 0;
  return {
    spent: () => {
      if (clock.nowMs() >= deadlineMs) return 'time-budget';
      return pages >= pagesMax ? 'page-budget' : undefined;
    },
    pageRead: () => {
      pages += 1;
    },
    get pages() {
      return pages;
    },
  };
}
