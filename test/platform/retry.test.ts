import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectorError } from '../../lambda/platform/errors.ts';
import {
  AUTH0_RETRY,
  nextDelayMs,
  type RetryPolicy,
  withRetries,
} from '../../lambda/platform/retry.ts';
import { virtualClock } from './virtual-clock.ts';

const POLICY: RetryPolicy = { attemptsMax: 5, baseMs: 100, capMs: 1_000, serverDelayMaxMs: 9_000 };
const NOW_MS = 50_000;
const FAR = Number.MAX_SAFE_INTEGER;
const transient = new CollectorError('AUTH0_5XX', 'Oops');
const permanent = new CollectorError('AUTH0_403_SCOPE', 'No');
const throttled = (retryAfterMs: number | undefined) =>
  new CollectorError('AUTH0_429_RATE', 'Slow down', { retryAfterMs });

const delay = (error: CollectorError, attempt = 1, deadlineMs = FAR, random = 0.5) =>
  nextDelayMs(POLICY, error, attempt, NOW_MS, deadlineMs, random);

describe('the decision to try again', () => {
  it('is no when the failure is permanent', () => {
    expect(delay(permanent)).toBe('stop');
  });

  it('is no when the attempts are used up', () => {
    expect(delay(transient, 4)).not.toBe('stop');
    expect(delay(transient, 5)).toBe('stop');
    expect(delay(throttled(10), 5)).toBe('stop');
  });

  it('is no when the server asks for more patience than a poll has', () => {
    expect(delay(throttled(9_000))).toBe(9_000);
    expect(delay(throttled(9_001))).toBe('stop');
  });

  it('is no when the wait would reach the deadline', () => {
    expect(delay(throttled(1_000), 1, NOW_MS + 1_001)).toBe(1_000);
    expect(delay(throttled(1_000), 1, NOW_MS + 1_000)).toBe('stop');
    expect(delay(transient, 1, NOW_MS + 50, 0.5)).toBe('stop');
    expect(delay(transient, 1, NOW_MS, 0)).toBe('stop');
  });

  it('takes the timing of the server as it is', () => {
    for (const random of [0, 0.3, 0.999]) expect(delay(throttled(777), 3, FAR, random)).toBe(777);
    expect(delay(throttled(0), 3)).toBe(0);
  });

  it('draws the wait from a range that doubles up to a cap', () => {
    const longest = [1, 2, 3, 4].map((attempt) => delay(transient, attempt, FAR, 0.999_999));
    expect(longest).toEqual([100, 200, 400, 800]);
    const patient = { ...POLICY, attemptsMax: 100 };
    expect(nextDelayMs(patient, transient, 60, NOW_MS, FAR, 0.999_999)).toBe(1_000);
    expect(delay(throttled(undefined), 2, FAR, 0.25)).toBe(50);
    expect(delay(transient, 4, FAR, 0)).toBe(0);
  });

  it('never waits past the deadline or longer than the policy allows', () => {
    fc.assert(
      fc.property(
        fc.option(fc.nat({ max: 200_000 }), { nil: undefined }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat({ max: 200_000 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (askedMs, attempt, leftMs, random) => {
          const deadlineMs = NOW_MS + leftMs;
          const error = throttled(askedMs);
          const ms = nextDelayMs(AUTH0_RETRY, error, attempt, NOW_MS, deadlineMs, random);
          if (ms === 'stop') return;
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(
            askedMs === undefined ? AUTH0_RETRY.capMs : AUTH0_RETRY.serverDelayMaxMs,
          );
          expect(NOW_MS + ms).toBeLessThan(deadlineMs);
        },
      ),
    );
  });
});

/** Fails with each of these in turn, then succeeds. */
function failing(...failures: unknown[]): () => Promise<string> {
  const left = [...failures];
  return async () => {
    if (left.length > 0) throw left.shift();
    return 'done';
  };
}

describe('a call with retries', () => {
  it('waits as the server said each time, until it succeeds', async () => {
    const clock = virtualClock();
    const call = failing(throttled(300), throttled(0), throttled(40));
    await expect(withRetries(call, POLICY, clock, FAR)).resolves.toBe('done');
    expect(clock.waits).toEqual([300, 0, 40]);
  });

  it('waits within its bounds when the server says nothing', async () => {
    const clock = virtualClock();
    const call = failing(transient, transient, transient, transient);
    await expect(withRetries(call, POLICY, clock, FAR)).resolves.toBe('done');
    for (const [index, ceilingMs] of [100, 200, 400, 800].entries()) {
      expect(clock.waits[index]).toBeGreaterThanOrEqual(0);
      expect(clock.waits[index]).toBeLessThanOrEqual(ceilingMs);
    }
  });

  it('gives up with the last failure when the attempts are used up', async () => {
    const last = new CollectorError('AUTH0_TIMEOUT', 'Still nothing');
    const call = failing(...Array(4).fill(transient), last);
    await expect(withRetries(call, POLICY, virtualClock(), FAR)).rejects.toBe(last);
  });

  it('gives up at once on a permanent failure and on what nobody foresaw', async () => {
    const clock = virtualClock();
    await expect(withRetries(failing(permanent), POLICY, clock, FAR)).rejects.toBe(permanent);
    const defect = failing(new TypeError('x is undefined'));
    await expect(withRetries(defect, POLICY, clock, FAR)).rejects.toMatchObject({
      code: 'UNEXPECTED',
      message: 'x is undefined',
    });
    expect(clock.waits).toEqual([]);
  });

  it('never waits into its deadline', async () => {
    const clock = virtualClock(0);
    const call = failing(throttled(400), throttled(400), throttled(400));
    await expect(withRetries(call, POLICY, clock, 1_000)).rejects.toThrow('Slow down');
    expect(clock.nowMs()).toBe(800);
  });
});
