/**
 * Characters that a terminal acts on, or that make a text look like another: control characters,
 * direction marks, line separators.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text in which such characters are seen as escapes instead of being obeyed. */
export const printable = (text: string): string => text.replaceAll(ACTING, escaped);

/**
 * The same for the text of a JSON value, which stays the same value: below U+0020 only white space
 * between tokens stands there as itself, all else within strings, where an escape says the same.
 */
export const printableJson = (json: string): string =>
  json.replaceAll(ACTING, (character) => (character < ' ' ? character : escaped(character)));

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
