import { type ApiCall, at, object, text } from '../auth0/event-facts.ts';
import type { Activity } from './class-table.ts';
import { destinationOf, httpRequestOf, sourceOf } from './endpoints.ts';
import { actorOf, callerOf, UNKNOWN_NAME, userOf } from './identities.ts';
import { type Attributes, type Draft, given } from './record.ts';

const INT_MAX = 2_147_483_647;
const WORD_PATTERN = /^(?:v\d|[A-Z]?[a-z]+(?:-[a-z0-9]+)*)$/;

/** Calls of the Management API, and all that happens in a tenant beside logins and accounts. */
export function apiActivityOf(draft: Draft, activity: Activity): Attributes {
  const caller = callerOf(draft);
  // A notice tells whom it is for; nothing was done by that user.
  const isDoneByUser = caller === undefined && activity.name !== 'Notice';
  const user = isDoneByUser ? userOf(draft) : caller;
  const resources = [...calledResource(draft), ...otherUser(draft, user ?? {})];
  return {
    actor: actorOf(draft, user) ?? { app_name: UNKNOWN_NAME },
    api: apiOf(draft),
    resources: resources.length > 0 ? resources : undefined,
    src_endpoint: sourceOf(draft) ?? { name: UNKNOWN_NAME },
    dst_endpoint: destinationOf(draft),
    http_request: httpRequestOf(draft),
  };
}

function apiOf({ facts, placed }: Draft): Attributes | undefined {
  const { call, code, logId, type } = facts;
  const isManagement = type.category === 'management-api';
  const service = { name: isManagement ? 'Auth0 Management API' : 'Auth0' };
  if (call === undefined) {
    return { operation: type.category === 'unknown' ? code : type.name, service };
  }
  const sent = content(call.requestBody);
  return given({
    operation: `${call.method} /${templateOf(call.path)}`,
    service,
    // A request needs an id; the event is the only thing that has one.
    request:
      sent === undefined || logId === ''
        ? undefined
        : { uid: logId, data: placed.put(sent, 'details.request.body') },
    response: given({
      code: placed.put(intOf(call.statusCode), 'details.response.statusCode'),
      data: placed.put(content(call.responseBody), 'details.response.body'),
    }),
  });
}

/** A body that says something. */
const content = (body: unknown): unknown =>
  body === null || body === '' || (object(body) && Object.keys(Object(body)).length === 0)
    ? undefined
    : body;

const intOf = (value: number | undefined): number | undefined =>
  Number.isInteger(value) && Math.abs(value ?? 0) <= INT_MAX ? value : undefined;

/** A path with its ids left out, so that calls of one kind have one name: `clients/{id}`. */
const templateOf = (path: string): string =>
  path
    .split('/')
    .map((part) => (part === '' || WORD_PATTERN.test(part) ? part : '{id}'))
    .join('/');

/** What a call of the Management API was about: `{ type: 'clients', uid: 'abc' }`. */
function calledResource({ facts }: Draft): Attributes[] {
  const { call } = facts;
  if (call === undefined || facts.type.category !== 'management-api') return [];
  const parts = call.path.split('/').filter(Boolean);
  const first = parts.findIndex((part) => !WORD_PATTERN.test(part));
  const type = parts.slice(0, first === -1 ? undefined : first).join('/') || UNKNOWN_NAME;
  const uid = first === -1 ? createdId(call, type) : decoded(parts[first] ?? '');
  return [uid === undefined ? { type, name: type } : { type, uid }];
}

/** The id that the answer gave to what was created. */
function createdId({ method, responseBody }: ApiCall, type: string): string | undefined {
  if (method !== 'POST') return undefined;
  if (type === 'clients') return text(at(responseBody, 'client_id'));
  return text(at(responseBody, type === 'users' ? 'user_id' : 'id'));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The user of the event, where it was not that one who did it. */
function otherUser({ facts, placed }: Draft, doer: Attributes): Attributes[] {
  if (facts.userId === undefined || facts.userId === doer['uid']) return [];
  const name = placed.put(facts.userName, 'user_name');
  const uid = placed.put(facts.userId, 'user_id');
  return [{ type: 'users', uid, ...given({ name }) }];
}
