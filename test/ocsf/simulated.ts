import { createTraffic } from '../../local/tenant/traffic.ts';

export type Event = Record<string, unknown>;

const START_MS = Date.parse('2026-03-02T06:00:00.000Z');
const WINDOW = 20_000;

/** As many polled events of the simulated tenant as hold every current type. */
export function simulatedEvents(seed = 1): Event[] {
  const traffic = createTraffic({ seed, hostname: 'example-dev.eu.auth0.com' });
  return Array.from({ length: WINDOW }, (_, index) => {
    const date = new Date(START_MS + index * 10_000);
    const digits = date.toISOString().replaceAll(/[-:TZ.]/g, '');
    const logId = `900${digits}${String(index).padStart(36, '0')}`;
    return traffic.event({ index, logId, date });
  });
}

/** One event of each type. */
export function oneOfEach(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event['type'], event])).values()];
}

/** The same event as a log stream would have delivered it. */
export function streamed(polled: Event): Event {
  const { isMobile, _id, location_info: _place, scope, ...kept } = polled;
  const scopes = Array.isArray(scope) ? scope.join(' ') : scope;
  return {
    ...kept,
    ...(scopes === undefined ? {} : { scope: scopes }),
    ...(typeof kept['ip'] === 'string' ? { client_ip: kept['ip'] } : {}),
    is_mobile: isMobile,
    tenant_name: 'example-dev',
    environment_name: 'example-eu-1',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  };
}
