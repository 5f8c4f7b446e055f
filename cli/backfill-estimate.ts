import type { Plan } from '../lambda/auth0/plan.ts';
import type { Backfill } from '../lambda/collect/backfill.ts';
import { BACKFILL_MS_MAX } from '../lambda/collect/work-on-backfill.ts';
import { durationWords } from '../lambda/platform/duration.ts';
import type { Books } from './books.ts';
import { eventsSince } from './ledger-window.ts';

const DAY_MS = 24 * 3600_000;
const PAGE_EVENTS = 100;
/** One request at a time, and each takes a while to be answered. */
const ANSWER_MS = 200;

/** How fast pages of a plan can be read, and how long a number of events takes by that. */
export interface Estimate {
  readonly eventsPerPoll: number;
  readonly durationMs: number;
}

/**
 * What a backfill takes when nobody else draws from the tenant's rate limit. A poll gives it
 * `BACKFILL_MS_MAX`; the rest of the time is for what is new.
 */
export function estimate(events: number, { rateLimit }: Plan, tickEveryMs: number): Estimate {
  const pagesPerMs = Math.min(rateLimit.sustained / (rateLimit.perSeconds * 1000), 1 / ANSWER_MS);
  const eventsPerPoll = Math.floor(BACKFILL_MS_MAX * pagesPerMs) * PAGE_EVENTS;
  const wholePolls = Math.floor(events / eventsPerPoll);
  const restMs = (events - wholePolls * eventsPerPoll) / PAGE_EVENTS / pagesPerMs;
  const durationMs = wholePolls * Math.max(tickEveryMs, BACKFILL_MS_MAX) + restMs;
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
  return `Estimate: about ${events.toLocaleString('en-US')} events if those days were like the last one, ${durationWords(durationMs)} from the next poll on; ${rate}.`;
}
