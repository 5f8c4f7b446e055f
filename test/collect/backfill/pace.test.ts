import { describe, expect, it } from 'vitest';
import { PLANS } from '../../../lambda/auth0/plan.ts';
import { BackfillPace, LANES_MAX } from '../../../lambda/collect/backfill/pace.ts';
import type { PlanName } from '../../../lambda/platform/names.ts';

const KILOBYTE = 1024;

function paceOf(answerMs: number, bytes = 200 * KILOBYTE): BackfillPace {
  const pace = new BackfillPace();
  pace.pageRead(answerMs, bytes, 60_000);
  return pace;
}

describe('the lanes of a backfill', () => {
  it.each<[PlanName, number, number]>([
    ['free', 250, 1],
    ['essentials', 250, 1],
    ['essentials', 600, 2],
    ['professional', 600, 2],
    ['enterprise', 20, 1],
    ['enterprise', 250, 8],
    ['enterprise', 2_000, LANES_MAX],
  ])('are as many as the rate of %s needs when an answer takes %i ms: %i', (plan, ms, lanes) => {
    expect(paceOf(ms).lanes(PLANS[plan])).toBe(lanes);
  });

  it('are one as long as nothing is known', () => {
    expect(new BackfillPace().lanes(PLANS.enterprise)).toBe(1);
  });

  it('are reckoned from the shortest answer: others waited for the rate limit', () => {
    const pace = paceOf(250);
    pace.pageRead(4_000, KILOBYTE, 60_000);
    expect(pace.lanes(PLANS.enterprise)).toBe(8);
  });

  it('are fewer when pages are large, so that they fit into memory together', () => {
    expect(paceOf(250, 8 * KILOBYTE * KILOBYTE).lanes(PLANS.enterprise)).toBe(4);
    expect(paceOf(250, 100 * KILOBYTE * KILOBYTE).lanes(PLANS.enterprise)).toBe(1);
  });
});

describe('the parts that a time is cut into', () => {
  it('are worth a search each, by the density of what was read', () => {
    const pace = paceOf(250);
    expect(pace.partsIn(5 * 60_000)).toBe(1);
    expect(pace.partsIn(60 * 60_000)).toBe(20);
    pace.pageRead(250, KILOBYTE, 9 * 60_000);
    expect(pace.partsIn(60 * 60_000)).toBe(4);
  });

  it('are one as long as nothing is known, or all is of one moment', () => {
    const pace = new BackfillPace();
    expect(pace.partsIn(3600_000)).toBe(1);
    pace.pageRead(250, KILOBYTE, 0);
    expect(pace.partsIn(3600_000)).toBe(1);
  });
});
