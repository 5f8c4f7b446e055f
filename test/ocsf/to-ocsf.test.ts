import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, type JsonObject } from '../../lambda/auth0/event-facts.ts';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import { CLASS_SHAPES } from '../../lambda/ocsf/shapes.ts';
import { type OCSF_VERSIONS, type OcsfRecord, toOcsf } from '../../lambda/ocsf/to-ocsf.ts';
import { type Event, oneOfEach, simulatedEvents, streamed } from './simulated.ts';
import { strangers } from './strangers.ts';
import { faultsOf, SCHEMA_VERSIONS } from './validator.ts';

const RAW = '{"as":"served"}';
const map = (event: JsonObject, version: (typeof OCSF_VERSIONS)[number] = '1.8.0'): OcsfRecord =>
  toOcsf(factsOf(event), { tenant: 'acme', rawData: RAW, version });

const traffic = simulatedEvents();
const current = oneOfEach(traffic);
const bare = Object.keys(EVENT_TYPES).map((type) => ({ log_id: '9', type }));

const shapeFaults = ({ class: name, record }: OcsfRecord): string[] =>
  strangers(CLASS_SHAPES[name], record);

/** Every leaf of the event that the record lost: gone from `unmapped`, and no attribute's value. */
function lost(event: JsonObject, { record }: OcsfRecord): string[] {
  const { unmapped, ...mapped } = record;
  const values = new Set(leaves(mapped).map(([, value]) => String(value)));
  const left = new Map(leaves(unmapped));
  return leaves(event).flatMap(([path, value]) =>
    left.get(path) === value || values.has(String(value)) ? [] : [`${path}=${value}`],
  );
}

function leaves(value: unknown, path = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, `${path}/${JSON.stringify(key)}`),
  );
}

function expectSound(event: JsonObject): void {
  const recent = map(event);
  const older = map(event, '1.3.0');
  const checks = {
    recent: faultsOf('1.8.0', recent.record),
    older: SCHEMA_VERSIONS.flatMap((version) => faultsOf(version, older.record)),
    shape: [...shapeFaults(recent), ...shapeFaults(older)],
    lost: [...lost(event, recent), ...lost(event, older)],
  };
  expect(checks, JSON.stringify(event).slice(0, 2_000)).toEqual({
    recent: [],
    older: [],
    shape: [],
    lost: [],
  });
}

describe('the record of every event', () => {
  it('that the simulated tenant writes is valid, within its shape, and has lost nothing', () => {
    for (const event of traffic.slice(0, 3_000)) expectSound(event);
    expect(current.length).toBeGreaterThan(170);
    for (const event of current) expectSound(event);
  });

  it('that a stream delivers is as sound', () => {
    for (const event of current) expectSound(streamed(event));
  });

  it('of a known type with nothing else in it is as sound', () => {
    for (const event of bare) expectSound(event);
  });

  it('keeps the whole text of the event', () => {
    for (const event of [...current, ...bare]) expect(map(event).record['raw_data']).toBe(RAW);
  });
});

const KEYS = [
  ...new Set(current.flatMap((event) => leaves(event).flatMap(([path]) => path.split('/')))),
].flatMap((key) => (key.startsWith('"') ? [String(JSON.parse(key))] : []));

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1e300, 0.5, true, false, '192.0.2.1', '1.2.3', '  '),
  fc.constantFrom<unknown>(
    '2026-03-02',
    'not a date',
    -8.64e15,
    2 ** 53,
    'PATCH',
    'ann@example.com',
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A genuine event with a few values anywhere in it replaced by odd ones. */
const spoiled = fc
  .record({
    index: fc.nat(current.length - 1),
    spots: fc.array(fc.tuple(fc.nat(), oddValue), { minLength: 1, maxLength: 8 }),
  })
  .map(({ index, spots }) => {
    const event = structuredClone(current[index] ?? {});
    for (const [spot, value] of spots) spoil(event, spot, value);
    return JSON.parse(JSON.stringify(event)) as Event;
  });

function spoil(event: Event, spot: number, value: unknown): void {
  let target: Record<string, unknown> = event;
  for (let step = spot; ; step = Math.floor(step / 7)) {
    const keys = Object.keys(target);
    const key = keys[step % Math.max(keys.length, 1)];
    if (key === undefined) return;
    const inner = target[key];
    if (step < 7 || typeof inner !== 'object' || inner === null) {
      target[key] = value;
      return;
    }
    target = inner as Record<string, unknown>;
  }
}

/** Any object at all, with the keys that events have among its keys. */
const anyEvent = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom(...KEYS),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'valueOf'),
      fc.string(),
    ),
    fc.oneof(
      oddValue,
      fc.dictionary(
        fc.constantFrom(...KEYS, '__proto__'),
        fc.oneof(oddValue, fc.dictionary(fc.constantFrom(...KEYS), oddValue, { maxKeys: 6 })),
        { maxKeys: 8 },
      ),
    ),
    { maxKeys: 20 },
  )
  .map((event) => JSON.parse(JSON.stringify(event)) as Event);

describe('an odd event', () => {
  it('has a sound record, whichever of its values is not what it should be', () => {
    fc.assert(fc.property(spoiled, expectSound), { numRuns: 400 });
  });

  it('has a sound record, whatever object it is', () => {
    fc.assert(fc.property(anyEvent, expectSound), { numRuns: 400 });
  });

  it.each<JsonObject>([
    { location_info: { latitude: 48.1, longitude: 11.5 } },
    { location_info: { country_code: 'DE', latitude: 91, longitude: -180.5 } },
    { location_info: { country_code: 'DE', latitude: '48.10', longitude: '11.5' } },
    { location_info: { country_code: 49, city_name: ['Munich'] } },
    { details: { initiatedAt: -1, completedAt: 8.64e15 + 1, elapsedTime: 0.5 } },
    { details: { initiatedAt: '1772431200000', completedAt: null, elapsedTime: 2 ** 53 } },
    { details: { request: { method: 'GET', path: '/a' }, response: { statusCode: 200.5 } } },
    { details: { request: { method: 'GET', path: '/a' }, response: { statusCode: 2 ** 31 } } },
    { details: { request: { method: 'GET', path: '/a' }, response: { statusCode: '0200' } } },
    { details: { request: { method: 'BREW', path: 'https://a.example.com/%zz' }, body: [] } },
    { details: { request: { method: 'GET', path: '/users/%zz', body: 5 } } },
    { details: { request: { auth: { user: { email: 'no address' } } } } },
    { details: { error: 'a text' }, user_name: 'ann@localhost' },
    { details: { error: ['a list'] }, user_name: 'ann@' },
    { details: 'a text', hostname: '-acme.example.com', type: 5, log_id: 5 },
    { connection: 'Users', organization_id: 'org_1' },
    { connection: 'Users', client_id: 'shop', id: 'another id', _id: 5 },
  ])('has a sound record of every class: %j', (event) => {
    for (const type of ['fp', 'scp', 'sapi', 'fn', 'seccft', 'gd_unenroll', 'brand_new']) {
      const odd = { ip: '192.0.2.1', log_id: '9', type, ...event };
      expectSound(odd);
    }
  });

  it('keeps a key called __proto__', () => {
    const event = JSON.parse('{"__proto__":{"ip":"192.0.2.1"},"details":{"__proto__":"x"}}');
    expectSound(event);
    expect(JSON.stringify(map(event).record['unmapped'])).toBe(JSON.stringify(event));
  });

  it('does not overflow the stack, however deep it is', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const event = JSON.parse(`{"log_id":"9","type":"s","details":${deep}}`);
    expect(faultsOf('1.8.0', map(event).record)).toEqual([]);
  });

  it('keeps texts of any length', () => {
    const long = 'x'.repeat(1_000_000);
    const { record } = map({ type: 'fp', user_name: long, description: long, ip: long });
    expect(record['user']).toMatchObject({ name: long });
    expect(record['unmapped']).toEqual({ ip: long });
  });
});

const login = {
  log_id: `90020260302060000123${'0'.repeat(36)}`,
  date: '2026-03-02T05:59:59.000Z',
  type: 's',
  user_id: 'auth0|1',
  client_id: 'abc',
};

describe('time', () => {
  it('is that of the event, beside the time of its ingestion', () => {
    expect(map(login).record).toMatchObject({
      time: Date.parse('2026-03-02T05:59:59.000Z'),
      metadata: {
        original_time: '2026-03-02T05:59:59.000Z',
        logged_time: Date.parse('2026-03-02T06:00:00.123Z'),
      },
    });
  });

  it('is that of ingestion where the date is missing or can not be read', () => {
    const { date: _date, ...undated } = login;
    for (const event of [undated, { ...login, date: 'soon' }, { ...login, date: 5 }]) {
      expect(map(event).record['time']).toBe(Date.parse('2026-03-02T06:00:00.123Z'));
    }
  });

  it('is that of collection where the id tells nothing either', () => {
    const context = { tenant: 'acme', rawData: RAW, version: '1.8.0', loggedTimeMs: 5 } as const;
    expect(toOcsf(factsOf({ type: 's' }), context).record).toMatchObject({
      time: 5,
      metadata: { logged_time: 5 },
    });
    expect(map({ type: 's' }).record['time']).toBe(0);
  });
});

const call = {
  log_id: '9001',
  type: 'sapi',
  user_id: 'auth0|admin',
  client_id: 'dashboard',
  details: {
    request: {
      method: 'patch',
      path: '/api/v2/users/auth0%7Cvictim/roles',
      auth: { user: { user_id: 'auth0|admin', name: 'Ada', email: 'ada@example.com' } },
      body: { roles: ['owner'] },
    },
    response: { statusCode: 200, body: { done: true } },
  },
};

describe('a call of the Management API', () => {
  it('tells who called from what was changed', () => {
    expect(map(call).record).toMatchObject({
      class_uid: 6003,
      activity_name: 'Update',
      actor: {
        user: { uid: 'auth0|admin', name: 'Ada', email_addr: 'ada@example.com', type: 'Admin' },
        app_uid: 'dashboard',
      },
      resources: [{ type: 'users', uid: 'auth0|victim' }],
      api: {
        operation: 'PATCH /users/{id}/roles',
        request: { uid: '9001', data: { roles: ['owner'] } },
        response: { code: 200, data: { done: true } },
      },
      http_request: { http_method: 'PATCH', url: { path: '/api/v2/users/auth0%7Cvictim/roles' } },
      status: 'Success',
      status_code: '200',
    });
    expect(map(call).record['resources']).toHaveLength(1);
  });

  it('loses the method PATCH in version 1.3.0, and only there', () => {
    const { record } = map(call, '1.3.0');
    expect(record['http_request']).toEqual({ url: { path: '/api/v2/users/auth0%7Cvictim/roles' } });
    expect(record).toMatchObject({
      metadata: { version: '1.3.0' },
      api: { operation: 'PATCH /users/{id}/roles' },
      unmapped: { details: { request: { method: 'patch' } } },
    });
  });

  it('names the user of the event as a resource when another one called', () => {
    const { record } = map({ ...call, user_id: 'auth0|other', user_name: 'Otto' });
    expect(record['actor']).toMatchObject({ user: { uid: 'auth0|admin' } });
    expect(record['resources']).toContainEqual({ type: 'users', uid: 'auth0|other', name: 'Otto' });
  });

  it('failed when the answer says so, whatever its type means', () => {
    const details = { ...call.details, response: { statusCode: 403 } };
    expect(map({ ...call, details }).record).toMatchObject({ status_id: 2, severity: 'Low' });
  });

  it('to another API says nothing about what the event means', () => {
    const details = { ...call.details, response: { statusCode: 403 } };
    expect(map({ ...call, type: 'gd_auth_succeed', details }).record['status']).toBe('Success');
  });

  it('names what it created by the id in the answer', () => {
    const details = {
      request: { method: 'post', path: '/api/v2/clients' },
      response: { statusCode: 201, body: { client_id: 'new' } },
    };
    expect(map({ ...call, details }).record['resources']).toEqual([
      { type: 'clients', uid: 'new' },
    ]);
  });
});

describe('a login', () => {
  it('by a client for itself has the client as its user', () => {
    const { record } = map({ type: 'seccft', client_id: 'feed', client_name: 'Feed' });
    expect(record['user']).toMatchObject({ uid: 'feed', name: 'Feed', type: 'System' });
  });

  it('of whom nothing is known has an unknown user, not the client', () => {
    const { record } = map({ type: 'fsa', client_id: 'shop' });
    expect(record['user']).toEqual({ name: 'unknown', type_id: 0, type: 'Unknown' });
  });

  it('that failed tells the reason from the details rather than the description', () => {
    const event = { type: 'fp', description: 'Failed.', details: { error: { message: 'Wrong.' } } };
    expect(map(event).record).toMatchObject({ status_detail: 'Wrong.', message: 'Failed.' });
    expect(map({ type: 'fp', description: 'Failed.' }).record['status_detail']).toBe('Failed.');
  });

  it('has an address only if it is one; a pseudonym identifies the endpoint', () => {
    expect(map({ type: 's', ip: '192.0.2.7' }).record['src_endpoint']).toEqual({ ip: '192.0.2.7' });
    const spoiled = map({ type: 's', ip: '192.0.2.700' }).record;
    expect(spoiled['src_endpoint']).toBeUndefined();
    expect(spoiled['unmapped']).toEqual({ ip: '192.0.2.700' });
    const token = `p_${'A'.repeat(22)}`;
    expect(map({ type: 's', ip: token }).record['src_endpoint']).toEqual({ uid: token });
  });

  it('has coordinates only if there are such on earth', () => {
    const info = { country_code: 'DE', latitude: 90.1, longitude: -180 };
    const { record } = map({ type: 's', ip: '192.0.2.7', location_info: info });
    expect(record['src_endpoint']).toEqual({
      ip: '192.0.2.7',
      location: { country: 'DE', long: -180 },
    });
    expect(record['unmapped']).toEqual({ location_info: { latitude: 90.1 } });
  });

  it('is by a second factor when a prompt asked for one', () => {
    const details = { prompts: [{ name: 'login' }, { name: 'mfa' }] };
    expect(map({ type: 's', details }).record['is_mfa']).toBe(true);
    expect(map({ type: 's' }).record['is_mfa']).toBeUndefined();
  });
});

describe('a change of an account', () => {
  it('has the account as its user, and an actor only if one is named', () => {
    const { record } = map({ type: 'scp', user_id: 'auth0|1', ip: '192.0.2.1' });
    expect(record['user']).toMatchObject({ uid: 'auth0|1' });
    expect(record['actor']).toBeUndefined();
  });

  it('made through a call names the caller beside the account', () => {
    const { record } = map({ ...call, type: 'gd_unenroll', user_id: 'auth0|victim' });
    expect(record['user']).toMatchObject({ uid: 'auth0|victim' });
    expect(record['actor']).toMatchObject({ user: { uid: 'auth0|admin' } });
  });
});

describe('an event of an unknown type', () => {
  it('goes to API Activity with everything that has no place', () => {
    const { class: name, record } = map({ type: 'brand_new', log_id: '9', details: { a: [1] } });
    expect(name).toBe('api_activity');
    expect(record).toMatchObject({
      activity_id: 99,
      status: 'Unknown',
      api: { operation: 'brand_new' },
      metadata: { event_code: 'brand_new' },
      unmapped: { details: { a: [1] } },
    });
  });
});
