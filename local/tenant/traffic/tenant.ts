/** What is set up in the simulated tenant: its connections, organizations and applications. */

import { ipv4 } from './addresses.ts';
import { type Device, drawProgram } from './devices.ts';
import { Draw, mix } from './draw.ts';

export type ConnectionKind = 'database' | 'social' | 'enterprise' | 'sms' | 'email';
export type ApplicationKind = 'spa' | 'web' | 'native' | 'tv' | 'embedded' | 'machine' | 'pipeline';

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly kind: ConnectionKind;
  readonly strategy: string;
  readonly strategyType: string;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly connection: Connection;
  /** The one address behind which everybody in the office sits. */
  readonly officeIp: string;
}

export interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly kind: ApplicationKind;
  readonly url: string;
  /** What a phone has to run for the application to run on it. */
  readonly system?: 'iOS' | 'Android';
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Auth0 logs scopes as a list or as one string, depending on who asked. */
  readonly scopeAsText: boolean;
  readonly sdk: { readonly name: string; readonly version: string; readonly env?: object };
  /** The machine the application itself runs on, where it has one. */
  readonly server: Device;
}

export interface Tenant {
  readonly hostname: string;
  readonly name: string;
  readonly connections: readonly Connection[];
  readonly organizations: readonly Organization[];
  readonly applications: readonly Application[];
  /** The client id under which Auth0's own dashboard calls the Management API. */
  readonly dashboardClientId: string;
}

type ConnectionRow = readonly [ConnectionKind, name: string, strategy: string, type: string];

const CONNECTIONS: readonly ConnectionRow[] = [
  ['database', 'Username-Password-Authentication', 'auth0', 'database'],
  ['social', 'google-oauth2', 'google-oauth2', 'social'],
  ['enterprise', 'harbour-entra', 'waad', 'enterprise'],
  ['enterprise', 'orchard-saml', 'samlp', 'enterprise'],
  ['sms', 'sms', 'sms', 'passwordless'],
  ['email', 'email', 'email', 'passwordless'],
];

const ORGANIZATIONS: readonly (readonly [name: string, displayName: string, connection: string])[] =
  [
    ['harbour-supplies', 'Harbour Supplies', 'harbour-entra'],
    ['harbour-logistics', 'Harbour Logistics', 'harbour-entra'],
    ['orchard-foods', 'Orchard Foods', 'orchard-saml'],
  ];

type ApplicationRow = readonly [
  ApplicationKind,
  name: string,
  host: string,
  api: string,
  scopes: string,
  sdk: string,
];

const PROFILE = 'openid profile email';
const OFFLINE = `${PROFILE} offline_access`;

const APPLICATIONS: readonly ApplicationRow[] = [
  ['spa', 'Storefront', 'shop.example.com', 'orders', OFFLINE, 'auth0-react 2.8.0'],
  ['spa', 'Customer Portal', 'portal.example.com', 'portal', PROFILE, 'auth0-spa-js 2.9.1'],
  ['web', 'Help Centre', 'help.example.com', 'tickets', PROFILE, 'nextjs-auth0 4.13.0'],
  ['web', 'Partner Portal', 'partners.example.org', 'partners', PROFILE, 'nextjs-auth0 4.13.0'],
  ['web', 'Reporting Console', 'reports.example.org', 'reports', OFFLINE, 'express-openid 2.19.3'],
  ['native', 'Field App for iOS', 'field.example.com', 'orders', OFFLINE, 'Auth0.swift 2.14.0'],
  [
    'native',
    'Field App for Android',
    'field.example.com',
    'orders',
    OFFLINE,
    'Auth0.Android 3.9.1',
  ],
  ['tv', 'Living Room App', 'tv.example.com', 'media', OFFLINE, 'Auth0.Android 3.9.1'],
  ['embedded', 'Intranet', 'intranet.example.net', 'intranet', PROFILE, 'auth0.js 9.29.0'],
  ['machine', 'Order Sync', 'sync.example.net', 'orders', 'read:orders', 'node-auth0 5.1.0'],
  ['machine', 'Warehouse Feed', 'feed.example.net', 'stock', 'read:stock', 'auth0-python 4.13.0'],
  ['pipeline', 'Deploy Pipeline', 'deploy.example.net', 'stock', '', 'Go-Auth0 1.32.0'],
];

const ON_NODE: ReadonlySet<string> = new Set(['nextjs-auth0', 'express-openid', 'node-auth0']);

/** The names of the Management API's resources, as they occur in scopes. */
const MANAGED = [
  'actions,attack_protection,branding,client_grants,clients,client_keys,connections,custom_domains',
  'device_credentials,email_provider,email_templates,flows,forms,grants,guardian_factors,hooks',
  'log_streams,logs,mfa_policies,network_acls,organizations,organization_members,prompts,roles',
  'resource_servers,role_members,self_service_profiles,tenant_settings,triggers,user_blocks,users',
]
  .join(',')
  .split(',');

/** What the deployment pipeline may do: nearly everything, as is usual. */
const PIPELINE_SCOPES = MANAGED.flatMap((name) =>
  ['read', 'create', 'update', 'delete'].map((verb) => `${verb}:${name}`),
);

const FIRST_SERVER = 10;
const FIRST_OFFICE = 30;

export function buildTenant(seed: number, hostname: string): Tenant {
  const draw = new Draw(mix(seed, 0x7e));
  const connections = CONNECTIONS.map(
    ([kind, name, strategy, strategyType]): Connection => ({
      id: `con_${draw.alnum(16)}`,
      name,
      kind,
      strategy,
      strategyType,
    }),
  );
  const organizations = ORGANIZATIONS.map(([name, displayName, connectionName], i) => {
    const connection = connections.find((c) => c.name === connectionName);
    if (connection === undefined) throw new Error(`no connection ${connectionName}`);
    const officeIp = ipv4(FIRST_OFFICE + i);
    return { id: `org_${draw.alnum(16)}`, name, displayName, connection, officeIp };
  });
  return {
    hostname,
    name: hostname.split('.')[0] ?? hostname,
    connections,
    organizations,
    applications: APPLICATIONS.map((row, i) => buildApplication(draw, row, i, hostname)),
    dashboardClientId: draw.alnum(32),
  };
}

function buildApplication(
  draw: Draw,
  row: ApplicationRow,
  number: number,
  hostname: string,
): Application {
  const [kind, name, host, api, scopes, sdk] = row;
  const [sdkName = '', version = ''] = sdk.split(' ');
  const pipeline = kind === 'pipeline';
  return {
    clientId: draw.alnum(32),
    name,
    kind,
    url: `https://${host}`,
    audience: pipeline ? `https://${hostname}/api/v2/` : `https://${api}.example.com/`,
    scopes: pipeline ? PIPELINE_SCOPES : scopes.split(' '),
    scopeAsText: number % 3 === 0,
    ...(name.endsWith('iOS') ? { system: 'iOS' } : {}),
    ...(name.endsWith('Android') ? { system: 'Android' } : {}),
    sdk: { name: sdkName, version, ...(ON_NODE.has(sdkName) ? { env: { node: '22.20.0' } } : {}) },
    server: drawProgram(draw, ipv4(FIRST_SERVER + number)),
  };
}
