import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLANS } from '../../../lambda/auth0/plan.ts';
import {
  BACKFILL,
  isUnderWay,
  newBackfill,
  shareDone,
} from '../../../lambda/collect/backfill/backfill.ts';

const DAY_MS = 24 * 3600_000;
const NOW_MS = Date.parse('2026-11-22T12:00:00.000Z');
const { essentials } = PLANS;

describe('a new backfill', () => {
  it('begins where it was asked to, as far as the plan keeps events', () => {
    const range = { fromMs: NOW_MS - 3 * DAY_MS, toMs: NOW_MS - DAY_MS };
    const backfill = newBackfill(range, essentials, NOW_MS, 4);
    expect(backfill).toMatchObject({ ...range, version: 4, state: 'waiting' });
    expect(backfill.askedFromMs).toBeUndefined();
    expect(backfill.cursor).toEqual({ kind: 'start', since: '2026-11-19T12:00:00.000Z' });
    expect(BACKFILL.parse(backfill)).toEqual(backfill);
  });

  it('says what was cut off at retention', () => {
    const range = { fromMs: NOW_MS - 30 * DAY_MS, toMs: NOW_MS };
    const backfill = newBackfill(range, essentials, NOW_MS, 0);
    expect(backfill.fromMs).toBe(NOW_MS - 5 * DAY_MS);
    expect(backfill.askedFromMs).toBe(range.fromMs);
  });
});

describe('how far a backfill is', () => {
  const backfill = newBackfill({ fromMs: NOW_MS - 4_000, toMs: NOW_MS }, essentials, NOW_MS, 0);

  it.each([
    [undefined, 0],
    [NOW_MS - 4_000, 0],
    [NOW_MS - 1_000, 0.75],
    [NOW_MS + 60_000, 1],
  ])('is told by the last event that was looked at: %s', (reachedMs, share) => {
    const reached = reachedMs === undefined ? {} : { reachedMs };
    expect(shareDone({ ...backfill, ...reached, state: 'running' })).toBe(share);
  });

  it('is never outside of 0 and 1, and 1 when it is done', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (fromMs, toMs, reachedMs) => {
        const some = { ...backfill, fromMs, toMs, reachedMs };
        const share = shareDone({ ...some, state: 'running' });
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(shareDone({ ...some, state: 'done' })).toBe(1);
      }),
    );
  });

  it('is under way until it is done', () => {
    expect(isUnderWay(undefined)).toBe(false);
    expect(isUnderWay(backfill)).toBe(true);
    expect(isUnderWay({ ...backfill, state: 'done' })).toBe(false);
  });
});
