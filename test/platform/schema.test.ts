import { expect, it } from 'vitest';
import * as z from '../../lambda/platform/schema.ts';

it('says in English what is wrong with data', () => {
  const schema = z.object({ count: z.number().check(z.minimum(1)) });
  const messageOf = (value: unknown) => schema.safeParse(value).error?.issues[0]?.message;
  expect(messageOf({ count: 'one' })).toBe('Invalid input: expected number, received string');
  expect(messageOf({ count: 0 })).toMatch(/^Too small/);
});
