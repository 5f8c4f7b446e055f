import { nearestName } from './nearest-name.ts';
import { FIELD_NAMES, type FieldName, type Pattern, type Query, type Term } from './query.ts';
import { QueryError } from './query-error.ts';

export const QUERY_CHARS_MAX = 2_000;
export const TERMS_MAX = 32;
/** Each may become two characters or more in a parameter of Athena, which takes 1,024. */
export const VALUE_CHARS_MAX = 200;
export const WILDCARDS_MAX = 8;

const WHITE_SPACE = /\s/;
const FIELD_PATTERN = /([A-Za-z_]+):/y;

/**
 * Reads a query: words, `"phrases"` and `field:value`, all of which must match; `-` before one that
 * must not; `*` for anything. In quotes, `\"`, `\\` and `\*` are a quote, a backslash and a star.
 *
 * @throws {QueryError}
 */
export function parseQuery(text: string): Query {
  refuseOddCharacters(text);
  const terms: Term[] = [];
  let at = skipWhiteSpace(text, 0);
  while (at < text.length) {
    const { term, end } = readTerm(text, at);
    if (terms.length === TERMS_MAX) {
      throw new QueryError(`More than ${TERMS_MAX} terms`, text, at, end - at);
    }
    terms.push(term);
    at = skipWhiteSpace(text, end);
  }
  return terms;
}

/**
 * Reads a list of types, codes or names with commas between them, as one term.
 *
 * @throws {QueryError}
 */
export function parseTypes(text: string): Term {
  refuseOddCharacters(text);
  let at = 0;
  const anyOf = text.split(',').map((part) => {
    const start = skipWhiteSpace(text, at);
    at += part.length + 1;
    const value = part.trim();
    if (value === '') throw new QueryError('An event type is missing', text, start);
    return toPattern(text, start, value.length, value.split('*'));
  });
  if (anyOf.length > TERMS_MAX) throw new QueryError(`More than ${TERMS_MAX} types`, text, 0);
  return { kind: 'field', isNegated: false, field: 'type', anyOf };
}

interface Read<T> {
  readonly value: T;
  readonly end: number;
}

function readTerm(text: string, start: number): { readonly term: Term; readonly end: number } {
  const isNegated = text[start] === '-';
  const at = isNegated ? start + 1 : start;
  if (at === text.length || WHITE_SPACE.test(text.charAt(at))) {
    throw new QueryError('Nothing stands behind the "-"; quote it to look for it', text, start);
  }
  const field = readField(text, at);
  if (field === undefined) {
    const { value: pattern, end } = readPattern(text, at);
    if (pattern.every((piece) => piece === '')) {
      throw new QueryError('A word needs more than "*"', text, at, end - at);
    }
    return { term: { kind: 'word', isNegated, anyOf: [pattern] }, end };
  }
  const { value: pattern, end } = readPattern(text, field.end);
  return { term: { kind: 'field', isNegated, field: field.value, anyOf: [pattern] }, end };
}

/** The name before a colon. What has a digit in it, such as an IPv6 address, is no name. */
function readField(text: string, at: number): Read<FieldName> | undefined {
  FIELD_PATTERN.lastIndex = at;
  const [, written] = FIELD_PATTERN.exec(text) ?? [];
  if (written === undefined) return undefined;
  const end = at + written.length + 1;
  const value = FIELD_NAMES.find((name) => name === written.toLowerCase());
  if (value === undefined) throw unknownField(text, at, written);
  if (end === text.length || WHITE_SPACE.test(text.charAt(end))) {
    throw new QueryError(`The value of ${value}: is missing`, text, end);
  }
  return { value, end };
}

function unknownField(text: string, at: number, written: string): QueryError {
  const near = nearestName(written.toLowerCase(), FIELD_NAMES);
  const help =
    near === undefined ? `there are ${FIELD_NAMES.join(', ')}` : `did you mean "${near}:"?`;
  return new QueryError(
    `There is no field "${written}"; ${help} (text with a colon in it goes into quotes)`,
    text,
    at,
    written.length,
  );
}

function readPattern(text: string, start: number): Read<Pattern> {
  const { value: pieces, end } =
    text[start] === '"' ? readQuoted(text, start) : readBare(text, start);
  return { value: toPattern(text, start, end - start, pieces), end };
}

function toPattern(
  text: string,
  start: number,
  length: number,
  pieces: readonly string[],
): Pattern {
  const [first = '', ...rest] = pieces;
  if (length > VALUE_CHARS_MAX) {
    throw new QueryError(`Longer than ${VALUE_CHARS_MAX} characters`, text, start, length);
  }
  if (rest.length > WILDCARDS_MAX) {
    throw new QueryError(`More than ${WILDCARDS_MAX} wildcards`, text, start, length);
  }
  return [first, ...rest];
}

function readBare(text: string, start: number): Read<readonly string[]> {
  let end = start;
  while (end < text.length && !WHITE_SPACE.test(text.charAt(end))) {
    if (text[end] === '"') {
      throw new QueryError('A quote within a word: quote the whole of it', text, end);
    }
    end += 1;
  }
  return { value: text.slice(start, end).split('*'), end };
}

function readQuoted(text: string, start: number): Read<readonly string[]> {
  const pieces = [''];
  const append = (more: string) => pieces.push(`${pieces.pop()}${more}`);
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '"') {
      if (at === start + 1) throw new QueryError('Nothing stands in the quotes', text, start, 2);
      if (next !== '' && !WHITE_SPACE.test(next)) {
        throw new QueryError('A space is missing behind the quote', text, at + 1);
      }
      return { value: pieces, end: at + 1 };
    }
    const isEscape = character === '\\' && ESCAPED.includes(next) && next !== '';
    if (isEscape) at += 1;
    if (character === '*') pieces.push('');
    else append(isEscape ? next : character);
  }
  throw new QueryError('This quote is not closed', text, start);
}

/** What a backslash in quotes takes its meaning from. */
const ESCAPED = '"\\*';

function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && WHITE_SPACE.test(text.charAt(at))) at += 1;
  return at;
}

/** No event's text can contain these: JSON escapes the ones and UTF-8 has no place for the others. */
const ODD_CHARACTER = /[^\P{Cc}\s]|\p{Surrogate}/u;

function refuseOddCharacters(text: string): void {
  if (text.length > QUERY_CHARS_MAX) {
    throw new QueryError(`Longer than ${QUERY_CHARS_MAX} characters`, text, QUERY_CHARS_MAX);
  }
  const odd = ODD_CHARACTER.exec(text);
  if (odd !== null) throw new QueryError('A character that no event contains', text, odd.index);
}
