import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, eventType } from '../../lambda/auth0/event-types.ts';
import type { EventSlot } from '../../local/tenant/event-slot.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';

const HOSTNAME = 'example-dev.eu.auth0.com';
const START = Date.parse('2026-03-02T06:00:00.000Z');
const SECONDS_APART = 10;
const WINDOW = 20_000;

type Event = Record<string, unknown>;

function slot(index: number): EventSlot {
  return {
    index,
    logId: `900${String(index).padStart(53, '0')}`,
    date: new Date(START + index * SECONDS_APART * 1000),
  };
}

function events(seed: number, from: number, count: number): Event[] {
  const traffic = createTraffic({ seed, hostname: HOSTNAME });
  return Array.from({ length: count }, (_, i) => traffic.event(slot(from + i)));
}

const day = events(1, 0, WINDOW);
const currentCodes = Object.keys(EVENT_TYPES).filter((code) => !EVENT_TYPES[code]?.historic);

/** Every string anywhere in the value, with the key it stands under. */
function* strings(value: unknown, key = ''): Generator<[key: string, text: string]> {
  if (typeof value === 'string') yield [key, value];
  else if (Array.isArray(value)) for (const item of value) yield* strings(item, key);
  else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) yield* strings(item, name);
  }
}

function countBy(items: readonly Event[], key: string): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const item of items) counts.set(item[key], (counts.get(item[key]) ?? 0) + 1);
  return counts;
}

describe('the same seed and slot', () => {
  it('give the same event, whatever was asked for before', () => {
    const forwards = day.slice(0, 500).map((event) => JSON.stringify(event));
    const traffic = createTraffic({ seed: 1, hostname: HOSTNAME });
    const backwards = Array.from({ length: 500 }, (_, i) => 499 - i).map((index) =>
      JSON.stringify(traffic.event(slot(index))),
    );
    expect(backwards.reverse()).toEqual(forwards);
  });

  it('give the same event far out, past 32 bits', () => {
    const traffic = createTraffic({ seed: 3, hostname: HOSTNAME });
    const at = (index: number) => traffic.event({ ...slot(0), index });
    const far = 2 ** 40 + 12_345;
    expect(at(far)).toEqual(at(far));
    // Only the index's upper half differs.
    expect(at(far)).not.toEqual(at(12_345));
  });

  it('belong to one seed only', () => {
    expect(events(2, 0, 50)).not.toEqual(events(1, 0, 50));
  });
});

describe('an event', () => {
  it('carries its slot', () => {
    const event = day[7];
    expect(event).toMatchObject({
      date: slot(7).date.toISOString(),
      log_id: slot(7).logId,
      _id: slot(7).logId,
    });
  });

  it('has its keys in the order in which Auth0 serves them', () => {
    const order = ['date', 'type', 'description', 'connection', 'connection_id', 'client_id'];
    const later = ['ip', 'user_agent', 'details', 'hostname', 'user_id', 'user_name', 'log_id'];
    const expected = [...order, 'client_name', ...later, '_id', 'isMobile'];
    for (const event of day) {
      const known = Object.keys(event).filter((key) => expected.includes(key));
      expect(known).toEqual(expected.filter((key) => Object.hasOwn(event, key)));
    }
  });

  it('has the size that Auth0 events have', () => {
    const sizes = day.map((event) => Buffer.byteLength(JSON.stringify(event)));
    sizes.sort((a, b) => a - b);
    const at = (share: number) => sizes[Math.floor(share * sizes.length)] ?? Number.NaN;
    expect(at(0.5)).toBeGreaterThan(1_100);
    expect(at(0.5)).toBeLessThan(2_000);
    expect(at(0.02)).toBeGreaterThan(700);
    expect(at(0.99)).toBeLessThan(5_000);
    expect(at(0.9995)).toBeGreaterThan(10_000);
    expect(sizes.at(-1)).toBeLessThan(500_000);
  });

  it('tells the reason of a failure', () => {
    for (const event of day) {
      if (eventType(String(event['type'])).outcome !== 'failure') continue;
      const details = event['details'] as Record<string, unknown>;
      expect(event['description'], String(event['type'])).toBeTruthy();
      expect(details['error'] ?? details['errors'], String(event['type'])).toBeTruthy();
    }
  });

  it('comes with all the odd forms that a reader has to cope with', () => {
    expect(day.some((event) => event['description'] === null)).toBe(true);
    expect(day.some((event) => event['description'] === '')).toBe(true);
    expect(day.some((event) => !Object.hasOwn(event, 'description'))).toBe(true);
    expect(day.some((event) => event['connection_id'] === '')).toBe(true);
    expect(day.some((event) => Array.isArray(event['scope']))).toBe(true);
    expect(day.some((event) => typeof event['scope'] === 'string')).toBe(true);
    expect(day.some((event) => Array.isArray(event['auth0_client']))).toBe(true);
    expect(day.some((event) => !Object.hasOwn(event, 'tenant_name'))).toBe(true);
  });
});

describe('any 20,000 events in a row', () => {
  it.each([
    [1, 0],
    [1, 7_777],
    [2, 1_000_003],
  ])('hold every current code (seed %i, from %i)', (seed, from) => {
    const found = countBy(events(seed, from, WINDOW), 'type');
    expect([...found.keys()].sort()).toEqual([...currentCodes].sort());
  });

  it('consist of logins and token exchanges for the most part', () => {
    const found = countBy(day, 'type');
    const common = ['s', 'seacft', 'ssa', 'fsa', 'sertft', 'seccft', 'slo'];
    const share = common.reduce((sum, code) => sum + (found.get(code) ?? 0), 0) / WINDOW;
    expect(share).toBeGreaterThan(0.8);
    expect(found.get('sapi')).toBeLessThan(WINDOW * 0.03);
  });

  it('name documentation addresses and example domains only', () => {
    const address = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$|^2001:db8:/;
    const host = /^([a-z0-9-]+\.)*example\.(com|org|net)$|^localhost$|^(manage\.)?auth0\.com$/;
    const strangers = new Set<string>();
    for (const [key, text] of day.flatMap((event) => [...strings(event)])) {
      if ((key === 'ip' || key === 'client_ip') && !address.test(text)) strangers.add(text);
      for (const [, domain = ''] of text.matchAll(/@([\w.-]+\.\w+)/g)) {
        if (!/^example\.(com|org|net)$/.test(domain)) strangers.add(domain);
      }
      for (const [, name = ''] of text.matchAll(/https?:\/\/([^/:"'\s)]+)/g)) {
        if (name !== HOSTNAME && !host.test(name)) strangers.add(name);
      }
    }
    expect([...strangers]).toEqual([]);
  });
});

describe('normal traffic', () => {
  it('has no bursts of failed logins, neither of a user nor from an address', () => {
    const passwordFailures = new Set(['fp', 'fu', 'f', 'fcoa', 'fepft']);
    const perHour = (3600 / SECONDS_APART) | 0;
    const failures = day.flatMap((event, index) =>
      passwordFailures.has(String(event['type'])) ? [{ event, index }] : [],
    );
    for (const key of ['user_name', 'ip']) {
      for (const { event, index } of failures) {
        const within = failures.filter(
          (other) =>
            other.event[key] === event[key] &&
            other.index >= index &&
            other.index < index + perHour,
        );
        expect(within.length).toBeLessThanOrEqual(5);
      }
    }
  });

  it('shows each user in one city, and each address in one city', () => {
    for (const key of ['user_id', 'ip']) {
      const cities = new Map<unknown, unknown>();
      for (const event of day) {
        const place = event['location_info'] as { city_name?: string } | undefined;
        if (place === undefined || !event[key]) continue;
        const known = cities.get(event[key]) ?? place.city_name;
        expect(place.city_name).toBe(known);
        cities.set(event[key], known);
      }
    }
  });

  it('lets a session keep its user, address and client', () => {
    const seen = new Map<unknown, Event>();
    let shared = 0;
    for (const event of day) {
      const details = event['details'] as Record<string, unknown> | undefined;
      const session = details?.['session_id'];
      if (!session || !event['user_id'] || !event['client_id']) continue;
      const first = seen.get(session);
      if (first === undefined) seen.set(session, event);
      else {
        shared++;
        for (const key of ['user_id', 'ip', 'client_id', 'user_agent']) {
          if (event[key] !== undefined) expect(event[key]).toBe(first[key]);
        }
      }
    }
    expect(shared).toBeGreaterThan(1_000);
  });
});
