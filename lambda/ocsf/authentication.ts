import { at, type EventFacts, text } from '../auth0/event-facts.ts';
import type { Activity } from './class-table.ts';
import { destinationOf, httpRequestOf, sourceOf } from './endpoints.ts';
import { actorOf, clientAsUser, unknownUser, userOf } from './identities.ts';
import { type Attributes, type Draft, given } from './record.ts';

const SAML = { auth_protocol_id: 5, auth_protocol: 'SAML' };
const OPEN_ID = { auth_protocol_id: 4, auth_protocol: 'OpenID' };
const OAUTH = { auth_protocol_id: 6, auth_protocol: 'OAUTH 2.0' };

const PROTOCOL_OF = new Map([
  ['samlp', SAML],
  ['pingfederate', SAML],
  ['oidc', OPEN_ID],
  ['okta', OPEN_ID],
  ['google-oauth2', OAUTH],
  ['oauth2', OAUTH],
]);

const OF_CLIENT = new Set(['seccft', 'feccft']);
const PASSED_SECOND_FACTOR = new Set([
  'gd_auth_succeed',
  'gd_auth_email_verification',
  'gd_recovery_succeed',
]);

/** Logins, logouts, second factors and tokens: who, into which application, from where. */
export function authenticationOf(draft: Draft, activity: Activity): Attributes {
  const { facts, placed } = draft;
  const user = OF_CLIENT.has(facts.code) ? (userOf(draft) ?? clientAsUser(draft)) : userOf(draft);
  const service = given({
    uid: placed.put(facts.clientId, 'client_id'),
    name: placed.put(facts.clientName, 'client_name'),
  });
  const destination = destinationOf(draft);
  const isNowhere = service === undefined && destination === undefined;
  return {
    user: user ?? unknownUser(draft),
    actor: actorOf(draft),
    session: given({ uid: placed.put(facts.sessionId, 'details.session_id') }),
    service: isNowhere ? { name: 'Auth0' } : service,
    dst_endpoint: destination,
    src_endpoint: sourceOf(draft),
    http_request: httpRequestOf(draft),
    is_mfa: isMfa(facts),
    ...protocolOf(facts, activity),
  };
}

/** How the user proved who it is; tokens are given out by OAuth, whatever came before. */
function protocolOf({ strategy }: EventFacts, activity: Activity): Attributes | undefined {
  if (activity.name.startsWith('Token')) return OAUTH;
  return strategy === undefined ? undefined : PROTOCOL_OF.get(strategy);
}

/** True when a second factor was passed; nothing is said where the event doesn't tell. */
function isMfa({ code, details }: EventFacts): true | undefined {
  if (PASSED_SECOND_FACTOR.has(code)) return true;
  const prompts = details['prompts'];
  const hasPrompt =
    Array.isArray(prompts) && prompts.some((prompt) => text(at(prompt, 'name'))?.includes('mfa'));
  return hasPrompt ? true : undefined;
}
