import { isIP } from 'node:net';
import type { EventFacts } from '../../auth0/event-facts.ts';
import type { JudgeContext, ProfileName } from '../rule.ts';
import { answeredOnce } from './answered-once.ts';
import { deviceClass } from './device.ts';
import type { Point } from './distance.ts';
import { networkOf } from './network.ts';

/** Where an event came from and with what: what tells a user's own logins from those of a thief. */
export interface Origin {
  readonly ip: string | undefined;
  /** Two letters. */
  readonly country: string | undefined;
  /** Browser and system, see {@link deviceClass}. */
  readonly device: string | undefined;
  /** JA4 fingerprint of the TLS handshake. */
  readonly tls: string | undefined;
  readonly point: Point | undefined;
}

const COUNTRY_CHARS_MAX = 8;
const TLS_CHARS_MAX = 60;
const DEGREE_PARTS = 1_000;

/** Where an event came from, as far as it says. */
export const originOf = answeredOnce(({ ip, place, userAgent, ja4 }: EventFacts): Origin => {
  const address = ip !== undefined && isIP(ip) !== 0 ? ip.toLowerCase() : undefined;
  return {
    ip: address,
    country: place?.countryCode?.slice(0, COUNTRY_CHARS_MAX).toUpperCase(),
    device: userAgent && deviceClass(userAgent),
    tls: ja4?.slice(0, TLS_CHARS_MAX),
    point: pointOf(place?.latitude, place?.longitude),
  };
});

/** The /24 or /48 that the address is in. */
export const originNetwork = answeredOnce(({ ip }: Origin): string | undefined =>
  ip === undefined ? undefined : networkOf(ip),
);

/** Writes it as the value of a signal; the parts are short, so all fit. */
export const writeOrigin = answeredOnce((origin: Origin): string => {
  const { ip, country, device, tls, point } = origin;
  const degrees = point === undefined ? ['', ''] : [point.latitude, point.longitude].map(rounded);
  return [ip, country, device, tls, ...degrees]
    .map((part) => (part ? part.replaceAll(SEPARATOR, ' ') : ''))
    .join(SEPARATOR);
});

const rounded = (degrees: number): string =>
  String(Math.round(degrees * DEGREE_PARTS) / DEGREE_PARTS);

const SEPARATOR = '|';

/** Reads the value of a signal that {@link writeOrigin} wrote. */
export const readOrigin = answeredOnce((value: string): Origin => {
  const [ip, country, device, tls, latitude, longitude] = value
    .split(SEPARATOR)
    .map((part) => (part === '' ? undefined : part));
  const degrees = [latitude, longitude].map((text) => (text === undefined ? text : Number(text)));
  return { ip, country, device, tls, point: pointOf(degrees[0], degrees[1]) };
});

function pointOf(latitude: number | undefined, longitude: number | undefined): Point | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  // Some location services answer 0, 0 when they know nothing.
  return isOnEarth && (latitude !== 0 || longitude !== 0) ? { latitude, longitude } : undefined;
}

type Asked = Pick<JudgeContext, 'isNew'>;

/** True when the user came from there, and with that, on an earlier day: every part is known. */
export function isOwnOrigin(origin: Origin, context: Asked, ms: number): boolean {
  const { country, device, tls } = origin;
  const network = originNetwork(origin);
  if (device === undefined || network === undefined) return false;
  return (
    isKnown(context, 'user-network', network, ms) &&
    isKnown(context, 'user-device', device, ms) &&
    (country === undefined || isKnown(context, 'user-country', country, ms)) &&
    (tls === undefined || isKnown(context, 'user-tls', tls, ms))
  );
}

/** True when the user's profile has learned enough and has the value of an earlier day. */
export const isKnown = (context: Asked, profile: ProfileName, value: string, ms: number): boolean =>
  context.isNew(profile, NEVER_SEEN, ms) && !context.isNew(profile, value, ms);

/** No sighting has an empty value, so it is new to every profile that has learned enough. */
const NEVER_SEEN = '';

/** True when the country is new for the user. */
export const isNewCountry = ({ country }: Origin, context: Asked, ms: number): boolean =>
  country !== undefined && context.isNew('user-country', country, ms);

/** True when browser and system, or the TLS fingerprint, are new for the user. */
export const isNewDevice = ({ device, tls }: Origin, context: Asked, ms: number): boolean =>
  (device !== undefined && context.isNew('user-device', device, ms)) ||
  (tls !== undefined && context.isNew('user-tls', tls, ms));
