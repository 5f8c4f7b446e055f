import type { JsonObject } from '../../lambda/auth0/event-facts.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';

/** Where the minutes of the tests' events count from: a Monday morning. */
export const START_MS = Date.parse('2026-03-02T08:00:00.000Z');

const MINUTE_MS = 60_000;
const LAG_MS = 200;
let made = 0;

export interface When {
  readonly atMinutes?: number;
  /** Auth0 took it in so long after it happened. */
  readonly lagMs?: number;
}

/** An event as the Logs API serves it; each has a log id of its own. */
export function event(type: string, fields: JsonObject & When = {}): JsonObject {
  const { atMinutes = 0, lagMs = LAG_MS, ...others } = fields;
  const ms = START_MS + atMinutes * MINUTE_MS;
  made += 1;
  const logId = makeLogId(ms + lagMs, 0, made);
  return { date: new Date(ms).toISOString(), type, log_id: logId, _id: logId, ...others };
}

const COUNTRIES: Readonly<Record<string, string>> = { DE: 'Germany', BR: 'Brazil', US: 'USA' };

/** Where an event comes from, as its fields say. */
export const from = (ip: string, country?: string): JsonObject => ({
  ip,
  ...(country === undefined
    ? {}
    : { location_info: { country_code: country, country_name: COUNTRIES[country] ?? country } }),
});

export interface CallOptions extends When {
  /** `PATCH clients/abc`: the prefix is put before it. */
  readonly call: string;
  readonly body?: unknown;
  readonly answer?: unknown;
  readonly status?: number | undefined;
  /** An administrator in the dashboard; undefined for a program. */
  readonly user?: string | undefined;
  readonly client?: string;
  /** Where the call was made from: the dashboard for a user, unless told. */
  readonly channel?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly description?: string;
  readonly secrets?: readonly string[];
  readonly type?: 'sapi' | 'mgmt_api_read';
}

/** A change by the Management API: by an administrator in the dashboard, unless `user` is undefined. */
export function apiCall(options: CallOptions): JsonObject {
  const { call, body = {}, answer = {}, client = 'dashboard', ip = '192.0.2.7' } = options;
  const user = 'user' in options ? options.user : 'alice';
  const [method = '', path = ''] = call.split(' ');
  const person = user && { user_id: `google-oauth2|${user}`, email: `${user}@example.com` };
  return event(options.type ?? 'sapi', {
    atMinutes: options.atMinutes ?? 0,
    description: options.description ?? '',
    client_id: client,
    ...from(ip, options.country ?? 'DE'),
    ...(person && { user_id: person.user_id }),
    details: {
      ...(options.secrets && { accessedSecrets: options.secrets }),
      request: {
        method: method.toLowerCase(),
        path: `/api/v2/${path}`,
        body,
        channel: options.channel ?? (person ? 'https://manage.auth0.com/' : 'api'),
        auth: { user: person ?? {}, strategy: 'jwt' },
      },
      response: {
        body: answer,
        ...('status' in options ? { statusCode: options.status } : { statusCode: 200 }),
      },
    },
  });
}

export interface UserOptions extends When {
  readonly user?: string;
  /** Undefined for an event that knows only a name. */
  readonly userId?: string | undefined;
  readonly ip?: string;
  readonly country?: string;
  /** Latitude and longitude, in degrees. */
  readonly point?: readonly [number, number];
  readonly device?: string;
  readonly tls?: string;
  readonly client?: string;
  readonly details?: JsonObject;
  readonly more?: JsonObject;
}

/** Something that a user did, or that somebody tried in the user's name: from home, unless it says else. */
export function userEvent(type: string, options: UserOptions = {}): JsonObject {
  const { user = 'alice@example.com', ip = '192.0.2.7', country = 'DE', point } = options;
  const { device = 'Chrome 141.0.0 / Windows 10.0.0', tls = 'ja4-home', client = 'shop' } = options;
  const userId = 'userId' in options ? options.userId : `auth0|${user.toLowerCase()}`;
  const { location_info } = from(ip, country);
  const coordinates = point && { latitude: point[0], longitude: point[1] };
  return event(type, {
    atMinutes: options.atMinutes ?? 0,
    client_id: client,
    client_name: client,
    ip,
    user_agent: device,
    ...(userId === undefined ? {} : { user_id: userId }),
    user_name: user,
    security_context: { ja4: tls },
    location_info: { ...(location_info as JsonObject), ...coordinates },
    details: options.details ?? {},
    ...options.more,
  });
}

export const DAY_MINUTES = 1_440;

/** The same number of events as asked for, each made from its number. */
export const several = (count: number, make: (number: number) => JsonObject): JsonObject[] =>
  Array.from({ length: count }, (_, number) => make(number));

/** A login from home on each of so many days before: what profiles learn a user from. */
export const habit = (options: UserOptions = {}, days = 6): JsonObject[] =>
  several(days, (day) => userEvent('s', { ...options, atMinutes: -(day + 1) * DAY_MINUTES }));
