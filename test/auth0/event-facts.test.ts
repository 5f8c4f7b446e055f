import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, boolean, factsOf, number, scopesOf } from '../../lambda/auth0/event-facts.ts';

const polled = {
  date: '2026-03-02T06:00:00.000Z',
  type: 's',
  description: 'Successful login',
  connection: 'Users',
  connection_id: 'con_1',
  client_id: 'abc',
  client_name: 'Shop',
  ip: '192.0.2.1',
  user_agent: 'Firefox 144.0.0 / Ubuntu 0.0.0',
  details: { session_id: 'ses_1' },
  hostname: 'acme.eu.auth0.com',
  user_id: 'auth0|1',
  user_name: 'ann@example.com',
  strategy: 'auth0',
  strategy_type: 'database',
  organization_id: 'org_1',
  organization_name: 'orchard',
  audience: 'https://api.example.com/',
  scope: ['openid', 'profile'],
  security_context: { ja3: 'three', ja4: 'four' },
  location_info: { country_code: 'FR', city_name: 'Lyon', latitude: '45.75', longitude: 4.85 },
  log_id: '9001',
  _id: '9001',
  isMobile: true,
};

describe('the facts of an event', () => {
  it('are read off the shape of a poll', () => {
    expect(factsOf(polled)).toEqual({
      logId: '9001',
      code: 's',
      type: { name: 'User logged in', category: 'login-success', outcome: 'success' },
      timeMs: Date.parse('2026-03-02T06:00:00.000Z'),
      description: 'Successful login',
      ip: '192.0.2.1',
      userAgent: 'Firefox 144.0.0 / Ubuntu 0.0.0',
      isMobile: true,
      userId: 'auth0|1',
      userName: 'ann@example.com',
      clientId: 'abc',
      clientName: 'Shop',
      connection: 'Users',
      connectionId: 'con_1',
      strategy: 'auth0',
      strategyType: 'database',
      organizationId: 'org_1',
      organizationName: 'orchard',
      hostname: 'acme.eu.auth0.com',
      audience: 'https://api.example.com/',
      scopes: ['openid', 'profile'],
      sessionId: 'ses_1',
      ja3: 'three',
      ja4: 'four',
      place: {
        countryCode: 'FR',
        country: undefined,
        city: 'Lyon',
        continent: undefined,
        latitude: 45.75,
        longitude: 4.85,
      },
      details: { session_id: 'ses_1' },
      call: undefined,
      event: polled,
    });
  });

  it('are the same in the shape of a stream', () => {
    const { isMobile: is_mobile, _id, ip: client_ip, ...kept } = polled;
    const stream = { ...kept, is_mobile, client_ip, scope: 'openid  profile' };
    expect({ ...factsOf(stream), event: undefined }).toEqual({
      ...factsOf(polled),
      event: undefined,
    });
  });

  it('prefer the address of the event to that of the client', () => {
    expect(factsOf({ ip: '192.0.2.1', client_ip: '192.0.2.2' }).ip).toBe('192.0.2.1');
    expect(factsOf({ ip: '', client_ip: '192.0.2.2' }).ip).toBe('192.0.2.2');
  });

  it('take an empty text and null for nothing', () => {
    const empty = Object.fromEntries(Object.keys(polled).map((key) => [key, '']));
    const none = Object.fromEntries(Object.keys(polled).map((key) => [key, null]));
    const nothing = { ...factsOf({}), event: undefined };
    expect({ ...factsOf(empty), event: undefined }).toEqual(nothing);
    expect({ ...factsOf(none), event: undefined }).toEqual(nothing);
    expect(nothing).toMatchObject({ logId: '', code: 'unknown', scopes: [], details: {} });
  });

  it('can be read off any object', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(...Object.values(polled)),
    );
    const keys = fc.constantFrom(...Object.keys(polled), 'client_ip', 'is_mobile');
    fc.assert(
      fc.property(fc.dictionary(keys, values), (event) => {
        const facts = factsOf(event);
        for (const fact of [facts.logId, facts.code]) expect(typeof fact).toBe('string');
        const { timeMs } = facts;
        expect(timeMs === undefined || Number.isSafeInteger(timeMs)).toBe(true);
        const latitude = facts.place?.latitude;
        expect(latitude === undefined || Number.isFinite(latitude)).toBe(true);
      }),
    );
  });
});

const callOf = (request: unknown, response?: unknown) =>
  factsOf({ type: 'sapi', details: { request, response } }).call;

describe('the call of an event', () => {
  it('is told with its bodies and its answer', () => {
    const request = { method: 'patch', path: '/api/v2/clients/abc', body: { name: 'x' } };
    expect(callOf(request, { statusCode: 200, body: { id: 1 } })).toEqual({
      method: 'PATCH',
      path: 'clients/abc',
      statusCode: 200,
      requestBody: { name: 'x' },
      responseBody: { id: 1 },
    });
  });

  it.each([
    ['/api/v2/users/auth0%7C1', 'users/auth0%7C1'],
    ['/v2/users', 'users'],
    ['/users/', 'users'],
    ['users', 'users'],
    ['https://acme.eu.auth0.com/api/v2/users?q=1#top', 'users'],
    ['HTTPS://acme.eu.auth0.com/api/v2/users?q=\n1', 'users'],
    ['/api/verify-otp', 'verify-otp'],
    ['/scim/v2/connections/con_1/Users', 'scim/v2/connections/con_1/Users'],
    ['/', ''],
  ])('has a bare path: %s', (path, bare) => {
    expect(callOf({ method: 'GET', path })?.path).toBe(bare);
  });

  it.each([
    [undefined],
    ['GET /users'],
    [{ method: 'GET' }],
    [{ path: '/users' }],
    [{ method: 5, path: '/users' }],
    [['GET', '/users']],
  ])('is none where method or path is missing: %j', (request) => {
    expect(callOf(request)).toBeUndefined();
  });
});

describe('a value', () => {
  it('is looked up along a path, to where it ends', () => {
    expect(at({ a: { b: 1 } }, 'a', 'b')).toBe(1);
    expect(at({ a: { b: 1 } })).toEqual({ a: { b: 1 } });
    for (const end of [null, 'text', 5, ['b'], undefined])
      expect(at({ a: end }, 'a', 'b')).toBe(undefined);
  });

  it('is read as a number or a truth also where it came as a text', () => {
    expect(['1.5', 2, '', ' ', 'x', Number.NaN, null, true, []].map(number)).toEqual([
      1.5,
      2,
      ...Array(7).fill(undefined),
    ]);
    expect(['true', 'false', true, false, 1, 'TRUE', null].map(boolean)).toEqual([
      true,
      false,
      true,
      false,
      ...Array(3).fill(undefined),
    ]);
  });

  it('holds scopes as a list or as one text', () => {
    expect(scopesOf(' a  b\tc ')).toEqual(['a', 'b', 'c']);
    expect(scopesOf(['a', 1, null, 'b'])).toEqual(['a', 'b']);
    expect([scopesOf(null), scopesOf({ a: 1 }), scopesOf('')]).toEqual([[], [], []]);
  });
});
