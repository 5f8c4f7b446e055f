import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMatcher } from '../../lambda/search/match.ts';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import { fold, isWhole, isWithin, toLike } from '../../lambda/search/pattern.ts';
import type { Pattern } from '../../lambda/search/query.ts';
import { textLiteral } from '../../lambda/search/sql.ts';
import { type Database, openDatabase } from './duckdb.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

/** Two letters only, so that pieces overlap and repeat. */
const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength });
const pattern: fc.Arbitrary<Pattern> = fc
  .tuple(letters(3), fc.array(letters(2), { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest]);

describe('a pattern', () => {
  it.each([
    ['ab', 'ab', true],
    ['ab', 'abc', false],
    ['ab*', 'abc', true],
    ['*bc', 'abc', true],
    ['ab*bc', 'abc', false],
    ['ab*bc', 'abbc', true],
    ['a*b*b', 'ab', false],
    ['a*b*b', 'abb', true],
    ['*', '', true],
    ['AB', 'ab', true],
  ])('%s is the whole of %s: %s', (written, text, expected) => {
    const [first = '', ...rest] = written.split('*');
    expect(isWhole([first, ...rest])(fold(text))).toBe(expected);
  });

  it('means what LIKE means by it, as a whole value and within a text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(pattern, letters(6)), { minLength: 50, maxLength: 50 }),
        async (pairs) => {
          const columns = pairs.flatMap(([each, text]) =>
            [each, ['', ...each, ''] as const].map(
              (one) => `${textLiteral(text)} LIKE ${textLiteral(toLike(one))} ESCAPE '!'`,
            ),
          );
          const [row = {}] = await database.run({
            text: `SELECT ${columns.map((column, index) => `${column} AS c${index}`).join(', ')}`,
            parameters: [],
          });
          const expected = pairs.flatMap(([each, text]) => [
            isWhole(each)(text),
            isWithin(each)(text),
          ]);
          expect(Object.values(row)).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a query', () => {
  const event = {
    user_id: 'auth0|1',
    user_name: 'Anna@Example.com',
    ip: '2001:db8::1',
    event_code: 'fp',
    event_name: 'Login failed, wrong password',
    country: 'DE',
    raw: '{"description":"Wrong e-mail or password.","city":"Köln"}',
  };

  it.each([
    ['', true],
    ['wrong PASSWORD', true],
    ['"wrong password"', false],
    ['KÖLN', true],
    ['user:anna@example.com', true],
    ['user:anna', false],
    ['user:anna*', true],
    ['user:AUTH0|1', true],
    ['ip:2001:DB8::1', true],
    ['type:fp type:"login failed*"', true],
    ['-user:anna@example.com', false],
    ['-city:Berlin', true],
    ['city:*', false],
    ['country:*', true],
    ['-country:*', false],
    ['wr*pass', true],
    ['pass*wr', false],
  ])('%s finds the event: %s', (query, expected) => {
    expect(createMatcher(parseQuery(query)).matches(event)).toBe(expected);
  });
});
