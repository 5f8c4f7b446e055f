import { describe, expect, it } from 'vitest';
import {
  asCollectorError,
  CollectorError,
  FAILURE_CODES,
  remedyOf,
} from '../../lambda/platform/errors.ts';

describe('a failure with a name', () => {
  it.each(FAILURE_CODES)('%s says whether trying again helps and what a person does', (code) => {
    const error = new CollectorError(code, 'It broke');
    expect(['permanent', 'transient', 'throttled']).toContain(error.kind);
    expect(error.remedy).toBe(remedyOf(code));
    expect(error.remedy).toMatch(/^[A-Z].{15,}\.$/);
  });

  it('is throttled for every code that speaks of 429, and for no other', () => {
    for (const code of FAILURE_CODES) {
      const isThrottled = new CollectorError(code, '').kind === 'throttled';
      expect(isThrottled, code).toBe(code.includes('_429_'));
    }
  });

  it('is permanent for every refusal by name (4xx), so that nothing hammers at a closed door', () => {
    for (const code of FAILURE_CODES.filter((each) => /_40\d_/.test(each))) {
      expect(new CollectorError(code, '').kind, code).toBe('permanent');
    }
  });

  it('keeps what caused it, and how long to wait', () => {
    const cause = new Error('socket');
    const error = new CollectorError('AUTH0_429_RATE', 'Slow', { cause, retryAfterMs: 5 });
    expect([error.cause, error.retryAfterMs, error.name]).toEqual([cause, 5, 'CollectorError']);
    expect(new CollectorError('AWS_CALL', 'x')).not.toHaveProperty('cause');
  });
});

describe('naming what was thrown', () => {
  it('leaves a named failure as it is', () => {
    const error = new CollectorError('AUTH0_5XX', 'x');
    expect(asCollectorError(error)).toBe(error);
  });

  it.each([
    ['an error', new TypeError('x is not a function'), 'x is not a function'],
    ['a text', 'nope', 'nope'],
    ['nothing', undefined, 'undefined'],
    ['a number', 7, '7'],
  ])('calls %s unexpected and permanent, so that a defect can not loop', (_what, thrown, words) => {
    const error = asCollectorError(thrown);
    expect([error.code, error.kind, error.message]).toEqual(['UNEXPECTED', 'permanent', words]);
    expect(error.cause).toBe(thrown);
  });
});
