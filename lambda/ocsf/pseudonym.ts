import { createHmac } from 'node:crypto';
import type { JsonObject } from '../auth0/event-facts.ts';
import type { Secret } from '../platform/secret.ts';
import { bareKey, DEPTH_MAX, setOwn } from './json-tree.ts';

/** What every pseudonym looks like. */
export const PSEUDONYM_PATTERN = /^p_[A-Za-z0-9_-]{22}$/;
const TOKEN_BYTES = 16;
const TOKENS_KNOWN_MAX = 20_000;

export interface Pseudonyms {
  /** The event with its people replaced by tokens. */
  pseudonymise(event: JsonObject): JsonObject;
  /** The token that stands for a clear value, to search by. Upper and lower case are one. */
  tokenOf(value: string): string;
}

/** Keys whose texts name a person, in lower case without `_`, `-` and blanks. */
const PERSON_KEYS = new Set([
  'displayname',
  'email',
  'familyname',
  'firstname',
  'fullname',
  'givenname',
  'lastname',
  'middlename',
  'newemail',
  'newusername',
  'nickname',
  'phone',
  'phonenumber',
  'newphonenumber',
  'picture',
  'preferredusername',
  'upn',
  'username',
]);
/** Of these, the texts that are looked for within other texts: not a given name, which is a word. */
const WITHIN_KEYS = new Set([
  'email',
  'newemail',
  'newphonenumber',
  'newusername',
  'phone',
  'phonenumber',
  'upn',
  'username',
]);
/** What the event is, not who: a failed login may name a user `fp`, and its type stays `fp`. */
const KEPT_KEYS = new Set([
  'date',
  'hostname',
  'id',
  'logid',
  'method',
  'strategy',
  'strategytype',
  'tenantname',
  'type',
]);
const IP_KEYS = new Set(['ip', 'clientip', 'ipaddress', 'remoteip', 'sourceip']);
/** Beside one of these, `name` is the name of a person; elsewhere that of a prompt or a device. */
const BESIDE_NAME = new Set(['email', 'nickname', 'givenname', 'familyname']);
const PERSON_OBJECTS = new Set(['profile', 'user']);
/** Where an address is said to be, too exactly: few people of a tenant share a town. */
const EXACT_PLACE = new Set(['city_name', 'latitude', 'longitude']);

/** An e-mail address within a text, also as it stands in a link. */
const EMAIL =
  /(?:%2B|[\p{L}\p{N}_.+'-]){1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/giu;
/** Values of an event that are looked for within its other texts, and how short one may be. */
const WITHIN_MAX = 32;
const WITHIN_CHARS_MIN = 3;
const DEEP = '***';

/**
 * Makes pseudonyms under a key: whoever has the key can find a person's events, nobody else can
 * tell who it is. User ids stay, because events are joined by them; people are not named by them,
 * and an e-mail address within one is replaced. Of the place only country and time zone stay.
 *
 * @param key at least 32 bytes that nobody can guess
 */
export function createPseudonyms(key: Buffer | Secret): Pseudonyms {
  const bytes = Buffer.isBuffer(key) ? key : Buffer.from(key.reveal(), 'utf8');
  const known = new Map<string, string>();
  const tokenOf = (value: string): string => {
    const folded = value.normalize('NFC').toLowerCase();
    const token = known.get(folded) ?? `p_${digestOf(bytes, folded)}`;
    // People come again and again; what doesn't is forgotten with the rest.
    if (known.size >= TOKENS_KNOWN_MAX) known.clear();
    known.set(folded, token);
    return token;
  };
  return {
    tokenOf,
    pseudonymise: (event) => {
      const people = peopleOf(event);
      const rewriter = { tokenOf, ...people, pattern: patternOf(people.within) };
      return rewritten(event, '', rewriter, 1) as JsonObject;
    },
  };
}

const digestOf = (key: Buffer, folded: string): string =>
  createHmac('sha256', key).update(folded).digest().subarray(0, TOKEN_BYTES).toString('base64url');

interface People {
  /** Folded texts that stand for a person when they are the whole value. */
  readonly whole: Set<string>;
  /** Texts long and particular enough to be looked for within other texts. */
  readonly within: string[];
}

function peopleOf(event: JsonObject): People {
  const people: People = { whole: new Set(), within: [] };
  gather(event, '', false, people, 1);
  return people;
}

function gather(
  value: unknown,
  key: string,
  isNameOfPerson: boolean,
  people: People,
  depth: number,
): void {
  if (depth > DEPTH_MAX) return;
  if (typeof value === 'string') {
    const isParticular = IP_KEYS.has(key) || WITHIN_KEYS.has(key);
    if (value === '' || !(isParticular || PERSON_KEYS.has(key) || isNameOfPerson)) return;
    const folded = value.toLowerCase();
    people.whole.add(folded);
    const isLong = value.length >= WITHIN_CHARS_MIN;
    if (isParticular && isLong && people.within.length < WITHIN_MAX) people.within.push(folded);
  } else if (Array.isArray(value)) {
    for (const item of value) gather(item, key, false, people, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    const isPerson =
      PERSON_OBJECTS.has(key) || keys.some((inner) => BESIDE_NAME.has(bareKey(inner)));
    for (const inner of keys) {
      const bare = bareKey(inner);
      gather((value as JsonObject)[inner], bare, isPerson && bare === 'name', people, depth + 1);
    }
  }
}

function patternOf(values: readonly string[]): RegExp {
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  const literals = longestFirst.map((value) => value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${literals.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

interface Rewriter {
  readonly tokenOf: (value: string) => string;
  readonly whole: ReadonlySet<string>;
  readonly within: readonly string[];
  readonly pattern: RegExp;
}

function rewritten(value: unknown, key: string, rewriter: Rewriter, depth: number): unknown {
  if (typeof value === 'string') {
    return KEPT_KEYS.has(key) ? withoutEmails(value, rewriter) : rewrittenText(value, rewriter);
  }
  if (typeof value === 'number' && PERSON_KEYS.has(key)) return rewriter.tokenOf(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) return DEEP;
  if (Array.isArray(value)) return value.map((item) => rewritten(item, key, rewriter, depth + 1));
  const result: Record<string, unknown> = {};
  for (const [inner, item] of Object.entries(value)) {
    if (key === 'locationinfo' && EXACT_PLACE.has(inner)) continue;
    const shown = inner.includes('@') ? withoutEmails(inner, rewriter) : inner;
    setOwn(result, shown, rewritten(item, bareKey(inner), rewriter, depth + 1));
  }
  return result;
}

function rewrittenText(text: string, rewriter: Rewriter): string {
  const folded = text.toLowerCase();
  if (rewriter.whole.has(folded)) return rewriter.tokenOf(text);
  const rest = withoutEmails(text, rewriter);
  return rewriter.within.some((value) => folded.includes(value))
    ? rest.replace(rewriter.pattern, (found) => rewriter.tokenOf(found))
    : rest;
}

const withoutEmails = (text: string, { tokenOf }: Rewriter): string =>
  text.includes('@') || text.includes('%40')
    ? text.replace(EMAIL, (found) =>
        tokenOf(found.replaceAll(/%40/g, '@').replaceAll(/%2B/gi, '+')),
      )
    : text;
