import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUCKETS,
  bucketsOf,
  lagShare,
  rangeFor,
  roundUp,
} from '../../lambda/console/chart-data.ts';
import { DAY_MS, MINUTE_MS, NOW_MS } from './readings.ts';

const BATCHES = fc.array(
  fc.record({
    sentAtMs: fc.integer({ min: NOW_MS - 3 * DAY_MS, max: NOW_MS }),
    count: fc.integer({ min: 1, max: 1_001 }),
    lagMs: fc.option(fc.nat(40 * DAY_MS), { nil: undefined }),
  }),
);

describe('the chart', () => {
  it('shows every event of the last day once, in the column of its time', () => {
    fc.assert(
      fc.property(BATCHES, (batches) => {
        const range = rangeFor(batches, NOW_MS);
        const buckets = bucketsOf(batches, range);
        expect(buckets).toHaveLength(BUCKETS);
        const width = (range.toMs - range.fromMs) / BUCKETS;
        // The oldest column of a whole day may not hold all of its first minutes.
        const within = batches.filter(({ sentAtMs }) => sentAtMs >= range.fromMs);
        const lastDay = batches.filter(({ sentAtMs }) => sentAtMs > NOW_MS - DAY_MS + width);
        expect(within.length).toBeGreaterThanOrEqual(lastDay.length);
        for (const { fromMs, toMs, events, lagMs } of buckets) {
          const own = within.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
          expect(events).toBe(own.reduce((sum, { count }) => sum + count, 0));
          const lags = own.flatMap((batch) => batch.lagMs ?? []);
          expect(lagMs).toBe(lags.length === 0 ? undefined : Math.max(...lags));
        }
      }),
    );
  });

  it('is as short as it can be', () => {
    const at = (ms: number) => [{ sentAtMs: NOW_MS - ms, count: 1, lagMs: 0 }];
    const lengthOf = (ms: number) => {
      const { fromMs, toMs } = rangeFor(at(ms), NOW_MS);
      return (toMs - fromMs) / MINUTE_MS;
    };
    expect([MINUTE_MS, 30 * MINUTE_MS, 300 * MINUTE_MS, DAY_MS, 5 * DAY_MS].map(lengthOf)).toEqual([
      10, 60, 360, 1440, 10,
    ]);
  });

  it('ends its axis at a round number that is not too small', () => {
    expect([0, 1, 7, 11, 20, 5_003, 99_999].map(roundUp)).toEqual([
      1, 1, 7, 15, 20, 6_000, 100_000,
    ]);
  });

  it('gives longer lags a higher place, from a second to a month', () => {
    const shares = [0, 1_000, 60_000, 3_600_000, DAY_MS, 30 * DAY_MS, 90 * DAY_MS].map(lagShare);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });
});
