import { type ApiCall, boolean, type EventFacts, text, texts } from '../../auth0/event-facts.ts';
import { atLeast } from '../patterns/window.ts';
import { actorOf, deed } from '../reading/actor.ts';
import { type CallRow, callIn, isSuccess, requested, setting } from '../reading/call.ts';
import { brief, TENANT } from '../reading/subject.ts';
import { type Entity, type Rule, rule, type Signal } from '../rule.ts';

const GRANTS: readonly CallRow<string>[] = [
  ['POST', 'client-grants', 'granted'],
  ['PATCH', 'client-grants/{id}', 'granted'],
];

/** Scopes that make whoever holds them the master of the tenant, its users or its log. */
export const CRITICAL_SCOPES: readonly string[] = [
  'create:users update:users delete:users create:user_tickets create:role_members',
  'create:clients update:clients read:client_keys update:client_keys create:client_credentials',
  'create:client_grants update:client_grants create:connections update:connections',
  'create:actions update:actions update:triggers create:rules update:rules',
  'update:attack_protection update:mfa_policies update:guardian_factors delete:guardian_enrollments',
  'delete:authentication_methods create:log_streams update:log_streams delete:log_streams',
  'create:signing_keys update:signing_keys update:tenant_settings update:network_acls',
].flatMap((line) => line.split(' '));

/** Whether an audience is the Management API of some tenant. */
export const isManagementApi = (audience: string): boolean => /\/api\/v2\/?$/.test(audience);

const scopesGranted = rule({
  id: 'A0-ADM-07',
  title: 'Application may now manage the tenant',
  family: 'administrative',
  severity: 'high',
  attack: ['T1098.001'],
  kind: 'list match',
  types: ['sapi'],
  why: 'An application was granted scopes of the Management API with which users, logins or the log can be taken over. Its secret is as good as an administrator now.',
  tune: 'List applications that are meant to hold such scopes in trustedClients; take scopes that are harmless to you out of criticalScopes.',
  todo: 'Ask the person named what the application needs the scopes for. If nobody knows: take them away under Applications > APIs > Auth0 Management API, rotate its secret, and look for what it did.',
  limits: {},
  lists: {
    criticalScopes: CRITICAL_SCOPES,
    trustedClients: [] as readonly string[],
  },
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts, { lists }) => {
      const { call } = facts;
      if (call === undefined || callIn(call, GRANTS) === undefined) return undefined;
      const audience = text(setting(call, 'audience'));
      if (audience !== undefined && !isManagementApi(audience)) return undefined;
      const clientId = text(setting(call, 'client_id'));
      if (clientId !== undefined && lists.trustedClients.includes(clientId)) return undefined;
      const critical = new Set(lists.criticalScopes);
      const isAll = boolean(setting(call, 'allow_all_scopes')) === true;
      const granted = texts(setting(call, 'scope')).filter((scope) => critical.has(scope));
      if (!isAll && granted.length === 0) return undefined;
      const what = isAll ? 'all scopes' : scopeWords(granted);
      return aboutClient(clientId, deed(facts, `granted ${brief(clientId ?? 'a client')} ${what}`));
    },
  },
});

const scopeWords = (scopes: readonly string[]): string =>
  brief(scopes[0] ?? '') + (scopes.length > 1 ? ` and ${scopes.length - 1} more` : '');

function aboutClient(clientId: string | undefined, signal: Signal): Signal {
  const entity: Entity = { kind: 'client', value: clientId ?? '' };
  return clientId === undefined ? signal : { ...signal, entity };
}

const CLIENT_CHANGES: readonly CallRow<string>[] = [
  ['POST', 'clients', 'created'],
  ['PATCH PUT', 'clients/{id}', 'changed'],
];

const insecureClient = rule({
  id: 'A0-ADM-08',
  title: 'Application set up in an insecure way',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1556'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'The application may now take passwords itself, send tokens to an address that others can listen at, or go without its secret.',
  tune: 'The dashboard sends all settings of an application at every save, so an old weakness is raised again, once a day. The implicit grant alone is low: old applications still come with it.',
  todo: 'Open Applications > Applications > the one named > Settings and Advanced Settings > Grant Types. Take the setting out, or ask the person named why it is needed.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const change = callIn(facts.call, CLIENT_CHANGES);
      if (change === undefined || facts.call === undefined) return undefined;
      const { call } = facts;
      const weak = weaknesses(call);
      const implicit = texts(requested(call, 'grant_types')).includes('implicit');
      if (weak.length === 0 && !implicit) return undefined;
      const clientId = change.parts['id'] ?? text(setting(call, 'client_id'));
      const name = text(setting(call, 'name')) ?? clientId ?? 'a client';
      const what = weak.length === 0 ? 'implicit grant' : brief(weak.join(', '), 70);
      const signal = deed(facts, `${change.meaning} ${brief(name, 30)}: ${what}`, {
        severity: weak.length === 0 ? 'low' : 'medium',
      });
      return aboutClient(clientId, signal);
    },
  },
});

const PASSWORD_GRANTS = ['password', 'http://auth0.com/oauth/grant-type/password-realm'];
/** Kinds of applications that run on a server and can keep a secret. */
const CONFIDENTIAL = ['non_interactive', 'regular_web'];
const CALLBACKS_MAX = 200;

function weaknesses(call: ApiCall): readonly string[] {
  const grants = texts(requested(call, 'grant_types'));
  const callbacks = texts(requested(call, 'callbacks')).slice(0, CALLBACKS_MAX);
  const isPublic = requested(call, 'token_endpoint_auth_method') === 'none';
  const kind = text(setting(call, 'app_type'));
  const isCrossOrigin = ['cross_origin_authentication', 'cross_origin_auth'].some(
    (key) => boolean(requested(call, key)) === true,
  );
  const callback = callbacks.find(isOpenCallback);
  return [
    ...(PASSWORD_GRANTS.some((grant) => grants.includes(grant)) ? ['password grant'] : []),
    ...(isCrossOrigin ? ['cross-origin authentication'] : []),
    ...(isPublic && kind !== undefined && CONFIDENTIAL.includes(kind) ? ['no secret'] : []),
    ...(callback === undefined ? [] : [`callback ${callback}`]),
  ];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A callback that others can listen at: not encrypted and not on this machine, or any host at all. */
function isOpenCallback(callback: string): boolean {
  if (callback.includes('*')) return true;
  const url = URL.canParse(callback) ? new URL(callback) : undefined;
  if (url?.protocol !== 'http:') return false;
  return !LOOPBACK.includes(url.hostname) && !url.hostname.endsWith('.localhost');
}

const SECRETS: readonly CallRow<string>[] = [
  ['POST', 'clients/{id}/rotate-secret', 'rotated the secret'],
  ['POST', 'clients/{id}/credentials', 'added a credential'],
];

/** What an event does with secrets of applications, if it does. */
export function secretsTouched(
  facts: EventFacts,
): { what: string; isNewSecret: boolean } | undefined {
  const written = callIn(facts.call, SECRETS);
  if (written !== undefined) {
    return { what: `${written.meaning} of ${brief(written.parts['id'] ?? '')}`, isNewSecret: true };
  }
  const secrets = texts(facts.details['accessedSecrets']);
  if (secrets.length === 0 || (facts.call !== undefined && !isSuccess(facts.call)))
    return undefined;
  const path = facts.call?.path ?? 'an unknown path';
  return { what: `read ${brief(secrets.join(', '))} at ${brief(path)}`, isNewSecret: false };
}

const DAY_MS = 86_400_000;

const secretRead = rule({
  id: 'A0-ADM-09',
  title: 'Application secret read or replaced by somebody new to it',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1528'],
  kind: 'first seen',
  types: ['mgmt_api_read', 'sapi'],
  why: 'Somebody who had not handled secrets of applications in the last 30 days read or replaced one. Who holds a secret can act as the application.',
  tune: 'It learns who handles secrets for 30 days, or fifty events, before it says that anybody is new. A new secret by somebody known is low: the application stops working without it.',
  todo: 'Ask the person named what they needed the secret for. If nobody knows: rotate it under Applications > the one named > Credentials, and look for tokens it got since.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => DAY_MS,
    match: (facts) => {
      const touched = secretsTouched(facts);
      if (touched === undefined) return undefined;
      const mark = touched.isNewSecret ? 'written' : 'read';
      const value = actorOf(facts).entity.value;
      return deed(facts, touched.what, { entity: TENANT, value, mark });
    },
    judge: (entries, context) =>
      entries.flatMap((entry) => {
        const isNew = context.isNew('administrator-secrets', entry.value, entry.ms);
        if (isNew) return [{ evidence: [entry] }];
        return entry.mark === 'written' ? [{ evidence: [entry], severity: 'low' as const }] : [];
      }),
  },
});

const REGISTRATIONS: readonly CallRow<true>[] = [
  ['POST', 'oidc/register', true],
  ['POST', 'clients/cimd/register', true],
];
const REGISTRATION_DESCRIPTION = 'dynamic client registration';

const registrationBurst = rule({
  id: 'A0-ADM-20',
  title: 'Many applications registered themselves',
  family: 'administrative',
  severity: 'high',
  attack: ['T1136'],
  kind: 'threshold',
  types: ['sapi'],
  why: 'Anybody may register an application while dynamic registration is on. Many at once are look-alikes for phishing, or an attempt to drown the tenant.',
  tune: 'Raise count when partners or tools register by program.',
  todo: 'Delete the applications under Applications > Applications (third party), and turn dynamic registration off under Settings > Advanced if nobody needs it.',
  limits: { count: 15, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * 60_000,
    match: (facts) => {
      const isNamed = facts.description?.toLowerCase() === REGISTRATION_DESCRIPTION;
      const isFailed = facts.call !== undefined && !isSuccess(facts.call);
      if (isFailed || (!isNamed && callIn(facts.call, REGISTRATIONS) === undefined))
        return undefined;
      const name = facts.call && text(setting(facts.call, 'client_name'));
      return deed(facts, `registered ${brief(name ?? 'an application')}`, { entity: TENANT });
    },
    judge: (entries, { limits }) => atLeast(entries, limits.count, limits.windowMinutes * 60_000),
  },
});

export const CLIENT_RULES: readonly Rule[] = [
  scopesGranted,
  insecureClient,
  secretRead,
  registrationBurst,
];
