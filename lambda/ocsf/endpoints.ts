import { isIP } from 'node:net';
import { at, text } from '../auth0/event-facts.ts';
import { PSEUDONYM_PATTERN } from './pseudonym.ts';
import { type Attributes, type Draft, given, hostNameOf, type OcsfVersion } from './record.ts';

const MOBILE = { type_id: 5, type: 'Mobile' };

/** Where the request came from; undefined without an address. */
export function sourceOf({ facts, placed }: Draft): Attributes | undefined {
  const { ip } = facts;
  if (ip === undefined || (isIP(ip) === 0 && !PSEUDONYM_PATTERN.test(ip))) return undefined;
  placed.put(ip, 'ip', 'client_ip', 'details.request.ip');
  return given({
    // A pseudonym is no address, so it identifies the endpoint instead.
    ...(isIP(ip) === 0 ? { uid: ip } : { ip }),
    location: locationOf({ facts, placed }),
    ...(facts.isMobile ? MOBILE : undefined),
  });
}

function locationOf({ facts, placed }: Pick<Draft, 'facts' | 'placed'>): Attributes | undefined {
  const { place } = facts;
  if (place === undefined) return undefined;
  // The schema takes no location without one of the two.
  if (place.city === undefined && place.countryCode === undefined) return undefined;
  return given({
    city: placed.put(place.city, 'location_info.city_name'),
    country: placed.put(place.countryCode, 'location_info.country_code'),
    continent: placed.put(place.continent, 'location_info.continent_code'),
    lat: placed.put(degrees(place.latitude, 90), 'location_info.latitude'),
    long: placed.put(degrees(place.longitude, 180), 'location_info.longitude'),
  });
}

const degrees = (value: number | undefined, max: number): number | undefined =>
  value !== undefined && Math.abs(value) <= max ? value : undefined;

/** The host of the tenant that was asked. */
export const destinationOf = ({ facts, placed }: Draft): Attributes | undefined =>
  given({ hostname: placed.put(hostNameOf(facts.hostname), 'hostname') });

const METHODS_OF_ALL = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'TRACE'];
const METHODS: Readonly<Record<OcsfVersion, ReadonlySet<string>>> = {
  '1.8.0': new Set([...METHODS_OF_ALL, 'PATCH']),
  // PATCH is missing in 1.3; the operation of the call and `unmapped` still tell it.
  '1.3.0': new Set(METHODS_OF_ALL),
};

/** The request as far as the event tells it: the user agent, and for calls method and path. */
export function httpRequestOf({ facts, context, placed }: Draft): Attributes | undefined {
  const request = facts.details['request'];
  const method = facts.call?.method;
  const path = facts.call === undefined ? undefined : text(at(request, 'path'));
  // At the top of polled events it is in short form; the request has it as it was sent.
  const userAgent = text(at(request, 'userAgent')) ?? facts.userAgent;
  return given({
    user_agent: placed.put(userAgent, 'user_agent', 'details.request.userAgent'),
    http_method:
      method !== undefined && METHODS[context.version].has(method)
        ? placed.put(method, 'details.request.method')
        : undefined,
    url: path === undefined ? undefined : urlOf(placed.put(path, 'details.request.path')),
  });
}

const urlOf = (path: string): Attributes =>
  /^https?:\/\//i.test(path) ? { url_string: path } : { path };
