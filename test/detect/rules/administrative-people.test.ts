import { apiCall, type CallOptions, event, from } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

/** The events of one call. */
const one = (call: string, more: Omit<CallOptions, 'call'> = {}) => [apiCall({ call, ...more })];

const DAY_MINUTES = 1_440;
const MANAGEMENT = 'https://acme.eu.auth0.com/api/v2/';

const GRANT = { client_id: 'app-1', audience: MANAGEMENT, scope: ['read:logs', 'update:clients'] };

ruleCases(
  'A0-ADM-07',
  [
    {
      when: 'a critical scope is granted',
      events: one('POST client-grants', { body: GRANT, status: 201 }),
      about: 'client app-1',
      line: 'alice@example.com granted app-1 update:clients from 192.0.2.7 (DE)',
    },
    {
      when: 'a grant is widened and the answer names its client',
      events: one('PATCH client-grants/cgr_1', {
        body: { scope: ['delete:users'] },
        answer: GRANT,
      }),
      about: 'client app-1',
    },
    {
      when: 'all scopes are granted',
      events: one('POST client-grants', { body: { ...GRANT, scope: [], allow_all_scopes: true } }),
    },
  ],
  [
    {
      when: 'the scopes are harmless',
      events: one('POST client-grants', { body: { ...GRANT, scope: ['read:logs'] } }),
    },
    {
      when: 'it is another API',
      events: one('POST client-grants', {
        body: { ...GRANT, audience: 'https://orders.example.com/' },
      }),
    },
    { when: 'the call failed', events: one('POST client-grants', { body: GRANT, status: 409 }) },
    {
      when: 'the client is trusted',
      events: one('POST client-grants', { body: GRANT }),
      settings: { lists: { 'A0-ADM-07': { trustedClients: ['app-1'] } } },
    },
  ],
);

const CLIENT = {
  name: 'Shop',
  app_type: 'spa',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  callbacks: [
    'http://localhost:3000/callback',
    'https://shop.example.com/callback',
    'com.example.shop://back',
  ],
  cross_origin_authentication: false,
};
const changed = (settings: object, status = 200) =>
  one('PATCH clients/app-1', { body: { ...CLIENT, ...settings }, status });

ruleCases(
  'A0-ADM-08',
  [
    {
      when: 'the password grant is allowed',
      events: changed({ grant_types: ['password'] }),
      about: 'client app-1',
      line: 'alice@example.com changed Shop: password grant from 192.0.2.7 (DE)',
    },
    {
      when: 'the password grant is allowed by its long name',
      events: changed({ grant_types: ['http://auth0.com/oauth/grant-type/password-realm'] }),
    },
    {
      when: 'passwords may come from other origins',
      events: changed({ cross_origin_authentication: true }),
    },
    {
      when: 'tokens go over an open line',
      events: changed({ callbacks: ['http://shop.example.com/back'] }),
    },
    {
      when: 'tokens go to any host',
      events: changed({ callbacks: ['https://*.example.com/back'] }),
    },
    { when: 'a service goes without its secret', events: changed({ app_type: 'non_interactive' }) },
    {
      when: 'the implicit grant is allowed',
      events: changed({ grant_types: ['implicit'] }),
      severity: 'low',
    },
    {
      when: 'a new client is made so',
      events: one('POST clients', {
        body: { grant_types: ['password'] },
        answer: { client_id: 'new-1' },
        status: 201,
      }),
      about: 'client new-1',
    },
  ],
  [
    { when: 'nothing is insecure', events: changed({}) },
    {
      when: 'a weakness is in the answer only',
      events: one('PATCH clients/app-1', {
        body: { name: 'Shop' },
        answer: { grant_types: ['implicit'] },
      }),
    },
    {
      when: 'a local callback ends in .localhost',
      events: changed({ callbacks: ['http://shop.localhost/back'] }),
    },
    { when: 'the call failed', events: changed({ grant_types: ['password'] }, 400) },
    {
      when: 'the settings are of hostile types',
      events: changed({ callbacks: { a: 'http://x' }, grant_types: 'password' }),
    },
  ],
);

/** Alice reads secrets on an earlier day, often enough to be known. */
const reads = (count: number, user = 'alice') =>
  Array.from({ length: count }, (_, n) =>
    apiCall({
      call: 'GET clients/app-1',
      type: 'mgmt_api_read',
      secrets: ['client_secret'],
      user,
      atMinutes: n - 2 * DAY_MINUTES,
    }),
  );
const read = (more: Partial<CallOptions> = {}) =>
  one('GET clients/app-1', {
    type: 'mgmt_api_read',
    secrets: ['client_secret'],
    user: 'mallory',
    ...more,
  });

ruleCases(
  'A0-ADM-09',
  [
    {
      when: 'somebody new reads a secret',
      events: [...reads(50), ...read()],
      about: 'tenant tenant',
      line: 'mallory@example.com read client_secret at clients/app-1 from 192.0.2.7 (DE)',
    },
    {
      when: 'a program new to it does',
      events: [...reads(50), ...read({ user: undefined, client: 'app-9' })],
    },
    {
      when: 'somebody new rotates a secret',
      events: [...reads(50), ...one('POST clients/app-1/rotate-secret', { user: 'mallory' })],
    },
    {
      when: 'somebody known rotates a secret',
      events: [...reads(50), ...one('POST clients/app-1/rotate-secret')],
      severity: 'low',
    },
    {
      when: 'the last time was more than 30 days ago',
      events: [...reads(1, 'mallory'), ...reads(50), ...read({ atMinutes: 29 * DAY_MINUTES })],
    },
  ],
  [
    { when: 'the tenant is not known long enough', events: [...reads(49), ...read()] },
    {
      when: 'the last time was 30 days ago',
      events: [...reads(1, 'mallory'), ...reads(50), ...read({ atMinutes: 28 * DAY_MINUTES })],
    },
    { when: 'the call failed', events: [...reads(50), ...read({ status: 403 })] },
    { when: 'no secret was read', events: [...reads(50), ...read({ secrets: [] })] },
  ],
);

const INVITE = 'POST tenants/invitations';
const owner = (email: string) => ({ owners: [email], roles: ['owner'] });

ruleCases(
  'A0-ADM-11',
  [
    {
      when: 'an owner is invited',
      events: one(INVITE, { body: owner('mallory@example.org'), status: 201 }),
      line: 'alice@example.com invited mallory@example.org as owner from 192.0.2.7 (DE)',
    },
    {
      when: 'an invitation is accepted',
      events: one('PATCH tenants/invitations/inv_1', { body: { state: 'accepted' } }),
    },
    {
      when: 'a reader is invited',
      events: one(INVITE, { body: { roles: ['viewer-config'] } }),
      severity: 'low',
    },
    {
      when: 'only the description tells',
      events: one('POST elsewhere', {
        body: owner('m@example.org'),
        description: 'Create tenant invitations for a given client',
      }),
    },
  ],
  [
    {
      when: 'an invitation is declined',
      events: one('PATCH tenants/invitations/inv_1', { body: { state: 'declined' } }),
    },
    { when: 'the call failed', events: one(INVITE, { body: owner('m@example.org'), status: 403 }) },
    {
      when: 'a member of an organization is invited',
      events: one('POST organizations/org_1/invitations', { body: { roles: ['owner'] } }),
    },
  ],
);

const invited = (atMinutes: number, roles = ['owner']) =>
  apiCall({ call: INVITE, body: { roles }, atMinutes });
const removed = (id: string, atMinutes: number, more: Partial<CallOptions> = {}) =>
  apiCall({
    call: `DELETE tenants/members/${id}`,
    atMinutes,
    user: 'mallory',
    status: 204,
    ...more,
  });

ruleCases(
  'A0-ADM-12',
  [
    {
      when: 'an owner comes and two go',
      events: [invited(0), removed('a', 30), removed('b', 60)],
      about: 'tenant tenant',
    },
    { when: 'two go and an owner comes', events: [removed('a', 0), removed('b', 1), invited(59)] },
    {
      when: 'only the descriptions tell',
      events: [
        invited(0),
        removed('a', 1, { call: 'DELETE elsewhere/a', description: 'Delete tenant member' }),
        removed('b', 2, { call: 'DELETE elsewhere/b', description: 'Delete tenant member' }),
      ],
    },
  ],
  [
    { when: 'only one goes', events: [invited(0), removed('a', 1), removed('a', 2)] },
    {
      when: 'the second goes a second too late',
      events: [invited(0), removed('a', 30), removed('b', 60 + 1 / 60)],
    },
    {
      when: 'the newcomer may only read',
      events: [invited(0, ['viewer']), removed('a', 1), removed('b', 2)],
    },
    { when: 'nobody comes', events: [removed('a', 1), removed('b', 2), removed('c', 3)] },
    {
      when: 'a removal failed',
      events: [invited(0), removed('a', 1), removed('b', 2, { status: 403 })],
    },
  ],
);

/** What makes the administrator known for branding, on an earlier day. */
const usual = Array.from({ length: 150 }, (_, n) =>
  apiCall({ call: 'PATCH branding', atMinutes: n - 2 * DAY_MINUTES }),
);
const GIVE = 'POST users/auth0%7Cu1/roles';

ruleCases(
  'A0-ADM-13',
  [
    {
      when: 'a role is given',
      events: one(GIVE, { body: { roles: ['rol_1'] } }),
      severity: 'low',
      line: 'alice@example.com gave roles to user auth0|u1: rol_1 from 192.0.2.7 (DE)',
    },
    {
      when: 'a role is given by somebody who never did',
      events: [...usual, ...one(GIVE, { body: { roles: ['rol_1'] } })],
      severity: 'medium',
    },
    {
      when: 'the role sounds powerful',
      events: one(GIVE, { answer: { roles: [{ name: 'Tenant-Admin' }] } }),
      severity: 'high',
    },
    {
      when: 'the role is listed as powerful',
      events: one('POST roles/rol_9/users', { body: { users: ['auth0|u1'] } }),
      settings: { lists: { 'A0-ADM-13': { privilegedRoles: ['rol_9'] } } },
      severity: 'high',
    },
    {
      when: 'a role may manage the tenant now',
      events: one('POST roles/rol_1/permissions', {
        body: {
          permissions: [
            { resource_server_identifier: MANAGEMENT, permission_name: 'update:users' },
          ],
        },
      }),
      severity: 'high',
    },
    {
      when: 'a member of an organization gets a role',
      events: one('POST organizations/o1/members/u1/roles', { body: { roles: ['r'] } }),
      severity: 'low',
    },
  ],
  [
    {
      when: 'a role is taken away',
      events: one('DELETE users/auth0%7Cu1/roles', { body: { roles: ['rol_1'] } }),
    },
    { when: 'the call failed', events: one(GIVE, { body: { roles: ['admin'] }, status: 404 }) },
    { when: 'a role is created', events: one('POST roles', { body: { name: 'admin' } }) },
  ],
);

const deletions = (count: number, apartMinutes: number, more: Partial<CallOptions> = {}) =>
  Array.from({ length: count }, (_, n) =>
    apiCall({
      call: `DELETE users/auth0%7C${n}`,
      atMinutes: n * apartMinutes,
      status: 204,
      ...more,
    }),
  );
const blocking = { call: 'PATCH users/auth0%7Cx', body: { blocked: true }, status: 200 };

ruleCases(
  'A0-ADM-18',
  [
    {
      when: 'twenty users are deleted in ten minutes',
      events: deletions(20, 10 / 19),
      about: 'user google-oauth2|alice',
    },
    {
      when: 'the last is blocked',
      events: [...deletions(19, 0.5), apiCall({ ...blocking, atMinutes: 9.9 })],
    },
  ],
  [
    { when: 'there are nineteen', events: deletions(19, 0.1) },
    {
      when: 'the last comes a second too late',
      events: [
        ...deletions(19, 0.5),
        ...deletions(20, 0)
          .slice(19)
          .map((late) => ({ ...late, date: '2026-03-02T08:10:01.000Z' })),
      ],
    },
    {
      when: 'one user is deleted again and again',
      events: Array.from({ length: 30 }, () => apiCall({ ...blocking, call: 'DELETE users/a' })),
    },
    {
      when: 'two administrators share the work',
      events: [...deletions(19, 0.1), ...deletions(19, 0.1, { user: 'bob' })],
    },
    { when: 'the calls failed', events: deletions(25, 0.1, { status: 404 }) },
    {
      when: 'users are unblocked',
      events: Array.from({ length: 25 }, (_, n) =>
        apiCall({ call: `PATCH users/u${n}`, body: { blocked: false } }),
      ),
    },
  ],
);

ruleCases(
  'A0-ADM-19',
  [
    {
      when: 'users are exported',
      events: one('POST jobs/users-exports', { body: { connection_id: 'con_1' } }),
    },
  ],
  [
    { when: 'the call failed', events: one('POST jobs/users-exports', { status: 403 }) },
    { when: 'users are imported', events: one('POST jobs/users-imports') },
  ],
);

const registrations = (count: number, apartMinutes: number, more: Partial<CallOptions> = {}) =>
  Array.from({ length: count }, (_, n) =>
    apiCall({ call: 'POST oidc/register', atMinutes: n * apartMinutes, status: 201, ...more }),
  );

ruleCases(
  'A0-ADM-20',
  [
    {
      when: 'fifteen register within the hour',
      events: registrations(15, 60 / 14),
      about: 'tenant tenant',
    },
    {
      when: 'only the description tells',
      events: registrations(15, 1, {
        call: 'POST elsewhere',
        description: 'Dynamic client registration',
      }),
    },
  ],
  [
    { when: 'there are fourteen', events: registrations(14, 0.1) },
    {
      when: 'the fifteenth comes a second too late',
      events: registrations(15, (60 + 1 / 60) / 14),
    },
    { when: 'they failed', events: registrations(20, 0.1, { status: 400 }) },
  ],
);

/** Alice works from Germany on an earlier day. */
const works = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    apiCall({ call: 'PATCH branding', atMinutes: n - 2 * DAY_MINUTES }),
  );
const away = (more: Partial<CallOptions> = {}) =>
  one('PATCH branding', { ip: '203.0.113.5', country: 'BR', ...more });

ruleCases(
  'A0-ADM-21',
  [
    {
      when: 'an administrator is in a new country',
      events: [...works(10), ...away()],
      about: 'user google-oauth2|alice',
    },
    {
      when: 'an administrator is in a new network at home',
      events: [...works(10), ...away({ country: 'DE' })],
      severity: 'low',
    },
    {
      when: 'a secret is read from there',
      events: [...works(10), ...away({ type: 'mgmt_api_read' })],
    },
  ],
  [
    { when: 'the administrator is not known long enough', events: [...works(9), ...away()] },
    { when: 'it is somebody else', events: [...works(10), ...away({ user: 'bob' })] },
    {
      when: 'the address is in the same network',
      events: [...works(10), ...away({ ip: '192.0.2.200', country: 'DE' })],
    },
    {
      when: 'a user changes the own account',
      events: [...works(10), ...away({ call: 'PATCH users/google-oauth2%7Calice' })],
    },
  ],
);

const token = (client: string, more: object = {}) =>
  event('seccft', {
    client_id: client,
    client_name: client,
    audience: MANAGEMENT,
    ...from('192.0.2.7'),
    ...more,
  });
const pipelines = (count: number) =>
  Array.from({ length: count }, (_, n) => token('deploy', { atMinutes: n - 2 * DAY_MINUTES }));

ruleCases(
  'A0-ADM-22',
  [
    {
      when: 'a new client gets a token',
      events: [...pipelines(50), token('app-9')],
      line: 'app-9 used the Management API from 192.0.2.7',
    },
    {
      when: 'a new administrator works in the dashboard',
      events: [...pipelines(50), ...one('PATCH branding', { client: 'deploy', user: 'mallory' })],
    },
    {
      when: 'the API Explorer is used',
      events: [token('x', { client_name: 'API Explorer Application' })],
    },
    {
      when: 'a listed client is used',
      events: [token('app-9')],
      settings: { lists: { 'A0-ADM-22': { explorerClients: ['app-9'] } } },
    },
  ],
  [
    { when: 'the tenant is not known long enough', events: [...pipelines(49), token('app-9')] },
    {
      when: 'the token is for another API',
      events: [...pipelines(50), token('app-9', { audience: 'https://orders.example.com/' })],
    },
    { when: 'the client is known', events: [...pipelines(50), token('deploy')] },
    {
      when: 'a known client acts for a new user',
      events: [
        ...pipelines(50),
        ...one('PATCH users/auth0%7Cu1', { client: 'deploy', user: 'mallory', channel: 'api' }),
      ],
    },
    {
      when: 'a user changes the own account',
      events: [...pipelines(50), ...one('PATCH users/google-oauth2%7Calice', { client: 'app-9' })],
    },
  ],
);
