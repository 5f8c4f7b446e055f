import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLogIds, ingestedAtMs } from '../../lambda/auth0/log-id.ts';
import { timedId } from './memory-tenant.ts';

describe('the order of log ids', () => {
  it('is that of the numbers, however many digits they have', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 60n });
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        const expected = a === b ? 0 : a < b ? -1 : 1;
        expect(Math.sign(compareLogIds(String(a), String(b)))).toBe(expected);
      }),
    );
  });

  it('is a total order for texts of any kind', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        expect(Math.sign(compareLogIds(a, b))).toBe(-Math.sign(compareLogIds(b, a)) + 0);
        expect(compareLogIds(a, b) === 0).toBe(a === b);
        const [x = '', y = '', z = ''] = [a, b, c].sort(compareLogIds);
        expect(compareLogIds(x, z)).toBeLessThanOrEqual(0);
        expect(compareLogIds(x, y)).toBeLessThanOrEqual(0);
        expect(compareLogIds(y, z)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('is the order of ingestion for ids that tell the time', () => {
    const atMs = Date.parse('2026-12-31T23:59:59.999Z');
    expect(compareLogIds(timedId(atMs, 9), timedId(atMs + 1, 0))).toBeLessThan(0);
  });
});

describe('the time in a log id', () => {
  it('is read to the millisecond', () => {
    const id = `90020260228235958123456${'0'.repeat(14)}1223372036854775901`;
    expect(ingestedAtMs(id)).toBe(Date.parse('2026-02-28T23:59:58.123Z'));
  });

  it.each([
    ['another prefix', '80020260228235958123456'],
    ['too few digits', '9002026022823595812'],
    ['letters', '900-opaque-cursor-of-tomorrow'],
    ['no month 13', '90020261328235958123456'],
    ['no hour 25', '90020260228255958123456'],
    ['nothing', ''],
  ])('is not made up for an id with %s', (_what, id) => {
    expect(ingestedAtMs(id)).toBeUndefined();
  });
});
