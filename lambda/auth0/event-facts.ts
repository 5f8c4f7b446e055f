import { type EventType, eventType } from './event-types.ts';
import { ingestedAtMs } from './log-id.ts';

/** Where Auth0 places an IP address; any part may be missing. */
export interface Place {
  /** Two letters, ISO 3166-1. */
  readonly countryCode: string | undefined;
  readonly country: string | undefined;
  readonly city: string | undefined;
  readonly continent: string | undefined;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** The call that a Management API event tells of. */
export interface ApiCall {
  /** Upper case. */
  readonly method: string;
  /** Without host, query and the prefix `/api/v2` or `/v2`: `clients/abc`. */
  readonly path: string;
  readonly statusCode: number | undefined;
  readonly requestBody: unknown;
  readonly responseBody: unknown;
}

/**
 * What an event says, whichever way it came: polled or streamed, with a field empty, null or absent.
 * An empty text is no value. Nothing here is validated beyond its JSON type: it may be hostile.
 */
export interface EventFacts {
  readonly logId: string;
  readonly code: string;
  readonly type: EventType;
  /** Milliseconds since 1970; undefined when the event has no date that can be read. */
  readonly timeMs: number | undefined;
  /** When Auth0 took it in, as far as the id tells; see `ingestedAtMs`. */
  readonly ingestedMs: number | undefined;
  readonly description: string | undefined;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly isMobile: boolean | undefined;
  readonly userId: string | undefined;
  readonly userName: string | undefined;
  readonly clientId: string | undefined;
  readonly clientName: string | undefined;
  readonly connection: string | undefined;
  readonly connectionId: string | undefined;
  readonly strategy: string | undefined;
  readonly strategyType: string | undefined;
  readonly organizationId: string | undefined;
  readonly organizationName: string | undefined;
  readonly hostname: string | undefined;
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  readonly sessionId: string | undefined;
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
  readonly place: Place | undefined;
  readonly details: JsonObject;
  /** Only for events of the Management API and of the dashboard. */
  readonly call: ApiCall | undefined;
  /** The event itself, parsed. */
  readonly event: JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;

const NOTHING: JsonObject = {};

/** Reads a parsed event; whatever is not as documented counts as missing. */
export function factsOf(event: JsonObject): EventFacts {
  const code = text(event['type']) ?? 'unknown';
  const details = object(event['details']) ?? NOTHING;
  const security = object(event['security_context']) ?? NOTHING;
  const logId = text(event['log_id']) ?? '';
  return {
    logId,
    code,
    type: eventType(code),
    timeMs: timeMs(event['date']),
    ingestedMs: ingestedAtMs(logId),
    description: text(event['description']),
    ip: text(event['ip']) ?? text(event['client_ip']),
    userAgent: text(event['user_agent']),
    isMobile: boolean(event['isMobile']) ?? boolean(event['is_mobile']),
    userId: text(event['user_id']),
    userName: text(event['user_name']),
    clientId: text(event['client_id']),
    clientName: text(event['client_name']),
    connection: text(event['connection']),
    connectionId: text(event['connection_id']),
    strategy: text(event['strategy']),
    strategyType: text(event['strategy_type']),
    organizationId: text(event['organization_id']),
    organizationName: text(event['organization_name']),
    hostname: text(event['hostname']),
    audience: text(event['audience']),
    scopes: scopesOf(event['scope']),
    sessionId: text(details['session_id']),
    ja3: text(security['ja3']),
    ja4: text(security['ja4']),
    place: placeOf(event['location_info']),
    details,
    call: callOf(details),
    event,
  };
}

/** The value at a path of keys, undefined where the way ends. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = object(current)?.[key];
  return current;
}

/** A JSON object; a list, a text and null are none. */
export function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** A text that says something. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A finite number, also when it came as a text. */
export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** True or false, also when it came as a text. */
export function boolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}

/** The texts of a list. */
export const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** A list of scopes, which comes as a list or as one text with spaces. */
export const scopesOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : texts(value);

function timeMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function placeOf(value: unknown): Place | undefined {
  const info = object(value);
  if (info === undefined) return undefined;
  return {
    countryCode: text(info['country_code']),
    country: text(info['country_name']),
    city: text(info['city_name']),
    continent: text(info['continent_code']),
    latitude: number(info['latitude']),
    longitude: number(info['longitude']),
  };
}

function callOf(details: JsonObject): ApiCall | undefined {
  const request = object(details['request']);
  const method = text(request?.['method']);
  const path = text(request?.['path']);
  if (method === undefined || path === undefined) return undefined;
  const response = object(details['response']);
  return {
    method: method.toUpperCase(),
    path: barePath(path),
    statusCode: number(response?.['statusCode']),
    requestBody: request?.['body'],
    responseBody: response?.['body'],
  };
}

/** The same call is logged with and without the prefix, and with a host or a query at times. */
const barePath = (path: string): string =>
  path
    .replace(/^https?:\/\/[^/]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\/?(?:api\/)?(?:v2\/)?/, '')
    .replace(/\/+$/, '');
