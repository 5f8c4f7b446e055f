/**
 * `npm run bench:backfill`: how fast a backfill is read, against what the rate limit permits and
 * against reading page by page; exit code 1 when a target is missed. The poller is the real one, with
 * real HTTP to a simulated tenant.
 */
import type { Http } from '../lambda/auth0/http.ts';
import { PLANS } from '../lambda/auth0/plan.ts';
import { BATCH_LIMITS } from '../lambda/collect/read-batch.ts';
import type { EmbeddedAws } from '../local/aws/embedded-aws.ts';
import { startServices } from '../test/contract/services.ts';
import { FastClock } from '../test/reliability/fast-clock.ts';
import { World } from '../test/reliability/world.ts';

const PAGE_EVENTS = 100;
const ANSWER_MS = 250;
const SEQUENTIAL_PAGES = 60;
const PARALLEL_PAGES = 750;
/** Where the range begins, there were events before, as in a tenant that is older than its retention. */
const LEAD_MS = 10 * 60_000;
const TICK_MS = 5 * 60_000;
/** Enough for one in a thousand requests to show. */
const ESSENTIALS_PAGES = 1_050;
/** A thousand requests take ten minutes of that plan, and half a minute here. */
const ESSENTIALS_FACTOR = 25;

const USED_MIN = 0.95;
const SPEED_UP_MIN = 3;
const THROTTLES_PER_1000_MAX = 1;

interface Measured {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
  readonly polls: number;
  readonly throttles: number;
}

const aws = await startServices();
const sequential = await measure(aws, 'enterprise', SEQUENTIAL_PAGES, 1, withoutCuts);
const parallel = await measure(aws, 'enterprise', PARALLEL_PAGES, 1);
const essentials = await measure(aws, 'essentials', ESSENTIALS_PAGES, ESSENTIALS_FACTOR);
await aws.stop();

console.table({
  'enterprise, page by page': shown(sequential),
  'enterprise, in windows': shown(parallel),
  essentials: shown(essentials),
});
const { burst, sustained, perSeconds } = PLANS.enterprise.rateLimit;
const permitted = burst + (sustained / perSeconds) * parallel.seconds;
process.exitCode = [
  target('of the permitted requests used', parallel.requests / permitted, USED_MIN, 'least'),
  target(
    'times as fast as page by page',
    speed(parallel) / speed(sequential),
    SPEED_UP_MIN,
    'least',
  ),
  target(
    'answers with 429 in 1,000 requests (essentials)',
    (essentials.throttles / essentials.requests) * 1_000,
    THROTTLES_PER_1000_MAX,
    'most',
  ),
].every(Boolean)
  ? 0
  : 1;

/**
 * Collects pages from before the collection began. Times are those of its clock, from the first request
 * of the backfill to the end of the poll that ends it.
 */
async function measure(
  services: EmbeddedAws,
  plan: 'enterprise' | 'essentials',
  pages: number,
  factor: number,
  between: (plain: Http) => Http = (plain) => plain,
): Promise<Measured> {
  process.stderr.write(`${plan}, ${pages} pages ...\n`);
  const clock = new FastClock(factor);
  const world = await World.create(services, {
    plan,
    events: pages * PAGE_EVENTS,
    since: 'newest',
    pageEventsMax: PAGE_EVENTS,
    rateLimit: PLANS[plan].rateLimit,
    latencyMs: ANSWER_MS / factor,
    clock,
  });
  const [firstMs, askedMs] = [Date.parse(JSON.parse(world.held()[0] ?? '').date), clock.nowMs()];
  await world.poll();
  await world.askFor(firstMs + LEAD_MS, askedMs);
  let begunAtMs: number | undefined;
  const seen = { requests: 0, throttles: 0, polls: 0 };
  const http = (plain: Http): Http => {
    const further = between(plain);
    return (request) => {
      if (request.url.includes('sort=')) begunAtMs ??= clock.nowMs();
      if (begunAtMs !== undefined) seen.requests += 1;
      return further(request);
    };
  };
  while ((await world.backfill())?.state !== 'done') {
    if (seen.polls > 0) await clock.sleep(TICK_MS - ((clock.nowMs() - askedMs) % TICK_MS));
    const { throttles, error } = await world.poll({
      http,
      parts: () => ({ limits: BATCH_LIMITS }),
    });
    if (error !== undefined) throw error;
    seen.polls += 1;
    seen.throttles += throttles;
  }
  const seconds = (clock.nowMs() - (begunAtMs ?? askedMs)) / 1000;
  const { counts } = (await world.backfill()) ?? {};
  const events = counts?.stored ?? 0;
  await world.end();
  if (events < (pages - 10) * PAGE_EVENTS) throw new Error(`${events} events stored`);
  return { ...seen, events, seconds };
}

/** A private cloud may refuse searches by date: no place to cut is found, and nothing is cut. */
function withoutCuts(plain: Http): Http {
  const refusal = { status: 400, headers: {}, body: Buffer.from('{"message":"no date queries"}') };
  let searches = 0;
  return async (request) => {
    // The first search finds the start of the range.
    if (request.url.includes('q=date')) searches += 1;
    return searches > 1 && request.url.includes('q=date') ? refusal : plain(request);
  };
}

function speed({ events, seconds }: Measured): number {
  return events / PAGE_EVENTS / seconds;
}

function shown(measured: Measured) {
  const { events, requests, seconds, polls, throttles } = measured;
  const rounded = (value: number) => Number(value.toFixed(1));
  return {
    events,
    requests,
    seconds: rounded(seconds),
    'pages/s': rounded(speed(measured)),
    polls,
    '429': throttles,
  };
}

function target(what: string, value: number, bound: number, side: 'least' | 'most'): boolean {
  const isMet = side === 'least' ? value >= bound : value <= bound;
  process.stdout.write(
    `${isMet ? 'met   ' : 'missed'} ${value.toFixed(2)} ${what} (at ${side} ${bound})\n`,
  );
  return isMet;
}
