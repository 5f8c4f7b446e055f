import { expect, it } from 'vitest';
import { RecentIds } from '../../lambda/collect/recent-ids.ts';
import { hashIds } from '../../lambda/ledger/id-set.ts';

const idsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(first + index));

it('the ids that were delivered before the poll are no news', () => {
  const recent = new RecentIds(hashIds(idsFrom(1, 100)));
  expect(idsFrom(95, 10).filter((logId) => recent.add(logId))).toEqual(idsFrom(101, 4));
});

it('the last 5,000 ids are remembered, however many there were', () => {
  const recent = new RecentIds();
  for (const count of [4_999, 1, 7_000, 5_000]) {
    const ids = idsFrom(count * 10_000, count);
    expect(ids.filter((logId) => recent.add(logId))).toHaveLength(count);
    expect(ids.slice(-5_000).filter((logId) => recent.add(logId))).toEqual([]);
  }
});

it('what lies far back is forgotten', () => {
  const recent = new RecentIds();
  for (const logId of idsFrom(1, 10_001)) recent.add(logId);
  expect(recent.add('1')).toBe(true);
});

it('an id that comes again and again pushes no other out', () => {
  const recent = new RecentIds();
  recent.add('1');
  for (let times = 0; times < 20_000; times += 1) recent.add('2');
  expect(recent.add('1')).toBe(false);
});
