import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sliding } from '../../lambda/detect/patterns/sliding.ts';
import type { Entry } from '../../lambda/detect/rule.ts';

const WINDOW_MS = 10;
const entries = fc
  .array(
    fc.record({
      ms: fc.nat(60),
      mark: fc.constantFrom('failure', 'success'),
      value: fc.constantFrom('a', 'b', 'c'),
    }),
  )
  .map((list): Entry[] =>
    list
      .sort((a, b) => a.ms - b.ms)
      .map((entry, n) => ({ ...entry, logId: String(n), note: '', counted: false })),
  );

it('a sliding window counts what a look at all entries counts', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const window = new Sliding(WINDOW_MS);
      for (const [index, newest] of list.entries()) {
        window.add(newest);
        const inside = list.slice(0, index + 1).filter(({ ms }) => newest.ms - ms <= WINDOW_MS);
        const failures = inside.filter(({ mark }) => mark === 'failure');
        const values = new Set(failures.map(({ value }) => value));
        expect(window.entries()).toEqual(inside);
        expect(window.size('failure')).toBe(failures.length);
        expect(window.distinct('failure')).toBe(values.size);
        expect(window.has('failure', 'a')).toBe(values.has('a'));
      }
    }),
  );
});
