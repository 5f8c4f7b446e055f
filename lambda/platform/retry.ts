import type { Clock } from './clock.ts';
import { asCollectorError, type CollectorError } from './errors.ts';

/** How often and how long to try again; all times in milliseconds. */
export interface RetryPolicy {
  readonly attemptsMax: number;
  /** The first wait without word from the server is up to this long, each further up to double. */
  readonly baseMs: number;
  readonly capMs: number;
  /** A server may ask for more patience than a poll has; beyond this the poll ends instead. */
  readonly serverDelayMaxMs: number;
}

export const AUTH0_RETRY: RetryPolicy = {
  attemptsMax: 6,
  baseMs: 500,
  capMs: 8_000,
  serverDelayMaxMs: 70_000,
};

/**
 * Decides how long to wait before the next attempt, or that there is none.
 *
 * The timing of the server wins and is not jittered; without it the wait is exponential with full
 * jitter. It stops when the error is permanent, the attempts are used up, or the wait would reach
 * past the deadline.
 *
 * @param attempt how many attempts failed already, from 1
 * @param random a number in [0, 1)
 */
export function nextDelayMs(
  policy: RetryPolicy,
  error: CollectorError,
  attempt: number,
  nowMs: number,
  deadlineMs: number,
  random: number,
): number | 'stop' {
  if (error.kind === 'permanent' || attempt >= policy.attemptsMax) return 'stop';
  const asked = error.retryAfterMs;
  if (asked !== undefined && asked > policy.serverDelayMaxMs) return 'stop';
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  const delayMs = asked ?? Math.ceil(random * ceilingMs);
  return nowMs + delayMs >= deadlineMs ? 'stop' : delayMs;
}

/**
 * Runs a call until it succeeds or {@link nextDelayMs} says stop, and then throws its last failure.
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  clock: Clock,
  deadlineMs: number,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      const error = asCollectorError(thrown);
      const delayMs = nextDelayMs(policy, error, attempt, clock.nowMs(), deadlineMs, Math.random());
      if (delayMs === 'stop') throw error;
      await clock.sleep(delayMs);
    }
  }
}
