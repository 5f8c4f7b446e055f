import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnvironment } from '../../lambda/platform/environment.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';

const SCHEMA = z.object({
  REGION: z.string().regex(/^[a-z-]+$/, 'must be lower-case'),
  SHARE: z.coerce.number('must be a number').default(1),
});

function failureOf(environment: Record<string, string | undefined>): CollectorError {
  try {
    parseEnvironment(SCHEMA, environment);
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('the environment', () => {
  it('is parsed by its schema, and other variables are nothing to it', () => {
    expect(parseEnvironment(SCHEMA, { REGION: 'here', HOME: '/root' })).toEqual({
      REGION: 'here',
      SHARE: 1,
    });
  });

  it('is refused by the name of the variable that is not set', () => {
    const failure = failureOf({ SHARE: '1' });
    expect(failure.code).toBe('CONFIG_ENVIRONMENT');
    expect(failure.message).toMatch(/^The environment variable REGION is not set: /);
  });

  it('is refused with the value that is wrong and the reason', () => {
    expect(failureOf({ REGION: 'HERE' }).message).toBe(
      'The environment variable REGION is "HERE": must be lower-case',
    );
    expect(failureOf({ REGION: 'here', SHARE: 'half' }).message).toContain('SHARE is "half"');
  });

  it('is refused in a message of bounded length', () => {
    expect(failureOf({ REGION: 'A'.repeat(5_000) }).message.length).toBeLessThan(250);
  });
});
