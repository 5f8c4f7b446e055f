import { at, text } from '../auth0/event-facts.ts';
import { type Attributes, type Draft, emailOf, given } from './record.ts';

/** Stands where the schema wants a name and the event tells none. */
export const UNKNOWN_NAME = 'unknown';

/** The user that the event is about, as far as it names one. */
export function userOf({ facts, placed }: Draft): Attributes | undefined {
  if (facts.userId === undefined && facts.userName === undefined) return undefined;
  return given({
    uid: placed.put(facts.userId, 'user_id'),
    uid_alt: placed.put(text(facts.event['identity_user_id']), 'identity_user_id'),
    name: placed.put(facts.userName, 'user_name'),
    email_addr: emailOf(facts.userName),
    type_id: 1,
    type: 'User',
    org: organizationOf({ facts, placed }),
  });
}

/** The client application in the place of a user: it signed in for itself. */
export function clientAsUser({ facts, placed }: Draft): Attributes | undefined {
  if (facts.clientId === undefined && facts.clientName === undefined) return undefined;
  return given({
    uid: placed.put(facts.clientId, 'client_id'),
    name: placed.put(facts.clientName, 'client_name'),
    type_id: 3,
    type: 'System',
    org: organizationOf({ facts, placed }),
  });
}

export const unknownUser = (draft: Draft): Attributes => ({
  name: UNKNOWN_NAME,
  type_id: 0,
  type: 'Unknown',
  ...given({ org: organizationOf(draft) }),
});

const organizationOf = ({ facts, placed }: Pick<Draft, 'facts' | 'placed'>) =>
  given({
    uid: placed.put(facts.organizationId, 'organization_id'),
    name: placed.put(facts.organizationName, 'organization_name'),
  });

/** The person whose token was used for the call that the event tells of. */
export function callerOf({ facts, placed }: Draft): Attributes | undefined {
  const user = at(facts.details, 'request', 'auth', 'user');
  const uid = text(at(user, 'user_id'));
  const name = text(at(user, 'name'));
  const email = text(at(user, 'email'));
  const isAdmin = facts.type.category === 'management-api';
  if (uid === undefined && name === undefined && email === undefined) return undefined;
  // The event's own user is the same person as a rule; another one is what the call was about.
  if (uid !== undefined) placed.put(uid, 'user_id');
  return given({
    uid: placed.put(uid, 'details.request.auth.user.user_id'),
    name: placed.put(name, 'details.request.auth.user.name') ?? email,
    email_addr: placed.put(emailOf(email), 'details.request.auth.user.email'),
    type_id: isAdmin ? 2 : 1,
    type: isAdmin ? 'Admin' : 'User',
  });
}

/**
 * Who did it, through which application and over which connection.
 *
 * @param user only where the event tells that this user did it
 */
export function actorOf({ facts, placed }: Draft, user?: Attributes): Attributes | undefined {
  const doer = given({
    user,
    session: given({ uid: placed.put(facts.sessionId, 'details.session_id') }),
    app_uid: placed.put(facts.clientId, 'client_id'),
    app_name: placed.put(facts.clientName, 'client_name'),
  });
  // The schema takes no actor of whom only the identity provider is known.
  if (doer === undefined) return undefined;
  const idp = given({
    uid: placed.put(facts.connectionId, 'connection_id'),
    name: placed.put(facts.connection, 'connection'),
  });
  return idp === undefined ? doer : { ...doer, idp };
}
