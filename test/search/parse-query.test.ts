import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseQuery,
  parseTypes,
  QUERY_CHARS_MAX,
  TERMS_MAX,
  VALUE_CHARS_MAX,
  WILDCARDS_MAX,
} from '../../lambda/search/parse-query.ts';
import { QueryError, showQueryError } from '../../lambda/search/query-error.ts';

const word = (...pattern: string[]) => ({ kind: 'word', anyOf: [pattern] });
const field = (name: string, ...pattern: string[]) => ({
  kind: 'field',
  field: name,
  anyOf: [pattern],
});
const is = (condition: object) => ({ ...condition, isNegated: false });
const isNot = (condition: object) => ({ ...condition, isNegated: true });

function refusal(text: string, parse: (text: string) => unknown = parseQuery): QueryError {
  try {
    parse(text);
  } catch (thrown) {
    if (thrown instanceof QueryError) return thrown;
    throw thrown;
  }
  throw new Error(`"${text}" was understood`);
}

describe('a query', () => {
  it.each([
    ['', []],
    ['  \t ', []],
    ['wrong password', [is(word('wrong')), is(word('password'))]],
    ['"wrong password"', [is(word('wrong password'))]],
    [String.raw`"a \"b\" \\ \n \*"`, [is(word(String.raw`a "b" \ \n *`))]],
    ['"a b*c"', [is(word('a b', 'c'))]],
    ['type:"login failed*"', [is(field('type', 'login failed', ''))]],
    ['-anna', [isNot(word('anna'))]],
    ['-"anna b"', [isNot(word('anna b'))]],
    ['log*n', [is(word('log', 'n'))]],
    ['a-b -- c', [is(word('a-b')), isNot(word('-')), is(word('c'))]],
    ['user:anna@example.com', [is(field('user', 'anna@example.com'))]],
    ['USER:anna', [is(field('user', 'anna'))]],
    ['user:auth0|1', [is(field('user', 'auth0|1'))]],
    ['-ip:192.0.2.*', [isNot(field('ip', '192.0.2.', ''))]],
    ['ip:2001:db8::1', [is(field('ip', '2001:db8::1'))]],
    ['2001:db8::1', [is(word('2001:db8::1'))]],
    ['10:15', [is(word('10:15'))]],
    ['client:"My app" type:fp', [is(field('client', 'My app')), is(field('type', 'fp'))]],
    ['user:*', [is(field('user', '', ''))]],
    ['user:-x', [is(field('user', '-x'))]],
    ["o'brien; drop table", [is(word("o'brien;")), is(word('drop')), is(word('table'))]],
  ])('%s is read', (text, expected) => {
    expect(parseQuery(text)).toEqual(expected);
  });

  it.each([
    ['usr:anna', 'did you mean "user:"', 0, 3],
    ['a -usr:anna', 'did you mean "user:"', 3, 3],
    ['countrry:DE', 'did you mean "country:"', 0, 8],
    ['conn:x', 'did you mean "connection:"', 0, 4],
    ['https://example.com', 'There is no field "https"; there are user, ip', 0, 5],
    ['a user: b', 'The value of user: is missing', 7, 1],
    ['user:', 'The value of user: is missing', 5, 1],
    ['a "b c', 'This quote is not closed', 2, 1],
    ['user:"b c', 'This quote is not closed', 5, 1],
    ['a"b c"', 'A quote within a word', 1, 1],
    ['"a"b', 'A space is missing behind the quote', 3, 1],
    ['a "" b', 'Nothing stands in the quotes', 2, 2],
    ['a - b', 'Nothing stands behind the "-"', 2, 1],
    ['a **', 'A word needs more than "*"', 2, 2],
    ['a "*"', 'A word needs more than "*"', 2, 3],
    ['a\u0000b', 'A character that no event contains', 1, 1],
    ['a\ud800b', 'A character that no event contains', 1, 1],
    ['a\u001b[31m', 'A character that no event contains', 1, 1],
  ])('%j is refused with the place', (text, words, position, length) => {
    const error = refusal(text);
    expect(error.message).toContain(words);
    expect([error.position, error.length]).toEqual([position, length]);
  });

  it.each([
    ['more text', 'a'.repeat(QUERY_CHARS_MAX + 1)],
    ['more terms', 'a '.repeat(TERMS_MAX + 1)],
    ['a longer term', 'a'.repeat(VALUE_CHARS_MAX + 1)],
    ['a longer phrase', `"${'a'.repeat(VALUE_CHARS_MAX)}"`],
    ['a longer value', `user:${'a'.repeat(VALUE_CHARS_MAX + 1)}`],
    ['more wildcards', 'a*'.repeat(WILDCARDS_MAX + 1)],
  ])('with %s than is sensible is refused', (_what, text) => {
    expect(refusal(text).message).toMatch(/^(Longer|More) than \d+/);
  });

  it('is understood at its bounds', () => {
    expect(parseQuery('a '.repeat(TERMS_MAX))).toHaveLength(TERMS_MAX);
    expect(parseQuery('a'.repeat(VALUE_CHARS_MAX))).toHaveLength(1);
  });

  it('is understood or refused within its text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          expect(parseQuery(text).length).toBeLessThan(text.length + 1);
        } catch (thrown) {
          if (!(thrown instanceof QueryError)) throw thrown;
          expect(thrown.position).toBeLessThanOrEqual(text.length);
          showQueryError(thrown);
        }
      }),
    );
  });

  it('finds any text again that is put in quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50 }), (text) => {
        const quoted = `"${text.replaceAll(/["\\*]/g, String.raw`\$&`)}"`;
        expect(parseQuery(quoted)).toEqual([is(word(text))]);
        expect(parseQuery(`-client:${quoted}`)).toEqual([isNot(field('client', text))]);
      }),
    );
  });
});

describe('a list of types', () => {
  it('is one term of which one has to hold', () => {
    expect(parseTypes('fp, fu,Failed*')).toEqual({
      kind: 'field',
      isNegated: false,
      field: 'type',
      anyOf: [['fp'], ['fu'], ['Failed', '']],
    });
  });

  it.each([
    ['', 0],
    ['fp,', 3],
    ['fp,,fu', 3],
  ])('%j is refused', (text, position) => {
    const error = refusal(text, parseTypes);
    expect([error.message, error.position]).toEqual(['An event type is missing', position]);
  });
});

describe('a refusal', () => {
  it('shows the place below the query', () => {
    expect(showQueryError(refusal('fp usr:anna')).split('\n').slice(1)).toEqual([
      '  fp usr:anna',
      '     ^^^',
    ]);
  });

  it('shows the place in the middle of a long query', () => {
    const text = `${'a '.repeat(20)}usr:anna ${'b '.repeat(100)}`;
    const [, shown = '', carets = ''] = showQueryError(refusal(text)).split('\n');
    expect(shown.length).toBeLessThan(80);
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('usr');
  });

  it('lets no control character reach the terminal', () => {
    const shown = showQueryError(refusal('a\u001b[31mred\u009b "'));
    expect(shown).not.toMatch(/(?!\n)\p{C}/u);
  });
});
