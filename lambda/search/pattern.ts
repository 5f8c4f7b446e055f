import type { Pattern } from './query.ts';

/**
 * Lower case, one character for one, as the function `lower` of Trino and of DuckDB has it. The two
 * letters before `toLowerCase` are all that JavaScript does in another way.
 */
export function fold(text: string): string {
  return text.replaceAll('\u0130', 'i').replaceAll('\u03a3', '\u03c3').toLowerCase();
}

/** Tells whether the pattern stands anywhere in a text that is folded already. */
export function isWithin(pattern: Pattern): (folded: string) => boolean {
  const pieces = pattern.map(fold).filter((piece) => piece !== '');
  const [only = '', ...more] = pieces;
  if (more.length === 0) return (folded) => folded.includes(only);
  return (folded) => endOfPieces(pieces, folded, 0) !== -1;
}

/** Tells whether a text that is folded already is the pattern from its beginning to its end. */
export function isWhole(pattern: Pattern): (folded: string) => boolean {
  const pieces = pattern.map(fold);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return (folded) => folded === first;
  const middle = pieces.slice(1, -1);
  return (folded) => {
    if (!folded.startsWith(first) || !folded.endsWith(last)) return false;
    const end = endOfPieces(middle, folded, first.length);
    return end !== -1 && end <= folded.length - last.length;
  };
}

/** Where the pieces end when each is taken at its first place behind the one before; -1 if nowhere. */
function endOfPieces(pieces: readonly string[], folded: string, from: number): number {
  let at = from;
  for (const piece of pieces) {
    const found = folded.indexOf(piece, at);
    if (found === -1) return -1;
    at = found + piece.length;
  }
  return at;
}

/** The character that makes `%`, `_` and itself stand for themselves in a LIKE of {@link toLike}. */
export const LIKE_ESCAPE = '!';

/** The folded pattern for a LIKE on a whole value. */
export const toLike = (pattern: Pattern): string =>
  pattern.map((piece) => fold(piece).replaceAll(/[%_!]/g, '!$&')).join('%');
