import type { HttpAnswer } from './http.ts';

/** The state of a token bucket, as the answer to a request told it. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Until the bucket is next refilled, reckoned from {@link servedAtMs}; never negative. */
  readonly resetInMs: number;
  /**
   * When the server answered, by its own clock (milliseconds since 1970, rounded down to seconds), or
   * by ours when it does not tell the time.
   */
  readonly servedAtMs: number;
}

/**
 * Reads the `x-ratelimit-*` headers. `x-ratelimit-reset` is a UNIX time in seconds, so it is
 * compared with the clock of the server (its `Date` header), not with ours, which may be wrong.
 * Source: Auth0 docs, "Rate Limit Use Cases".
 */
export function readRateLimit(
  headers: HttpAnswer['headers'],
  nowMs: number,
): RateLimit | undefined {
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const resetSeconds = wholeNumber(headers['x-ratelimit-reset']);
  if (limit === undefined || remaining === undefined || resetSeconds === undefined) {
    return undefined;
  }
  const servedAtMs = serverTimeMs(headers, nowMs);
  const resetInMs = Math.max(0, resetSeconds * 1000 - servedAtMs);
  return { limit, remaining, resetInMs, servedAtMs };
}

/** How long the server asked to wait: `Retry-After` first, then the refill of the bucket. */
export function retryAfterMs(headers: HttpAnswer['headers'], nowMs: number): number | undefined {
  const header = headers['retry-after'];
  const seconds = wholeNumber(header);
  if (seconds !== undefined) return seconds * 1000;
  const dateMs = header === undefined ? Number.NaN : Date.parse(header);
  if (Number.isFinite(dateMs)) return Math.max(0, dateMs - serverTimeMs(headers, nowMs));
  return readRateLimit(headers, nowMs)?.resetInMs;
}

/**
 * Whether there is more in the bucket than the customer's part of it.
 *
 * @param share the part of the bucket that the collector may draw, in (0, 1]
 */
export function isShareLeft(
  { limit, remaining }: Pick<RateLimit, 'limit' | 'remaining'>,
  share: number,
): boolean {
  // 1 - 0.8 is a little less than 0.2, which must not cost the customer a request.
  return remaining > Math.floor(limit * (1 - share) + 1e-9);
}

/** `Date` has whole seconds, rounded down: a wait reckoned from it is never too short. */
function serverTimeMs(headers: HttpAnswer['headers'], nowMs: number): number {
  const dateMs = Date.parse(headers['date'] ?? '');
  return Number.isFinite(dateMs) ? dateMs : nowMs;
}

const wholeNumber = (header: string | undefined): number | undefined =>
  header !== undefined && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined;
