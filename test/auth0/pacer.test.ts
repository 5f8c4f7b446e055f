import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../lambda/auth0/pacer.ts';
import { readRateLimit } from '../../lambda/auth0/rate-limit.ts';
import { RateBucket } from '../../local/tenant/rate-bucket.ts';
import { SteppedClock } from '../platform/stepped-clock.ts';

interface Setting {
  readonly burst: number;
  readonly perSecond: number;
  readonly lanes: number;
  /** From sending to answer. */
  readonly latencyMs: number;
  /** Where on its way each request meets the bucket, in turn, 0 to 1. */
  readonly meetsAt: readonly number[];
  readonly seconds: number;
  readonly share: number;
  /** The server's clock is so far ahead of ours. */
  readonly aheadMs: number;
  /** Answers come without `x-ratelimit-*`. */
  readonly isSilent?: boolean;
}

interface Outcome {
  readonly allowed: number;
  readonly refused: number;
  /** The least that was left in the bucket after one of our requests. */
  readonly leastLeft: number;
}

/** Lanes that draw from one bucket through one pacer, in virtual time. */
async function draw(setting: Setting): Promise<Outcome> {
  const { burst, perSecond, lanes, latencyMs, meetsAt, seconds, share, aheadMs, isSilent } =
    setting;
  const clock = new SteppedClock();
  const serverMs = () => clock.nowMs() + aheadMs;
  const bucket = new RateBucket({ burst, sustained: perSecond, perSeconds: 1 }, serverMs);
  const endMs = clock.nowMs() + seconds * 1_000;
  const pacer = new Pacer(clock, endMs);
  const outcome = { allowed: 0, refused: 0, leastLeft: burst };

  const request = async () => {
    const number = await pacer.enter(share);
    const part = meetsAt[number % meetsAt.length] ?? 1;
    await clock.sleep(latencyMs * part);
    const { isAllowed, limit, remaining, resetSeconds } = bucket.take();
    outcome.leastLeft = Math.min(outcome.leastLeft, remaining);
    outcome[isAllowed ? 'allowed' : 'refused'] += 1;
    const headers = {
      date: new Date(serverMs()).toUTCString(),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(resetSeconds),
    };
    await clock.sleep(latencyMs * (1 - part));
    const rateLimit = isSilent ? undefined : readRateLimit(headers, clock.nowMs());
    pacer.left(number, isAllowed ? { rateLimit } : { refusedForMs: rateLimit?.resetInMs });
  };
  const lane = async () => {
    while (clock.nowMs() < endMs) await request().catch(() => clock.sleep(endMs - clock.nowMs()));
  };
  await clock.run(Promise.all(Array.from({ length: lanes }, lane)));
  return outcome;
}

describe('requests that overlap', () => {
  it.each([
    { plan: 'enterprise', burst: 50, perSecond: 16, lanes: 8 },
    // A bucket this small has overflowed already when the clock of the server is not known.
    { plan: 'free', burst: 2, perSecond: 2, lanes: 2 },
  ])("use the $plan plan's rate and are never refused", async ({ burst, perSecond, lanes }) => {
    const setting = { latencyMs: 250, meetsAt: [0.5], seconds: 60, share: 1, aheadMs: 437 };
    const { allowed, refused } = await draw({ ...setting, burst, perSecond, lanes });
    expect(refused).toBe(0);
    expect(allowed).toBeGreaterThan(0.95 * (burst + perSecond * setting.seconds));
  });

  it("leave the customer's share of the bucket alone, however many there are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          burst: fc.integer({ min: 2, max: 60 }),
          perSecond: fc.double({ min: 0.5, max: 20, noNaN: true }),
          lanes: fc.integer({ min: 1, max: 12 }),
          latencyMs: fc.integer({ min: 1, max: 1_500 }),
          meetsAt: fc.array(fc.double({ min: 0.3, max: 0.7, noNaN: true }), { minLength: 1 }),
          seconds: fc.constant(20),
          share: fc.double({ min: 0.1, max: 1, noNaN: true }),
          aheadMs: fc.integer({ min: -5_000, max: 5_000 }),
        }),
        async (setting) => {
          const { leastLeft, refused } = await draw(setting);
          const reserved = Math.floor(setting.burst * (1 - setting.share) + 1e-9);
          expect(refused).toBe(0);
          // The scout draws one when the bucket was not refilled by as much as one request.
          expect(leastLeft).toBeGreaterThanOrEqual(Math.max(0, reserved - 1));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are not held up when the server does not tell its limits', async () => {
    const { allowed } = await draw({
      burst: 1e6,
      perSecond: 1,
      lanes: 4,
      latencyMs: 100,
      meetsAt: [0.5],
      seconds: 10,
      share: 0.5,
      aheadMs: 0,
      isSilent: true,
    });
    expect(allowed).toBeGreaterThan(390);
  });
});

describe('a refusal', () => {
  it('holds back all requests for as long as the server says', async () => {
    const clock = new SteppedClock();
    const startMs = clock.nowMs();
    const pacer = new Pacer(clock, startMs + 60_000);
    pacer.left(await pacer.enter(1), { refusedForMs: 4_000 });
    const enteredMs: number[] = [];
    const request = async () => {
      const number = await pacer.enter(1);
      enteredMs.push(clock.nowMs() - startMs);
      await clock.sleep(100);
      const servedAtMs = clock.nowMs();
      pacer.left(number, { rateLimit: { limit: 10, remaining: 9, resetInMs: 1_000, servedAtMs } });
    };
    await clock.run(Promise.all([request(), request(), request()]));
    expect(enteredMs).toEqual([4_000, 4_100, 4_100]);
  });

  it('that reaches past the deadline ends the wait at once', async () => {
    const clock = new SteppedClock();
    const pacer = new Pacer(clock, clock.nowMs() + 3_000);
    pacer.left(await pacer.enter(1), { refusedForMs: 4_000 });
    await expect(pacer.enter(1)).rejects.toMatchObject({
      code: 'AUTH0_429_RATE',
      retryAfterMs: 4_000,
    });
  });
});

describe('a request without an answer', () => {
  it('lets the next one find out what there is', async () => {
    const clock = new SteppedClock();
    const pacer = new Pacer(clock, clock.nowMs() + 60_000);
    const lost = await pacer.enter(1);
    const waiting = pacer.enter(1);
    await clock.run(clock.sleep(1_000));
    pacer.left(lost);
    expect(await waiting).toBe(2);
  });
});
