/** A query that can't be understood, with the place in its text where it goes wrong. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly query: string;
  /** Offset in characters, and how many of them are meant. */
  readonly position: number;
  readonly length: number;

  constructor(message: string, query: string, position: number, length = 1) {
    super(message);
    this.query = query;
    this.position = position;
    this.length = Math.max(1, length);
  }
}

const EXCERPT_CHARS_MAX = 72;

/** The message and below it the query, with carets under the place. */
export function showQueryError({ message, query, position, length }: QueryError): string {
  const start = Math.max(0, position - EXCERPT_CHARS_MAX / 2);
  const excerpt = query.slice(start, start + EXCERPT_CHARS_MAX);
  // One column each, so that the carets stand where they belong.
  const shown = excerpt.replaceAll(/[\p{C}\p{M}\u2028\u2029]/gu, '?');
  const carets = '^'.repeat(Math.min(length, Math.max(1, excerpt.length - (position - start))));
  return `${message}\n  ${shown}\n  ${' '.repeat(position - start)}${carets}`;
}
