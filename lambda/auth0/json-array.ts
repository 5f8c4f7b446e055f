const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Cuts the text of a JSON array into the texts of its elements, byte for byte as they stand there:
 * parsing and printing again would lose big numbers, `1.0`, spacing and the order of keys.
 *
 * Only brackets and strings are looked at; whether an element is valid JSON is for its reader to
 * find out. The slices share the memory of `body`.
 *
 * @returns the elements without the white space around them, or undefined when `body` is not one
 *   whole array
 */
export function splitJsonArray(body: Buffer): Buffer[] | undefined {
  const start = skipWhiteSpace(body, 0);
  if (body[start] !== OPEN_BRACKET) return undefined;
  const elements: Buffer[] = [];
  let elementStart = start + 1;
  let depth = 1;
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = endOfString(body, at);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth > 0) continue;
      if (byte === CLOSE_BRACE || skipWhiteSpace(body, at + 1) < body.length) return undefined;
      return closeArray(elements, trim(body, elementStart, at));
    } else if (byte === COMMA && depth === 1) {
      const element = trim(body, elementStart, at);
      if (element.length === 0) return undefined;
      elements.push(element);
      elementStart = at + 1;
    }
  }
  return undefined;
}

function closeArray(elements: Buffer[], last: Buffer): Buffer[] | undefined {
  if (last.length > 0) return [...elements, last];
  return elements.length === 0 ? elements : undefined;
}

/** The index of the quote that closes the string opened at `quoteAt`, or the end of the body. */
function endOfString(body: Buffer, quoteAt: number): number {
  let at = body.indexOf(QUOTE, quoteAt + 1);
  while (at !== -1 && isEscaped(body, at)) at = body.indexOf(QUOTE, at + 1);
  return at === -1 ? body.length : at;
}

function isEscaped(body: Buffer, at: number): boolean {
  let backslashes = 0;
  while (body[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

const isWhiteSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipWhiteSpace(body: Buffer, from: number): number {
  let at = from;
  while (isWhiteSpace(body[at])) at += 1;
  return at;
}

function trim(body: Buffer, from: number, to: number): Buffer {
  const start = Math.min(skipWhiteSpace(body, from), to);
  let end = to;
  while (end > start && isWhiteSpace(body[end - 1])) end -= 1;
  return body.subarray(start, end);
}
