import type { Pattern, Query, Term } from './query.ts';

/**
 * The same query for a lake that holds pseudonyms: whoever is named in clear is found by the token as
 * well. A text with wildcards has no token, so it finds what is kept in clear alone.
 */
export const withPseudonyms = (query: Query, tokenOf: (value: string) => string): Query =>
  query.map((term): Term => {
    if (term.kind === 'field' && term.field !== 'user' && term.field !== 'ip') return term;
    const tokens = term.anyOf.flatMap(([text, ...more]): Pattern[] =>
      more.length === 0 && text !== '' ? [[tokenOf(text)]] : [],
    );
    return { ...term, anyOf: [...term.anyOf, ...tokens] };
  });
