import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMatcher, type SearchRow } from '../../lambda/search/match.ts';
import { TERMS_MAX, VALUE_CHARS_MAX, WILDCARDS_MAX } from '../../lambda/search/parse-query.ts';
import {
  FIELD_COLUMNS,
  FIELD_NAMES,
  type Pattern,
  type Query,
  type Term,
} from '../../lambda/search/query.ts';
import { type Search, searchSql } from '../../lambda/search/search-sql.ts';
import { PARAMETER_CHARS_MAX, textLiteral } from '../../lambda/search/sql.ts';
import { type Database, openDatabase } from './duckdb.ts';

const RUNS = 40;
const ROWS = 30;

/** Pieces that mean something to SQL, to LIKE, to JSON or to case; put together they are hostile. */
const PIECES = [
  ...'aAbB01%_!\'"\\?;-*./:|@ ',
  '\n',
  "''",
  "' OR 1=1 --",
  '$1',
  'null',
  'ß',
  'ẞ',
  'Σ',
  'σ',
  'ς',
  'İ',
  'ı',
  'i',
  'é',
  '😀',
  'Ǆ',
];
const text = (maxLength: number) =>
  fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join(''));

const columnNames = [...new Set(FIELD_NAMES.flatMap((name) => FIELD_COLUMNS[name]))];
const row: fc.Arbitrary<SearchRow> = fc
  .record({
    columns: fc.array(fc.option(text(3)), {
      minLength: columnNames.length,
      maxLength: columnNames.length,
    }),
    raw: text(12),
  })
  .map(({ columns, raw }) => ({
    ...Object.fromEntries(columnNames.map((name, index) => [name, columns[index]])),
    raw,
  }));

const pattern: fc.Arbitrary<Pattern> = fc
  .tuple(text(3), fc.array(text(2), { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest]);
const anyOf = fc.array(pattern, { minLength: 1, maxLength: 2 });
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), isNegated: fc.boolean(), anyOf }),
  fc.record({
    kind: fc.constant('field' as const),
    isNegated: fc.boolean(),
    field: fc.constantFrom(...FIELD_NAMES),
    anyOf,
  }),
);
const query: fc.Arbitrary<Query> = fc.array(term, { maxLength: 3 });

const search = (part: Partial<Search>): Search => ({
  query: [],
  tenant: undefined,
  fromMs: undefined,
  toMs: undefined,
  limit: 1_000,
  ...part,
});

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

async function fill(rows: readonly SearchRow[]): Promise<void> {
  const extra = ['tenant', 'day', 'raw'];
  const columns = [...columnNames, ...extra].map((name) => `${name} VARCHAR`);
  await database.execute(`CREATE OR REPLACE TABLE events (time TIMESTAMP, ${columns.join(', ')})`);
  const values = rows.map((each, index) => {
    const texts = [...columnNames.map((name) => each[name]), 'acme', '2026-11-22', each.raw];
    const literals = texts.map((value) =>
      typeof value === 'string' ? textLiteral(value) : 'NULL',
    );
    return `(TIMESTAMP '2026-11-22 00:00:00' + INTERVAL ${index} SECOND, ${literals.join(', ')})`;
  });
  await database.execute(`INSERT INTO events VALUES ${values.join(', ')}`);
}

/** Which rows are found, by their number, which their time tells. */
async function found(wanted: Search): Promise<number[]> {
  const rows = await database.run(searchSql(wanted));
  return rows.map(({ event_time: time }) => Number(String(time).slice(17, 19)));
}

describe('a search as a statement', () => {
  it('finds what the matcher finds, whatever is looked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: ROWS, maxLength: ROWS }),
        fc.array(query, { minLength: 8, maxLength: 8 }),
        async (rows, queries) => {
          await fill(rows);
          for (const each of queries) {
            const { matches } = createMatcher(each);
            const expected = rows.flatMap((one, index) => (matches(one) ? [index] : []));
            expect(await found(search({ query: each }))).toEqual(expected.reverse());
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('finds a row by each piece of its own text and by each of its values', async () => {
    await fc.assert(
      fc.asyncProperty(row, fc.nat(), fc.nat(), async (one, start, length) => {
        await fill([one]);
        const characters = [...one.raw];
        const piece = characters.slice(start % (characters.length + 1)).slice(0, length % 9);
        const word: Term = { kind: 'word', isNegated: false, anyOf: [[piece.join('')]] };
        const values = FIELD_NAMES.flatMap((field): Term[] => {
          const value = one[FIELD_COLUMNS[field][0]];
          if (typeof value !== 'string') return [];
          return [{ kind: 'field', isNegated: false, field, anyOf: [[value]] }];
        });
        const own = [word, ...values];
        expect(await found(search({ query: own }))).toEqual([0]);
        expect(createMatcher(own).matches(one)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('has a text that depends on the shape of the search alone', () => {
    const emptied = (each: Query): Query =>
      each.map((one) => ({ ...one, anyOf: one.anyOf.map(() => ['x'] as const) }));
    fc.assert(
      fc.property(query, text(5), (each, tenant) => {
        const sql = searchSql(search({ query: each, tenant, fromMs: 1, toMs: 2 }));
        const plain = searchSql(search({ query: emptied(each), tenant: 't', fromMs: 5, toMs: 6 }));
        expect(sql.text).toBe(plain.text);
        expect(sql.parameters).toHaveLength(sql.text.split('?').length - 1);
        for (const parameter of sql.parameters) expect(parameter).toMatch(/^'(?:[^']|'')*'$/s);
      }),
    );
  });

  it('stays within what Athena takes, for the largest query', () => {
    const hostile = "'".repeat(VALUE_CHARS_MAX - WILDCARDS_MAX);
    const largest: Pattern = [hostile, ...Array.from({ length: WILDCARDS_MAX }, () => '')];
    const one: Term = { kind: 'field', isNegated: true, field: 'user', anyOf: [largest] };
    const types = Array.from({ length: TERMS_MAX }, () => largest);
    const terms: Term[] = [
      ...Array.from({ length: TERMS_MAX }, () => one),
      { kind: 'field', isNegated: false, field: 'type', anyOf: types },
    ];
    const { text: statement, parameters } = searchSql(search({ query: terms, tenant: 'acme' }));
    expect(Math.max(...parameters.map(({ length }) => length))).toBeLessThan(PARAMETER_CHARS_MAX);
    // The API reference allows 262,144 bytes.
    expect(statement.length).toBeLessThan(262_144);
  });

  it('takes the events from a moment on and before another, the newest first', async () => {
    await fill(Array.from({ length: 10 }, (_, index) => ({ raw: String(index) })));
    const second = (seconds: number) => Date.UTC(2026, 10, 22, 0, 0, seconds);
    expect(await found(search({ fromMs: second(3), toMs: second(6) }))).toEqual([5, 4, 3]);
    expect(await found(search({ fromMs: second(8) }))).toEqual([9, 8]);
    expect(await found(search({ toMs: second(2) }))).toEqual([1, 0]);
    expect(await found(search({ limit: 2 }))).toEqual([9, 8]);
    expect(await found(search({ tenant: "o'ther" }))).toEqual([]);
    expect(await found(search({ tenant: 'acme', limit: 1 }))).toEqual([9]);
    expect(
      await found(search({ fromMs: second(-90_000), toMs: second(90_000), limit: 1 })),
    ).toEqual([9]);
  });
});
