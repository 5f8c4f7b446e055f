import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShareLeft, readRateLimit, retryAfterMs } from '../../lambda/auth0/rate-limit.ts';

const SERVER_NOW = 'Mon, 04 May 2026 10:00:00 GMT';
const SERVER_NOW_MS = Date.parse(SERVER_NOW);
const HOUR_MS = 3600_000;

const bucket = (resetInSeconds: number, remaining = 0) => ({
  date: SERVER_NOW,
  'x-ratelimit-limit': '10',
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(SERVER_NOW_MS / 1000 + resetInSeconds),
});

describe('the state of the bucket', () => {
  it.each([
    ['right', 0],
    ['five hours slow', -5 * HOUR_MS],
    ['five hours fast', 5 * HOUR_MS],
  ])('is reckoned by the clock of the server when ours is %s', (_how, offMs) => {
    expect(readRateLimit(bucket(6, 3), SERVER_NOW_MS + offMs)).toEqual({
      limit: 10,
      remaining: 3,
      resetInMs: 6_000,
      servedAtMs: SERVER_NOW_MS,
    });
  });

  it('is reckoned by our clock when the server does not tell the time', () => {
    const { date: _untold, ...headers } = bucket(6);
    expect(readRateLimit(headers, SERVER_NOW_MS + 2_000)?.resetInMs).toBe(4_000);
    expect(readRateLimit({ ...headers, date: 'soon' }, SERVER_NOW_MS + 2_000)?.resetInMs).toBe(
      4_000,
    );
  });

  it('has no wait below zero when its refill is over', () => {
    expect(readRateLimit(bucket(-30), SERVER_NOW_MS)?.resetInMs).toBe(0);
  });

  it.each(['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])(
    'is unknown when %s is missing or no whole number',
    (name) => {
      for (const value of [undefined, '', 'many', '-1', '1.5', '1e3', ' 5', '9'.repeat(16)]) {
        expect(readRateLimit({ ...bucket(6), [name]: value }, SERVER_NOW_MS)).toBeUndefined();
      }
    },
  );
});

describe('how long the server asks to wait', () => {
  it('is Retry-After in seconds, before anything else', () => {
    expect(retryAfterMs({ ...bucket(6), 'retry-after': '17' }, SERVER_NOW_MS)).toBe(17_000);
    expect(retryAfterMs({ 'retry-after': '0' }, SERVER_NOW_MS)).toBe(0);
  });

  it.each([0, -7 * HOUR_MS, 7 * HOUR_MS])(
    'is Retry-After as a date against the clock of the server (ours off by %d ms)',
    (offMs) => {
      const headers = { ...bucket(6), 'retry-after': 'Mon, 04 May 2026 10:00:42 GMT' };
      expect(retryAfterMs(headers, SERVER_NOW_MS + offMs)).toBe(42_000);
    },
  );

  it('is nothing when that date is over', () => {
    const headers = { date: SERVER_NOW, 'retry-after': 'Mon, 04 May 2026 09:00:00 GMT' };
    expect(retryAfterMs(headers, SERVER_NOW_MS)).toBe(0);
  });

  it('is the refill of the bucket when Retry-After is missing or unreadable', () => {
    expect(retryAfterMs(bucket(6), SERVER_NOW_MS)).toBe(6_000);
    expect(retryAfterMs({ ...bucket(6), 'retry-after': 'later' }, SERVER_NOW_MS)).toBe(6_000);
  });

  it('is unknown when no header says so', () => {
    expect(retryAfterMs({}, SERVER_NOW_MS)).toBeUndefined();
    expect(retryAfterMs({ date: SERVER_NOW }, SERVER_NOW_MS)).toBeUndefined();
  });
});

describe("the customer's share of the bucket", () => {
  const waits = (limit: number, remaining: number, share: number): boolean =>
    !isShareLeft({ limit, remaining }, share);

  it('is left alone: nothing may be drawn once only it remains', () => {
    expect(waits(10, 6, 0.5)).toBe(false);
    expect(waits(10, 5, 0.5)).toBe(true);
    expect(waits(10, 0, 0.5)).toBe(true);
    expect(waits(10, 1, 1)).toBe(false);
    expect(waits(10, 0, 1)).toBe(true);
  });

  it('is the exact part of the limit, rounded down, for every share in percent', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 100 }), (limit, percent) => {
        const reserved = Math.floor((limit * (100 - percent)) / 100);
        expect(waits(limit, reserved, percent / 100)).toBe(true);
        expect(waits(limit, reserved + 1, percent / 100)).toBe(false);
      }),
      {
        numRuns: 500,
        examples: [
          [10, 80],
          [10, 90],
          [50, 80],
        ],
      },
    );
  });
});
