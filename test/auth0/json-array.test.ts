import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitJsonArray } from '../../lambda/auth0/json-array.ts';

const WHITE_SPACE = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

/** Text full of what could be mistaken for the end of a string, an element or the array. */
const TRICKY = fc.string({
  unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', ' ', 'a', 'é', '😀', '\n'),
  maxLength: 12,
});

const { json: JSON_VALUE } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true }), TRICKY, fc.string()),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(TRICKY, fc.string()), tie('json'), { maxKeys: 4 }),
  ),
}));

/** A value as a text that nobody but its writer would print that way. */
const ELEMENT = fc
  .tuple(JSON_VALUE, fc.constantFrom('', ' ', '\t', '\r\n '), fc.boolean())
  .map(([value, indent, escaped]) => {
    const text = JSON.stringify(value, null, indent);
    return escaped ? text.replaceAll(/[^\x20-\x7e\s]/g, escapeUnit) : text;
  });

/** An array in print: its elements and the white space between them. */
const PRINTED = fc
  .tuple(fc.array(fc.tuple(WHITE_SPACE, ELEMENT, WHITE_SPACE), { maxLength: 6 }), WHITE_SPACE)
  .map(([parts, empty]) => ({
    elements: parts.map(([, element]) => element),
    text: `[${parts.length === 0 ? empty : parts.map((part) => part.join('')).join(',')}]`,
  }));

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const split = (text: string): string[] | undefined =>
  splitJsonArray(Buffer.from(text))?.map((element) => element.toString('utf8'));

describe('splitting a JSON array', () => {
  it('gives the text of each element as it stands there', () => {
    fc.assert(
      fc.property(PRINTED, WHITE_SPACE, WHITE_SPACE, ({ elements, text }, before, after) => {
        expect(split(before + text + after)).toEqual(elements);
      }),
      { numRuns: 400 },
    );
  });

  it('takes no body that breaks off before the array is closed', () => {
    fc.assert(
      fc.property(PRINTED, WHITE_SPACE, ({ text }, before) => {
        const body = Buffer.from(before + text);
        for (let end = 0; end < body.length; end += 1) {
          expect(splitJsonArray(body.subarray(0, end)), `cut at ${end}`).toBeUndefined();
        }
      }),
      { numRuns: 80 },
    );
  });

  it('takes no body with anything but white space behind the array', () => {
    fc.assert(
      fc.property(PRINTED, ELEMENT, ({ text }, more) => {
        expect(split(`${text} ${more}`)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('leaves bytes that are no UTF-8 alone', () => {
    const element = Buffer.from([0x22, 0xff, 0xfe, 0xc3, 0x22]);
    const body = Buffer.concat([Buffer.from('[1, '), element, Buffer.from(' ]')]);
    expect(splitJsonArray(body)).toEqual([Buffer.from('1'), element]);
  });

  it.each([
    ['an array closed as an object', '[{"a":1}}'],
    ['a byte order mark', '\ufeff[1]'],
    ['a bare value', '"[1]"'],
    ['a leading comma', '[,1]'],
    ['a comma alone', '[ , ]'],
  ])('takes no body with %s', (_what, text) => {
    expect(split(text)).toBeUndefined();
  });

  it('finds its way through deep nesting', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(split(`[${deep},1]`)).toEqual([deep, '1']);
  });
});
