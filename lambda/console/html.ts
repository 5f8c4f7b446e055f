import { type HoleContext, holeContexts } from './html-context.ts';

/** A piece of HTML. Only {@link html} and {@link styleElement} make one. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What may stand in a hole of a template. Undefined shows as nothing. */
export type HtmlValue = string | number | Markup | undefined | readonly HtmlValue[];

/**
 * A template of HTML that escapes each value by the place where it stands: text, an attribute in
 * double quotes, or a part of a URL. Pieces of HTML are put in as they are, as text only.
 *
 * @throws {TypeError} when a value stands where none can be made safe, such as in a tag or a script
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const contexts = contextsOf(strings);
  const parts = values.map((value, index) => place(value, contexts[index] ?? 'text'));
  return new Markup(strings.map((literal, index) => literal + (parts[index] ?? '')).join(''));
}

/**
 * A style sheet as an element, for where no style sheet can be linked.
 *
 * @throws {TypeError} for a text that could end the element
 */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new TypeError('A style sheet must not contain "<"');
  return new Markup(`<style>${css}</style>`);
}

const known = new WeakMap<TemplateStringsArray, readonly HoleContext[]>();

/** A template stays the same, so it is looked at once. */
function contextsOf(strings: TemplateStringsArray): readonly HoleContext[] {
  const contexts = known.get(strings) ?? holeContexts(strings);
  known.set(strings, contexts);
  return contexts;
}

function place(value: HtmlValue, context: HoleContext): string {
  if (value === undefined) return '';
  if (value instanceof Markup) {
    if (context !== 'text') throw new TypeError('A piece of HTML stands in an attribute');
    return value.toString();
  }
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    return context === 'url' ? encodeURIComponent(text.toWellFormed()) : escapeText(text);
  }
  return value.map((item: HtmlValue) => place(item, context)).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Neither markup, nor anything invisible that makes a text look like another. */
const escapeText = (text: string): string =>
  text
    .replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
