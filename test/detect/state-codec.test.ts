import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityState } from '../../lambda/detect/entity-state.ts';
import { decodeState, encodeState } from '../../lambda/detect/state-codec.ts';

const entry = fc.record({
  ms: fc.nat(),
  logId: fc.string(),
  note: fc.string(),
  mark: fc.constantFrom('', 'failure', 'success'),
  value: fc.string(),
  counted: fc.boolean(),
});
const day = fc.nat(30_000);
const dayPair = fc.tuple(day, fc.nat());
/** Numbers as keys of a JSON object would change the order of the values. */
const value = fc.string().filter((text) => text !== '__proto__' && !/^\d+$/.test(text));
const knownValue = fc.record({ value, first: day, last: day });
const profile = fc.record({
  values: fc.uniqueArray(knownValue, { selector: (known) => known.value }),
  learned: fc.array(dayPair),
  days: fc.array(day),
  forgottenDay: fc.integer({ min: -1, max: 30_000 }),
});
const ruleId = fc.constantFrom('A0-LOG-01', 'A0-LOG-02', 'A0-UBH-02');
const state: fc.Arbitrary<EntityState> = fc.record({
  lastRun: fc.string(),
  entries: fc.dictionary(ruleId, fc.array(entry), { noNullPrototype: true }),
  profiles: fc.dictionary(fc.constantFrom('user-tls', 'ip-user'), profile, {
    noNullPrototype: true,
  }),
  counts: fc.dictionary(
    ruleId,
    fc.array(dayPair).map((pairs) => new Map(pairs)),
    { noNullPrototype: true },
  ),
});

const FIRST = {
  lastRun: '7-9',
  entries: {
    'A0-LOG-01': [
      [1_793_017_127_128, '900', 'failed login of ann', 'failure', '192.0.2.7|DE', true],
    ],
  },
  profiles: {
    'user-country': { values: { DE: [1, 5] }, learned: [[1, 2]], days: [1, 5], forgottenDay: -1 },
  },
  counts: { 'A0-LOG-13': [[0, 4]] },
};

const AS_READ: EntityState = {
  lastRun: '7-9',
  entries: {
    'A0-LOG-01': [
      {
        ms: 1_793_017_127_128,
        logId: '900',
        note: 'failed login of ann',
        mark: 'failure',
        value: '192.0.2.7|DE',
        counted: true,
      },
    ],
  },
  profiles: {
    'user-country': {
      values: [{ value: 'DE', first: 1, last: 5 }],
      learned: [[1, 2]],
      days: [1, 5],
      forgottenDay: -1,
    },
  },
  counts: { 'A0-LOG-13': new Map([[0, 4]]) },
};

describe('the stored form of an entity state', () => {
  it('says all that the state says', () => {
    fc.assert(
      fc.property(state, (one) => {
        expect(decodeState(encodeState(one))).toEqual(one);
      }),
    );
  });

  it('is read as the first version wrote it', () => {
    const text = JSON.stringify(FIRST);
    expect(decodeState(text)).toEqual(AS_READ);
    expect(decodeState(deflateRawSync(text))).toEqual(AS_READ);
    expect(decodeState(encodeState(AS_READ))).toEqual(AS_READ);
  });

  it('is refused when a later version wrote it, or when a text is missing', () => {
    const text = String(encodeState(AS_READ));
    expect(() => decodeState(text.replace('"schema":2', '"schema":3'))).toThrow();
    expect(() => decodeState(text.replace(',0,', ',9,'))).toThrow();
    expect(() => decodeState(JSON.stringify({ ...FIRST, schema: 3 }))).toThrow();
  });

  it('holds what several rules keep of an event once', () => {
    const [seen] = AS_READ.entries['A0-LOG-01'] ?? [];
    if (seen === undefined) throw new Error('the example has an entry');
    const kept = Array.from({ length: 40 }, (_, index) => ({ ...seen, logId: `id ${index}` }));
    const sizeWith = (rules: readonly string[]) => {
      const entries = Object.fromEntries(rules.map((id) => [id, kept]));
      const encoded = encodeState({ ...AS_READ, entries });
      if (typeof encoded === 'string') throw new Error('so large a state is deflated');
      return inflateRawSync(encoded).toString('utf8').split('id 17').length - 1;
    };
    expect(sizeWith(['A0-LOG-01', 'A0-LOG-02', 'A0-LOG-03'])).toBe(1);
  });
});
