import type { Plan } from '../lambda/auth0/plan.ts';
import type { Backfill } from '../lambda/collect/backfill/backfill.ts';
import { BACKFILL_UNTIL_MS } from '../lambda/collect/backfill/work-on-backfill.ts';
import { durationWords } from '../lambda/platform/duration.ts';
import type { Books } from './books.ts';
import { eventsSince } from './ledger-window.ts';
import { countOf } from './search-output.ts';

const DAY_MS = 24 * 3600_000;
const PAGE_EVENTS = 100;

/** How fast pages of a plan can be read, and how long a number of events takes by that. */
export interface Estimate {
  readonly eventsPerPoll: number;
  readonly durationMs: number;
}

/**
 * What a backfill takes when nobody else draws from the tenant's rate limit: pages come as fast as that
 * allows. A poll gives it `BACKFILL_UNTIL_MS`, less what new events take.
 */
export function estimate(events: number, { rateLimit }: Plan, tickEveryMs: number): Estimate {
  const pagesPerMs = rateLimit.sustained / (rateLimit.perSeconds * 1000);
  const eventsPerPoll = Math.floor(BACKFILL_UNTIL_MS * pagesPerMs) * PAGE_EVENTS;
  const wholePolls = Math.floor(events / eventsPerPoll);
  const restMs = (events - wholePolls * eventsPerPoll) / PAGE_EVENTS / pagesPerMs;
  const durationMs = wholePolls * Math.max(tickEveryMs, BACKFILL_UNTIL_MS) + restMs;
  return { eventsPerPoll, durationMs };
}

/** The estimate in a sentence; what the range holds is reckoned from the last days. */
export async function estimateWords(
  books: Books,
  tenant: string,
  { fromMs, toMs }: Backfill,
  plan: Plan,
  tickEveryMs: number,
): Promise<string> {
  const nowMs = Date.now();
  const headSeq = (await books.checkpoint(tenant))?.head.seq ?? 0;
  const [lastDay = 0] = await eventsSince(books.ledger, tenant, headSeq, [nowMs - DAY_MS]);
  const events = Math.round((lastDay * (toMs - fromMs)) / DAY_MS);
  const { eventsPerPoll, durationMs } = estimate(events, plan, tickEveryMs);
  const rate = `the plan's rate limit allows up to ${eventsPerPoll.toLocaleString('en-US')} events with each poll`;
  if (lastDay === 0) return `Estimate: ${rate}; how many there are is not known.`;
  return `Estimate: about ${countOf(events, 'event')} if those days were like the last one, ${durationWords(durationMs)} from the next poll on; ${rate}.`;
}
