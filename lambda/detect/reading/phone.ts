import { createHash } from 'node:crypto';
import { at, type EventFacts } from '../../auth0/event-facts.ts';

const PLACES: readonly (readonly string[])[] = [
  ['body', 'phone_number'],
  ['enrollment', 'phone_number'],
  ['authenticator', 'phone_number'],
];

/** Digits of a whole phone number with its country, ITU-T E.164. */
const DIGITS_MIN = 8;
const DIGITS_MAX = 15;

/** The phone number that an event is about, digits only; undefined when it is masked or missing. */
export function phoneOf(facts: EventFacts): string | undefined {
  const found = PLACES.map((path) => phoneIn(at(facts.details, ...path))).find(Boolean);
  return found ?? phoneIn(facts.userName);
}

/** The digits of a text or number that is a whole phone number and nothing else. */
export function phoneIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 2 * DIGITS_MAX) return undefined;
  // Most texts that are asked about are e-mail addresses.
  if (text.includes('@')) return undefined;
  const digits = text.replace(/[-+ ().]/g, '');
  const isWhole =
    /^\d+$/.test(digits) && digits.length >= DIGITS_MIN && digits.length <= DIGITS_MAX;
  return isWhole ? digits : undefined;
}

/** A phone number without telling it: the last two digits only. */
export const starred = (phone: string): string =>
  `+${'*'.repeat(phone.length - 2)}${phone.slice(-2)}`;

const HASH_CHARS = 16;

/** A short name for a value that is not to be told. */
export const hashed = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARS);
