import { at, type EventFacts, text } from '../../auth0/event-facts.ts';
import type { Entity, Signal } from '../rule.ts';
import { isCall } from './call.ts';
import { brief, placeWords, TENANT } from './subject.ts';

/** Who makes a call of the Management API. */
export interface Actor {
  readonly entity: Entity;
  readonly name: string;
}

/** A token of a program carries its client id with this ending in place of a user id. */
const MACHINE_SUFFIX = '@clients';

/**
 * The person behind a call, or the program when there is no person. Administrators go by their user
 * id: the log gives them no user name, and their e-mail address may be that of one of the users.
 */
export function actorOf(facts: EventFacts): Actor {
  const user = at(facts.details, 'request', 'auth', 'user');
  const userId = facts.userId ?? text(at(user, 'user_id'));
  if (userId !== undefined && !userId.endsWith(MACHINE_SUFFIX)) {
    const name = text(at(user, 'email')) ?? facts.userName ?? text(at(user, 'name')) ?? userId;
    return { entity: { kind: 'user', value: userId }, name };
  }
  const clientId = facts.clientId ?? userId?.slice(0, -MACHINE_SUFFIX.length);
  if (clientId !== undefined && clientId !== '') {
    return { entity: { kind: 'client', value: clientId }, name: facts.clientName ?? clientId };
  }
  if (facts.ip !== undefined) return { entity: { kind: 'ip', value: facts.ip }, name: 'somebody' };
  return { entity: TENANT, name: 'somebody' };
}

/** The signal that somebody did something: `alice@example.com deleted … from 192.0.2.7 (DE)`. */
export function deed(facts: EventFacts, what: string, more: Partial<Signal> = {}): Signal {
  const { entity, name } = actorOf(facts);
  return { entity, note: `${brief(name)} ${what}${placeWords(facts)}`, ...more };
}

/** True when a user changes the own account, as applications let them: that is no administration. */
export function isOwnAccount({ call, userId, details }: EventFacts): boolean {
  const self = userId ?? text(at(details, 'request', 'auth', 'user', 'user_id'));
  if (call === undefined || self === undefined) return false;
  const ways = ['users/{id}', 'users/{id}/{what}', 'users/{id}/{what}/{which}'];
  return [...ways, 'users/{id}/{what}/{which}/{one}'].some(
    (template) => isCall(call, call.method, template)?.['id'] === self,
  );
}
