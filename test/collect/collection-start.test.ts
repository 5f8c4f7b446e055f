import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLANS } from '../../lambda/auth0/plan.ts';
import { readCollectionStart } from '../../lambda/collect/collection-start.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';

const NOW = '2026-05-04T10:00:00.000Z';
const NOW_MS = Date.parse(NOW);
const DAY_MS = 24 * 3600_000;
const read = (setting: string, plan: keyof typeof PLANS = 'enterprise') =>
  readCollectionStart(setting, PLANS[plan], NOW_MS);

describe('the collection start', () => {
  it.each([
    ['', 'newest'],
    ['  ', 'newest'],
    ['oldest', 'oldest'],
    [' oldest\n', 'oldest'],
    ['2026-05-01', '2026-05-01T00:00:00.000Z'],
    ['2026-05-01T06:07Z', '2026-05-01T06:07:00.000Z'],
    ['2026-05-01T06:07:08Z', '2026-05-01T06:07:08.000Z'],
    ['2026-05-01T06:07:08.9Z', '2026-05-01T06:07:08.900Z'],
    [' 2026-05-01 ', '2026-05-01T00:00:00.000Z'],
    [NOW, NOW],
  ])('given as "%s" is %s', (setting, since) => {
    expect(read(setting)).toEqual({ since, clampedFrom: undefined });
  });

  it.each([
    ['free', '2026-05-03T10:00:00.000Z'],
    ['essentials', '2026-04-29T10:00:00.000Z'],
    ['professional', '2026-04-24T10:00:00.000Z'],
    ['enterprise', '2026-04-04T10:00:00.000Z'],
  ] as const)(
    'is no earlier than the plan %s keeps log events, and that is said',
    (plan, since) => {
      expect(read('2020-01-01', plan)).toEqual({ since, clampedFrom: '2020-01-01' });
      expect(read(since, plan)).toEqual({ since, clampedFrom: undefined });
    },
  );

  it('is never more than 30 days back, whatever a plan may keep', () => {
    const plan = { ...PLANS.enterprise, retentionDays: 90 };
    expect(readCollectionStart('2026-01-01', plan, NOW_MS).since).toBe('2026-04-04T10:00:00.000Z');
  });

  it.each([
    'yesterday',
    'newest',
    'Oldest',
    '2026-5-1',
    '2026-05-01T06:07:08',
    '2026-05-01T06:07:08+02:00',
    '2026-05-01 06:07:08Z',
    '2026-05-01T06Z',
    '2026-13-01',
    '2026-05-00',
    '2026-04-31',
    '2026-02-30T10:00Z',
    '2025-02-29',
    '2026-05-01T25:00Z',
    '2026-05-01T10:60Z',
    '1777888800',
    '+002026-05-01',
    '2026-05-01\n2026-05-02',
  ])('is refused as "%s"', (setting) => {
    expect(() => read(setting)).toThrow(CollectorError);
    expect(() => read(setting)).toThrow('is not a time in UTC');
  });

  it('is refused in the future', () => {
    expect(() => read('2026-05-04T10:00:00.001Z')).toThrow('is in the future');
    expect(() => read('2026-05-05')).toThrow('is in the future');
  });

  it('has a failure of bounded length', () => {
    expect(() => read('9'.repeat(5_000))).toThrow(/^.{1,200}$/);
  });

  it('is the day that was written, for every day of the calendar', () => {
    const days = fc.integer({ min: 0, max: 29 });
    fc.assert(
      fc.property(days, (back) => {
        const day = new Date(NOW_MS - back * DAY_MS).toISOString().slice(0, 10);
        expect(read(day).since.slice(0, 10)).toBe(day);
      }),
    );
    const leapDayMs = Date.parse('2028-03-10T00:00:00Z');
    const leap = readCollectionStart('2028-02-29', PLANS.enterprise, leapDayMs);
    expect(leap.since).toBe('2028-02-29T00:00:00.000Z');
  });
});
