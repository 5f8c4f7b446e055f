import type { EventFacts } from '../../auth0/event-facts.ts';
import type { Entity } from '../rule.ts';
import { answeredOnce } from './answered-once.ts';
import { hashed, phoneIn, starred } from './phone.ts';

/** What concerns everybody: the tenant itself. */
export const TENANT: Entity = { kind: 'tenant', value: 'tenant' };

/**
 * The user an event is about. Failed logins often know only the name that was typed in, successful
 * ones know name and id: so the name comes first. E-mail addresses are told apart by no letter's case;
 * who logs in by phone is named by the last digits of the number and a hash of it.
 */
export const userOf = answeredOnce(({ userName, userId }: EventFacts): Entity | undefined => {
  const user = userName ?? userId;
  if (user === undefined) return undefined;
  const phone = phoneIn(user);
  if (phone !== undefined) return { kind: 'user', value: maskedUser(phone) };
  return { kind: 'user', value: user.includes('@') ? user.toLowerCase() : user };
});

const maskedUser = (phone: string): string => `${starred(phone)} ${hashed(phone)}`;

/** The address that an event came from. */
export const ipOf = answeredOnce(({ ip }: EventFacts): Entity | undefined =>
  ip === undefined ? undefined : { kind: 'ip', value: ip.toLowerCase() },
);

/** The application that an event came through. */
export const clientOf = ({ clientId }: EventFacts): Entity | undefined =>
  clientId === undefined ? undefined : { kind: 'client', value: clientId };

/** Where an event came from, such as ` from 192.0.2.7 (DE)`; nothing when nobody knows. */
export const placeWords = answeredOnce(({ ip, place }: EventFacts): string => {
  const country = place?.countryCode ?? place?.country;
  if (ip === undefined) return country === undefined ? '' : ` from ${brief(country)}`;
  return ` from ${brief(ip)}${country === undefined ? '' : ` (${brief(country)})`}`;
});

const BRIEF_CHARS_MAX = 50;
/** Nearly all values are like this, and that is seen much faster. */
const PLAIN_PATTERN = /^[\x20-\x7e]*$/;

/** A value out of an event as part of a line: short, and without anything that moves the line. */
export function brief(value: string, charsMax = BRIEF_CHARS_MAX): string {
  const start = value.slice(0, charsMax + 1);
  const line = PLAIN_PATTERN.test(start) ? start : start.replace(/[\p{C}\p{Z}]/gu, ' ');
  return line.length > charsMax ? `${line.slice(0, charsMax - 1)}…` : line;
}
