/** The everyday changes that administrators and the deployment pipeline make. */

import type { Documents } from './documents.ts';
import type { Fields } from './fields.ts';
import type { Scene } from './scene.ts';

export interface Call {
  readonly weight: number;
  readonly method: 'post' | 'patch' | 'put' | 'delete';
  /** What Auth0 calls the operation. */
  readonly description: string;
  readonly path: (s: Scene) => string;
  readonly body: (s: Scene, documents: Documents) => Fields;
  /** What the response adds to the echo of the request. */
  readonly adds?: (s: Scene) => Fields;
  readonly status: number;
  readonly secrets?: readonly string[];
}

const id = (prefix: string) => (s: Scene) => `${prefix}_${s.session.linkingId.slice(0, 16)}`;
const under =
  (root: string, prefix: string, rest = '') =>
  (s: Scene) =>
    `/api/v2/${root}/${id(prefix)(s)}${rest}`;
const fixed = (path: string) => () => `/api/v2/${path}`;

/** The user an administrator helps: an id of the right form, the same within one story. */
const someUser = (s: Scene): string => `auth0|${s.session.grantId}`;
const userPath =
  (rest = '') =>
  (s: Scene) =>
    `/api/v2/users/${encodeURIComponent(someUser(s))}${rest}`;

const clientSettings = (s: Scene): Fields => ({
  name: s.application.name,
  callbacks: [`${s.application.url}/callback`, 'http://localhost:3000/callback'],
  allowed_origins: [],
  web_origins: [s.application.url],
  allowed_logout_urls: [s.application.url],
  client_aliases: [],
  token_endpoint_auth_method: 'none',
  app_type: 'spa',
  oidc_conformant: true,
  cross_origin_authentication: false,
  jwt_configuration: { lifetime_in_seconds: 36_000, alg: 'RS256' },
  grant_types: ['authorization_code', 'refresh_token'],
  refresh_token: {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    leeway: 0,
    token_lifetime: 2_592_000,
    idle_token_lifetime: 1_296_000,
    infinite_token_lifetime: false,
    infinite_idle_token_lifetime: false,
  },
});

const actionCode = `
exports.onExecutePostLogin = async (event, api) => {
  const plan = event.user.app_metadata.plan ?? 'basic';
  api.idToken.setCustomClaim('https://www.example.com/plan', plan);
  if (event.organization) {
    api.accessToken.setCustomClaim('https://www.example.com/org', event.organization.name);
  }
};
`;

const scopeList = (count: number): Fields[] =>
  Array.from({ length: count }, (_, number) => ({
    value: `read:dataset-${number}`,
    description: `Read the rows of dataset ${number}`,
  }));

/** A login page with a built-in font: about one in three is too large for any queue's message. */
function loginPage(s: Scene, documents: Documents): Fields {
  const huge = s.draw.chance(0.35);
  const template = huge
    ? documents.pageWithFont(s.draw.between(105_000, 180_000))
    : documents.pageWithFont(s.draw.between(8_000, 28_000));
  return { template };
}

const echoUser = (s: Scene): Fields => ({
  user_id: someUser(s),
  email: 'customer@example.com',
  email_verified: true,
  identities: [
    { connection: 'Username-Password-Authentication', provider: 'auth0', isSocial: false },
  ],
  created_at: '2025-03-04T08:12:45.000Z',
  updated_at: s.slot.date.toISOString(),
});

type Details = Omit<Call, 'weight' | 'method' | 'description' | 'path' | 'status'>;

function call(
  weight: number,
  method: Call['method'],
  description: string,
  path: Call['path'],
  details: Details,
): Call {
  const status = method === 'post' ? 201 : method === 'delete' ? 204 : 200;
  return { weight, method, description, path, status, ...details };
}

/** Changes of how the tenant works: by hand in the dashboard, or by the pipeline. */
export const CONFIGURATION: readonly Call[] = [
  call(16, 'patch', 'Update a client', (s) => `/api/v2/clients/${s.application.clientId}`, {
    body: clientSettings,
    adds: (s) => ({ client_id: s.application.clientId, client_secret: 'REDACTED' }),
    secrets: ['client_secret'],
  }),
  call(4, 'post', 'Create a client', fixed('clients'), {
    body: (s) => ({ ...clientSettings(s), name: 'Trial app' }),
    adds: (s) => ({ client_id: s.draw.alnum(32), client_secret: 'REDACTED', is_first_party: true }),
    secrets: ['client_secret'],
  }),
  call(8, 'patch', 'Update a connection', (s) => `/api/v2/connections/${s.connection.id}`, {
    body: (s) => ({
      options: { scripts: {}, disable_signup: false, import_mode: false, requires_username: false },
      enabled_clients: [s.application.clientId],
    }),
  }),
  call(3, 'post', 'Create a Role', fixed('roles'), {
    body: () => ({ name: 'Report reader', description: 'May read the monthly reports' }),
    adds: (s) => ({ id: id('rol')(s) }),
  }),
  call(4, 'post', 'Associate permissions with a role', under('roles', 'rol', '/permissions'), {
    body: (s) => ({
      permissions: [
        { resource_server_identifier: s.application.audience, permission_name: 'read:reports' },
      ],
    }),
  }),
  call(6, 'patch', 'Update an action', (s) => `/api/v2/actions/actions/${s.draw.uuid()}`, {
    body: () => ({ name: 'Enrich token', code: actionCode, dependencies: [], runtime: 'node22' }),
    adds: () => ({ status: 'built', supported_triggers: [{ id: 'post-login', version: 'v3' }] }),
  }),
  call(4, 'post', 'Deploy an action', (s) => `/api/v2/actions/actions/${s.draw.uuid()}/deploy`, {
    body: () => ({}),
    adds: () => ({ deployed: true, number: 12, code: actionCode }),
  }),
  call(2, 'patch', 'Update trigger bindings', fixed('actions/triggers/post-login/bindings'), {
    body: () => ({
      bindings: [
        { display_name: 'Enrich token', ref: { type: 'action_name', value: 'Enrich token' } },
      ],
    }),
  }),
  call(2, 'patch', 'Update a rule', under('rules', 'rul'), {
    body: () => ({ name: 'Add roles', enabled: true, order: 2, script: actionCode }),
  }),
  call(5, 'patch', 'Update branding settings', fixed('branding'), {
    body: (s) => ({
      colors: { primary: s.draw.pick(['#205493', '#0b6e4f']), page_background: '#ffffff' },
      logo_url: 'https://www.example.com/logo.png',
    }),
  }),
  call(4, 'put', 'Set custom text for a specific prompt', fixed('prompts/login/custom-text/en'), {
    body: () => ({
      login: { title: 'Welcome', description: 'Log in to continue', buttonText: 'Go' },
    }),
  }),
  call(5, 'patch', 'Update tenant settings', fixed('tenants/settings'), {
    body: () => ({
      friendly_name: 'Example',
      support_email: 'support@example.com',
      support_url: 'https://www.example.com/support',
      session_lifetime: 168,
      idle_session_lifetime: 72,
      enabled_locales: ['en', 'de', 'fr'],
    }),
  }),
  call(4, 'patch', 'Modify an Organization', under('organizations', 'org'), {
    body: () => ({ display_name: 'Orchard Foods', metadata: { tier: 'gold' } }),
  }),
  call(3, 'patch', 'Update a resource server', under('resource-servers', 'api'), {
    body: (s) => ({
      name: 'Reports API',
      token_lifetime: 86_400,
      scopes: scopeList(s.draw.between(2, 20)),
    }),
  }),
  call(1.2, 'patch', 'Update a resource server', under('resource-servers', 'api'), {
    body: (s) => ({ name: 'Datasets API', scopes: scopeList(s.draw.between(100, 250)) }),
  }),
  call(4, 'patch', 'Patch an email template', fixed('email-templates/welcome_email'), {
    body: (s, documents) => ({
      from: 'support@example.com',
      subject: 'Welcome',
      syntax: 'liquid',
      body: documents.page(s.draw.between(4_000, 24_000)),
    }),
  }),
  call(
    0.8,
    'put',
    'Set template for New Universal Login',
    fixed('branding/templates/universal-login'),
    {
      body: loginPage,
    },
  ),
];

/** What administrators do for single users and members. */
export const SUPPORT: readonly Call[] = [
  call(20, 'patch', 'Update a User', userPath(), {
    body: (s) => ({ user_metadata: { language: s.draw.pick(['en', 'de', 'fr']), theme: 'dark' } }),
    adds: echoUser,
  }),
  call(10, 'post', 'Create a User', fixed('users'), {
    body: () => ({
      connection: 'Username-Password-Authentication',
      email: 'customer@example.com',
      password: '*****',
      email_verified: false,
    }),
    adds: echoUser,
  }),
  call(6, 'post', 'Assign roles to a user', userPath('/roles'), {
    body: (s) => ({ roles: [id('rol')(s)] }),
  }),
  call(3, 'delete', 'Delete a User', userPath(), { body: () => ({}) }),
  call(5, 'post', 'Create an email verification ticket', fixed('tickets/email-verification'), {
    body: (s) => ({ user_id: someUser(s), ttl_sec: 432_000 }),
    adds: () => ({ ticket: '*****' }),
  }),
  call(
    5,
    'post',
    'Create invitations to an organization',
    under('organizations', 'org', '/invitations'),
    {
      body: (s) => ({
        inviter: { name: s.person.name },
        invitee: { email: 'newcomer@example.org' },
        client_id: s.application.clientId,
        send_invitation_email: true,
      }),
    },
  ),
  call(3, 'post', 'Add members to an organization', under('organizations', 'org', '/members'), {
    body: (s) => ({ members: [someUser(s)] }),
  }),
];
