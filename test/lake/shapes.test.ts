import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { fitShape } from '../../lambda/lake/fit-shape.ts';
import { lakeKey, parseLakeKey, securityLakeKey } from '../../lambda/lake/lake-object.ts';
import { lakeRow, OWN_SHAPES } from '../../lambda/lake/lake-row.ts';
import { SEARCH_COLUMNS, searchValues } from '../../lambda/lake/search-columns.ts';
import { writeParquet } from '../../lambda/lake/write-parquet.ts';
import { OCSF_CLASSES, type Shape } from '../../lambda/ocsf/shape.ts';
import { CLASS_SHAPES } from '../../lambda/ocsf/shapes.ts';

const SHAPE: Shape = {
  text: 'string',
  small: 'int',
  large: 'long',
  real: 'double',
  flag: 'boolean',
  time: 'timestamp',
  any: 'json',
  inner: { struct: { name: 'string', list: { list: 'int' } } },
  many: { list: { struct: { name: 'string' } } },
};

describe('a value', () => {
  it('is brought into the type of its column', () => {
    const inner = { name: 'a', list: [1, 2] };
    const fitted = fitShape(SHAPE, {
      text: 'x',
      small: -2_147_483_647,
      large: 9_007_199_254_740_991,
      real: 0.5,
      flag: false,
      time: 1,
      any: { a: [null] },
      inner,
      many: [{ name: 'b' }, {}],
    });
    expect(fitted).toEqual({
      text: 'x',
      small: -2_147_483_647,
      large: 9_007_199_254_740_991n,
      real: 0.5,
      flag: false,
      time: 1n,
      any: '{"a":[null]}',
      inner,
      many: [{ name: 'b' }, {}],
    });
  });

  it('of another type is left out, so that the file can be written', () => {
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(Object.keys(SHAPE).map((name) => [name, fc.jsonValue()]))),
        (value) => {
          expect(writeParquet(SHAPE, [fitShape(SHAPE, value)]).length).toBeGreaterThan(8);
        },
      ),
    );
  });

  it('has no column when the shape has none for it', () => {
    expect(fitShape(SHAPE, { constructor: 'x', toString: 'y', other: 1 })).toEqual({});
  });
});

describe('the row of an event', () => {
  const CONTEXT = { tenant: 'acme', archiveKey: 'k', sentAtMs: 1e12, pseudonymise: undefined };

  it('can be made and written for any JSON object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (event) => {
        const json = JSON.stringify({ ...event, log_id: '1' });
        const row = lakeRow(Buffer.from(json), CONTEXT);
        expect(row.values['log_id']).toBe('1');
        expect(writeParquet(OWN_SHAPES[row.class], [row.values]).length).toBeGreaterThan(8);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['', '{', '[]', '"x"', 'null'])('can not be made of %j', (text) => {
    expect(() => lakeRow(Buffer.from(text), CONTEXT)).toThrow(
      expect.objectContaining({ code: 'ARCHIVE_UNREADABLE' }),
    );
  });
});

describe('the search columns', () => {
  it('have names that no class of OCSF uses', () => {
    for (const name of OCSF_CLASSES) {
      const attributes = Object.keys(CLASS_SHAPES[name]);
      expect(SEARCH_COLUMNS.filter((column) => attributes.includes(column))).toEqual([]);
    }
  });

  it('of a call to the Management API name the administrator', () => {
    const facts = factsOf({
      log_id: '1',
      type: 'sapi',
      user_id: 'auth0|somebody-else',
      details: {
        request: {
          method: 'post',
          path: '/api/v2/clients',
          auth: { user: { user_id: 'auth0|admin', email: 'admin@example.com' } },
        },
      },
    });
    expect(searchValues(facts, 'k')).toMatchObject({
      user_id: 'auth0|admin',
      user_name: 'admin@example.com',
      event_code: 'sapi',
      archive_key: 'k',
    });
  });

  it('of any other event name its user', () => {
    const facts = factsOf({ log_id: '1', type: 's', user_id: 'auth0|1', user_name: 'pat' });
    expect(searchValues(facts, 'k')).toMatchObject({ user_id: 'auth0|1', user_name: 'pat' });
  });
});

describe('the name of an object', () => {
  const object = {
    class: 'authentication',
    tenant: 'acme',
    day: '2026-11-22',
    fromSeq: 41,
    toSeq: 1_234,
  } as const;

  it('says class, tenant, day and range, and can be read again', () => {
    const key =
      'lake/class=authentication/tenant=acme/day=2026-11-22/0000000041-0000001234.parquet';
    expect(lakeKey(object)).toBe(key);
    expect(parseLakeKey(key)).toEqual(object);
  });

  it('for Security Lake lies where its crawler looks', () => {
    const lake = { bucket: 'b', source: 'auth0', region: 'eu-west-1', accountId: 'external' };
    expect(securityLakeKey(lake, object)).toBe(
      'ext/auth0_authentication/region=eu-west-1/accountId=external/eventDay=20261122/acme-0000000041-0000001234.parquet',
    );
  });

  it.each([
    '',
    'lake/x',
    'archive/tenant=acme/x.parquet',
    'lake/class=no/tenant=a/day=2026-01-01/0000000001-0000000002.parquet',
  ])('is none in %j', (key) => {
    expect(parseLakeKey(key)).toBeUndefined();
  });
});
