import { type ApiCall, boolean, object, text, texts } from '../../auth0/event-facts.ts';
import { deed } from '../reading/actor.ts';
import { type CallRow, callIn, requested, setting } from '../reading/call.ts';
import { brief } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';
import { byWeight, MEMORY_MS, type Weight } from './administrative-weight.ts';

/** Keys of a connection's options that say whom it trusts. */
const TRUST_OPTIONS = [
  'signInEndpoint signingCert signing_cert cert metadataUrl metadataXml entityId protocolBinding',
  'issuer authorization_endpoint token_endpoint jwks_uri discovery_url oidc_metadata domain',
  'domain_aliases tenant_domain client_id client_secret adfs_server fedMetadataXml thumbprints',
].flatMap((line) => line.split(' '));

export const CONNECTION_CALLS: readonly CallRow<string>[] = [
  ['POST', 'connections', 'created'],
  ['PATCH PUT', 'connections/{id}', 'changed'],
  ['DELETE', 'connections/{id}', 'deleted'],
  ['POST', 'connections/{id}/scim-configuration/tokens', 'made a provisioning token for'],
];

const connectionChanged = rule({
  id: 'A0-ADM-14',
  title: 'Connection to an identity provider created or changed',
  family: 'administrative',
  severity: 'high',
  attack: ['T1556.007', 'T1484.002'],
  kind: 'list match',
  types: ['sapi'],
  why: 'Whoever controls an identity provider that the tenant trusts can log in as its users. High for enterprise providers, medium for others and for login scripts, low for everyday settings.',
  tune: 'Tenants that let customers set up their own single sign-on raise it at each: allow the client that does, or narrow enterpriseStrategies.',
  todo: 'Open Authentication > Enterprise (or Database, Social) > the connection named: do the sign-in address and the certificate belong to your partner? If not: disable it, and look for logins by it.',
  limits: {},
  lists: {
    enterpriseStrategies: [
      'samlp oidc okta waad ad auth0-adldap adfs google-apps pingfederate office365 ip',
    ].flatMap((line) => line.split(' ')) as readonly string[],
  },
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => MEMORY_MS,
    match: (facts, { lists }) => {
      const change = callIn(facts.call, CONNECTION_CALLS);
      if (change === undefined || facts.call === undefined) return undefined;
      const mark = connectionWeight(facts.call, change.meaning, lists.enterpriseStrategies);
      const name = text(setting(facts.call, 'name')) ?? change.parts['id'] ?? 'a connection';
      const strategy = text(setting(facts.call, 'strategy'));
      const kind = strategy === undefined ? '' : ` (${brief(strategy, 20)})`;
      return deed(facts, `${change.meaning} ${brief(name)}${kind}`, { value: 'connections', mark });
    },
    judge: byWeight,
  },
});

function connectionWeight(call: ApiCall, what: string, enterprise: readonly string[]): Weight {
  const strategy = text(setting(call, 'strategy'));
  const isEnterprise = strategy !== undefined && enterprise.includes(strategy.toLowerCase());
  if (what === 'created') return isEnterprise ? 'high' : 'medium';
  if (what !== 'changed') return isEnterprise ? 'high' : 'medium';
  const options = { ...call, requestBody: requested(call, 'options') };
  const trusts = TRUST_OPTIONS.some((key) => requested(options, key) !== undefined);
  if (trusts) return isEnterprise || strategy === undefined ? 'high' : 'medium';
  const scripts = requested(options, 'customScripts') ?? requested(options, 'scripts');
  const hasScripts = texts(Object.values(object(scripts) ?? {})).some(Boolean);
  const isImported = boolean(requested(options, 'import_mode')) === true;
  return hasScripts || isImported ? 'medium' : 'routine';
}

export const CONNECTION_RULES: readonly Rule[] = [connectionChanged];
