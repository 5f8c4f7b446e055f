import type { PollSummary } from '../lambda/collect/poll.ts';

/** What the polls of a tenant add up to. */
export interface PollTotals {
  fetched: number;
  pages: number;
  batches: number;
  tokenRequests: number;
  duplicates: number;
  rejected: number;
}

export const newTotals = (): PollTotals => ({
  fetched: 0,
  pages: 0,
  batches: 0,
  tokenRequests: 0,
  duplicates: 0,
  rejected: 0,
});

export function addTo(totals: PollTotals, summary: Pick<PollSummary, keyof PollTotals>): void {
  for (const name of Object.keys(totals) as (keyof PollTotals)[]) totals[name] += summary[name];
}

export function sumOf(all: readonly PollTotals[]): PollTotals {
  const sum = newTotals();
  for (const totals of all) addTo(sum, totals);
  return sum;
}
