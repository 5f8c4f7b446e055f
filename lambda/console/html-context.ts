/** Where in HTML a value stands. */
export type HoleContext = 'text' | 'attribute' | 'url';

const URL_ATTRIBUTES: readonly string[] = ['action', 'formaction', 'href', 'src', 'xlink:href'];
/** Attributes whose value is a program or a document of its own. */
const CODE_ATTRIBUTE_PATTERN = /^(?:on.*|style|srcdoc)$/;
/** Elements whose text is no HTML, or not always. */
const CODE_ELEMENT_PATTERN = /^(?:script|style|iframe|noscript|noembed|noframes|plaintext|xmp)$/;
/** A path on the same host: a letter behind the first slash, or it could name another host. */
const OWN_PATH_PATTERN = /^\/(?:[a-z]|\?)/;

interface Place {
  readonly where: 'text' | 'tag' | 'value';
  /** The tag so far, without the values of its attributes. */
  readonly tag: string;
  /** The value so far, when it is within one. */
  readonly value: string;
  /** The element whose text is no HTML, when it is within one. */
  readonly codeElement: string;
}

/**
 * Finds out where each value of a template stands, from the literals around the values alone: no value
 * can change the place of another, since each is escaped for its own.
 *
 * @throws {TypeError} for a template that is not whole, or with a value where none can be made safe
 */
export function holeContexts(literals: readonly string[]): readonly HoleContext[] {
  let place: Place = { where: 'text', tag: '', value: '', codeElement: '' };
  const contexts: HoleContext[] = [];
  literals.forEach((literal, index) => {
    for (const character of literal) place = step(place, character);
    if (index < literals.length - 1) contexts.push(contextAt(place));
  });
  if (place.where !== 'text') throw new TypeError('A template of HTML ends within a tag');
  return contexts;
}

function step(place: Place, character: string): Place {
  const { where, tag, value } = place;
  if (where === 'text') {
    return character === '<' ? { ...place, where: 'tag', tag: '' } : place;
  }
  if (where === 'value') {
    return character === '"'
      ? { ...place, where: 'tag', tag: `${tag} `, value: '' }
      : { ...place, value: value + character };
  }
  if (character === '>') return { ...place, where: 'text', codeElement: codeElementBehind(place) };
  if (character === "'" || character === '<') {
    throw new TypeError(`A tag of a template has ${character} in it: <${tag}`);
  }
  if (character === '"' && !tag.endsWith('=')) {
    throw new TypeError(`A tag of a template has a quote out of place: <${tag}`);
  }
  return character === '"'
    ? { ...place, where: 'value', value: '' }
    : { ...place, tag: tag + character };
}

function codeElementBehind({ tag, codeElement }: Place): string {
  if (tag.trim() === `/${codeElement}`) return '';
  if (codeElement !== '') return codeElement;
  const name = /^[^\s/]+/.exec(tag)?.[0].toLowerCase() ?? '';
  return CODE_ELEMENT_PATTERN.test(name) ? name : '';
}

function contextAt({ where, tag, value, codeElement }: Place): HoleContext {
  if (where === 'tag') throw new TypeError(`A value stands in a tag, outside of quotes: <${tag}`);
  if (where === 'text') {
    if (codeElement === '') return 'text';
    throw new TypeError(`A value stands in <${codeElement}>`);
  }
  const attribute = /([^\s]+)=$/.exec(tag)?.[1]?.toLowerCase() ?? '';
  if (CODE_ATTRIBUTE_PATTERN.test(attribute)) {
    throw new TypeError(`A value stands in the attribute ${attribute}`);
  }
  if (!URL_ATTRIBUTES.includes(attribute)) return 'attribute';
  if (OWN_PATH_PATTERN.test(value)) return 'url';
  throw new TypeError(`The attribute ${attribute} has to begin with a path of its own: ${value}`);
}
