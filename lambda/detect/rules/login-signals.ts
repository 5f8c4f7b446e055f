import type { EventFacts } from '../../auth0/event-facts.ts';
import { answeredOnce } from '../reading/answered-once.ts';
import { originOf, writeOrigin } from '../reading/origin.ts';
import { phoneIn, starred } from '../reading/phone.ts';
import { brief, ipOf, placeWords, userOf } from '../reading/subject.ts';
import type { Signal } from '../rule.ts';

/** A login that gave the user a session or a token. */
export const LOGIN_SUCCESSES = ['s', 'scoa', 'sepft'] as const;

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  f: 'failed login',
  fp: 'wrong password',
  fu: 'unknown user name',
  fepft: 'wrong password at the token endpoint',
  fcoa: 'failed login in an embedded form',
  fercft: 'wrong recovery code',
};

const NAME_CHARS_MAX = 60;

/** What happened to whom and from where: `wrong password for alice@example.com from 192.0.2.7 (DE)`. */
export function told(what: string, facts: EventFacts, join = 'for'): string {
  const name = nameOf(facts);
  return `${what}${name === undefined ? '' : ` ${join} ${name}`}${placeWords(facts)}`;
}

function nameOf({ userName, userId }: EventFacts): string | undefined {
  const name = userName ?? userId;
  const phone = phoneIn(name);
  return phone === undefined ? name && brief(name, NAME_CHARS_MAX) : starred(phone);
}

/**
 * False for a failure at somebody else's login page: an identity provider that refused a user says
 * nothing about passwords tried here.
 */
export const isFailureHere = ({ code, strategyType }: EventFacts): boolean =>
  Object.hasOwn(FAILURE_WORDS, code) && strategyType !== 'enterprise' && strategyType !== 'social';

/** A failed login, in words. */
export const failureNote = (facts: EventFacts): string =>
  told(FAILURE_WORDS[facts.code] ?? 'failed login', facts);

/** A login that went well, in words. */
export const successNote = answeredOnce((facts: EventFacts): string => told('login', facts, 'of'));

/** A failed or successful login of a user; the value says where it came from. */
export const loginOfUser = answeredOnce((facts: EventFacts): Signal | undefined => {
  const entity = userOf(facts);
  if (entity === undefined) return undefined;
  const value = writeOrigin(originOf(facts));
  if (isFailureHere(facts)) return { entity, mark: 'failure', note: failureNote(facts), value };
  if (facts.type.outcome !== 'success') return undefined;
  return { entity, mark: 'success', note: successNote(facts), value };
});

/** A failed or successful login from an address; the value is the user. */
export const loginFromIp = answeredOnce((facts: EventFacts): Signal | undefined => {
  const ip = ipOf(facts);
  const user = userOf(facts);
  if (ip === undefined || user === undefined) return undefined;
  const signal = loginOfUser(facts);
  return signal && { ...signal, entity: ip, value: user.value };
});
