import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CostFacts, monthOf } from '../../bench/cost/month.ts';
import { readPrices, totalOf } from '../../bench/cost/prices.ts';
import { type CountedBacklog, unitsOfBacklog } from '../../bench/growth/counted-backlog.ts';
import { isLinear } from '../../bench/growth/linear.ts';
import { idleUsd } from '../../bench/growth/tenants.ts';
import { MADE } from './made-growth.ts';

const counted = (events: number, writes: number): CountedBacklog => ({
  events,
  effort: { counted: { 'dynamodb-writes': writes }, bytes: {}, measuredMs: {} },
});

const writesOf = (backlogs: readonly CountedBacklog[], events: number) =>
  unitsOfBacklog(backlogs, events)['dynamodb-writes'];

describe('the units of a backlog', () => {
  it('are those that were counted, where they were', () => {
    expect(writesOf([counted(10, 70), counted(30, 90), counted(100, 500)], 30)).toBe(90);
  });

  it('go on as the last step between two counted ones went', () => {
    expect(writesOf([counted(10, 5), counted(30, 90), counted(100, 230)], 1000)).toBe(2030);
  });

  it('follow from the bytes and the time of the counted ones, too', () => {
    const step = (size: number) => ({
      events: size,
      effort: { counted: {}, bytes: { log: size * 1024 ** 3 }, measuredMs: { ingest: size } },
    });
    const units = unitsOfBacklog([step(10), step(20)], 40);
    expect(units['log-gb']).toBeCloseTo(40);
    const [twice, once] = [units, unitsOfBacklog([step(10), step(20)], 20)];
    expect((twice['lambda-gb-seconds'] ?? 0) / (once['lambda-gb-seconds'] ?? 1)).toBeCloseTo(2);
  });

  it('are refused where nothing near was counted', () => {
    expect(() => unitsOfBacklog([counted(10, 1), counted(30, 3)], 20)).toThrow(RangeError);
    expect(() => unitsOfBacklog([counted(10, 1)], 20)).toThrow(RangeError);
  });
});

describe('what idle tenants cost', () => {
  it('is the shared part once, and each tenant on top', () => {
    const facts: CostFacts = JSON.parse(readFileSync('bench/cost.json', 'utf8'));
    const [month, prices] = [monthOf(facts), readPrices()];
    const [none, one, two] = [0, 1, 2].map((tenants) => idleUsd(month, prices, tenants));
    expect(none).toBe(totalOf(prices, month.shared));
    expect(one).toBeGreaterThan(none ?? 0);
    expect((two ?? 0) - (one ?? 0)).toBeCloseTo((one ?? 0) - (none ?? 0));
  });
});

describe('the targets of growth', () => {
  const slower = (at: number) => (one: { readonly eventsPerSecond: number }) => ({
    eventsPerSecond: one.eventsPerSecond * at,
  });

  it('are kept by a straight line', () => {
    expect(isLinear(MADE)).toBe(true);
  });

  it.each([
    [
      'a million events slow the poller down',
      MADE.backlogs.map((one) =>
        one.events === 1_000_000 ? { ...one, ...slower(0.75)(one) } : one,
      ),
      MADE.tenants,
    ],
    [
      'an event of a million costs more',
      MADE.backlogs.map((one) => (one.events === 1_000_000 ? { ...one, usd: 0.6 } : one)),
      MADE.tenants,
    ],
    [
      'tenants slow each other down',
      MADE.backlogs,
      MADE.tenants.map((one) => (one.tenants === 200 ? { ...one, ...slower(0.75)(one) } : one)),
    ],
  ])('are missed when %s', (_what, backlogs, tenants) => {
    expect(isLinear({ ...MADE, backlogs, tenants })).toBe(false);
  });

  it('are not said of sizes that were not measured', () => {
    expect(() => isLinear({ ...MADE, tenants: MADE.tenants.slice(0, 3) })).toThrow('200');
  });
});
