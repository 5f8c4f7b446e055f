/** The fields that events of many types have in common, and what a type's shape is made of. */

import type { Scene } from './scene.ts';

export type Fields = Record<string, unknown>;

/** What an event type carries: some of the common fields, and what is its own. */
export interface Shape {
  readonly carries: readonly CommonField[];
  readonly own: (scene: Scene) => Fields;
}

/** The shapes of one family of event types, by code. */
export type Shapes = Readonly<Record<string, Shape>>;

const COMMON = {
  connection: (s: Scene) => s.connection.name,
  connection_id: (s: Scene) => s.connection.id,
  client_id: (s: Scene) => s.application.clientId,
  client_name: (s: Scene) => s.application.name,
  ip: (s: Scene) => s.device.ip,
  user_agent: (s: Scene) => (s.device.unparsed ? s.device.raw : s.device.parsed),
  hostname: (s: Scene) => s.tenant.hostname,
  user_id: (s: Scene) => s.person.userId,
  user_name: (s: Scene) => s.person.userName,
  strategy: (s: Scene) => s.connection.strategy,
  strategy_type: (s: Scene) => s.connection.strategyType,
  organization_id: (s: Scene) => s.session.organization?.id,
  organization_name: (s: Scene) => s.session.organization?.name,
  audience: (s: Scene) => s.application.audience,
  scope: (s: Scene) =>
    s.application.scopeAsText ? s.application.scopes.join(' ') : s.application.scopes,
  auth0_client: (s: Scene) =>
    // Old SDKs send a list, and nothing stops them.
    s.draw.chance(0.004) ? [s.application.sdk] : s.application.sdk,
  security_context: (s: Scene) => ({ ja3: s.device.ja3, ja4: s.device.ja4 }),
  location_info: (s: Scene) =>
    s.device === s.application.server ? undefined : s.person.place.location,
} as const satisfies Record<string, (scene: Scene) => unknown>;

export type CommonField = keyof typeof COMMON;

/** Who did it, over which connection and through which application. */
export const ACCOUNT: readonly CommonField[] = [
  'connection',
  'connection_id',
  'client_id',
  'client_name',
  'ip',
  'user_agent',
  'user_id',
  'user_name',
  'strategy',
  'strategy_type',
  'location_info',
];

export const LOGIN: readonly CommonField[] = [
  ...ACCOUNT,
  'hostname',
  'organization_id',
  'organization_name',
  'auth0_client',
  'security_context',
];

/** A request to one of the tenant's endpoints, where the way of logging in is not known. */
export const REQUEST: readonly CommonField[] = [
  'client_id',
  'client_name',
  'ip',
  'user_agent',
  'hostname',
  'user_id',
  'user_name',
  'organization_id',
  'organization_name',
  'auth0_client',
  'location_info',
];

export const EXCHANGE: readonly CommonField[] = [
  ...REQUEST,
  'connection_id',
  'audience',
  'scope',
  'security_context',
];

/** A program's own request: nobody is logged in. */
export const MACHINE: readonly CommonField[] = [
  'client_id',
  'client_name',
  'ip',
  'user_agent',
  'hostname',
  'audience',
  'scope',
  'auth0_client',
  'security_context',
];

/** A step of a second factor. */
export const FACTOR: readonly CommonField[] = [
  'ip',
  'user_agent',
  'hostname',
  'user_id',
  'user_name',
  'location_info',
];

/** The order in which Auth0 serves the fields of an event. */
const ORDER = [
  ...['date', 'type', 'description', 'connection', 'connection_id', 'client_id', 'client_name'],
  ...['ip', 'client_ip', 'user_agent', 'title', 'email', 'query', 'body', 'details', 'hostname'],
  ...['session_connection', 'user_id', 'user_name', 'identity_user_id', 'strategy'],
  ...['strategy_type', 'organization_id', 'organization_name', 'audience', 'scope'],
  ...['auth0_client', 'tracking_id', 'transaction_linking_id', 'references', '$event_schema'],
  ...['security_context', 'location_info', 'tenant_name', 'log_id', '_id', 'isMobile'],
] as const;

/** The event with this shape in this scene, its keys in Auth0's order. */
export function tell(shape: Shape, scene: Scene): Fields {
  const { slot, draw } = scene;
  const told: Fields = {
    date: slot.date.toISOString(),
    type: scene.code,
    // Newer parts of Auth0 name their schema and the tenant, older ones don't.
    $event_schema: draw.chance(0.8) ? { version: '1.0.0' } : undefined,
    tenant_name: draw.chance(0.75) ? scene.tenant.name : undefined,
    log_id: slot.logId,
    _id: slot.logId,
    isMobile: shape.carries.includes('user_agent') && scene.device.isMobile,
  };
  for (const field of shape.carries) told[field] = COMMON[field](scene);
  Object.assign(told, shape.own(scene));

  const event: Fields = {};
  for (const key of ORDER) {
    if (told[key] !== undefined) event[key] = told[key];
  }
  return event;
}

/** An uneventful event's description: Auth0 leaves it out, empties it or sets it to null. */
export function blank(scene: Scene): string | null | undefined {
  const kind = scene.draw.below(10);
  return kind < 6 ? undefined : kind < 9 ? '' : null;
}

/** The failure's reason, as description and as the error in the details. */
export function failed(message: string, details: Fields = {}): Fields {
  return { description: message, details: { ...details, error: { message } } };
}
