/** Logins and logouts that failed, each with its reason. */

import { ACCOUNT, EXCHANGE, type Fields, failed, LOGIN, REQUEST, type Shapes } from './fields.ts';
import { riskAssessment } from './logins.ts';
import type { Scene } from './scene.ts';

interface Reason {
  readonly message: string;
  readonly oauthError: string;
}

const REFUSED: readonly Reason[] = [
  { message: 'Access denied by the identity provider.', oauthError: 'access_denied' },
  { message: 'user is not assigned to this application', oauthError: 'access_denied' },
  { message: 'Please verify your email before logging in.', oauthError: 'unauthorized' },
  { message: 'invalid_request: state is missing from the response', oauthError: 'invalid_request' },
];

const NO_SESSION: readonly Reason[] = [
  { message: 'Login required', oauthError: 'login_required' },
  { message: 'Login required', oauthError: 'login_required' },
  { message: 'Login required', oauthError: 'login_required' },
  { message: 'Consent required', oauthError: 'consent_required' },
  { message: 'Multifactor authentication required', oauthError: 'interaction_required' },
];

const BAD_REQUEST: Reason = {
  message: 'The pushed authorization request lacks a redirect_uri.',
  oauthError: 'invalid_request',
};

function oauthFailure(reason: Reason, details: Fields = {}): Fields {
  return {
    description: reason.message,
    details: { ...details, error: { ...reason, type: 'oauth-authorization' } },
  };
}

function queryString(s: Scene): Fields {
  return {
    client_id: s.application.clientId,
    scope: s.application.scopes.join(' '),
    redirect_uri: s.application.url,
    audience: s.application.audience,
    prompt: 'none',
    response_type: 'code',
    response_mode: 'web_message',
    state: s.draw.opaque(56),
    nonce: s.draw.opaque(56),
    code_challenge: s.draw.opaque(43),
    code_challenge_method: 'S256',
    auth0Client: s.draw.alnum(64),
  };
}

export const LOGIN_FAILURES: Shapes = {
  f: {
    carries: [...LOGIN, 'scope'],
    own: (s) =>
      oauthFailure(s.draw.pick(REFUSED), {
        session_id: s.session.id,
        transaction_id: s.session.transactionId,
        stats: { loginsCount: s.loginsCount },
        qs: { client_id: s.application.clientId, connection: s.connection.name },
        riskAssessment: riskAssessment(s),
      }),
  },
  fp: {
    carries: LOGIN,
    own: (s) =>
      failed('Wrong email or password.', {
        ...(s.draw.chance(0.6) ? { transaction_id: s.session.transactionId } : {}),
      }),
  },
  fu: {
    carries: LOGIN,
    own: (s) => ({
      ...failed('Wrong email or password.', { transaction_id: s.session.transactionId }),
      // A slip of the pen: the address belongs to nobody.
      user_id: s.draw.chance(0.5) ? '' : undefined,
      user_name: `${s.person.email.slice(0, 2)}${s.person.email.slice(1)}`,
    }),
  },
  fsa: {
    carries: REQUEST,
    own: (s) => ({
      ...oauthFailure(s.draw.pick(NO_SESSION), {
        body: {},
        qs: queryString(s),
        connection: null,
        ...(s.draw.chance(0.2) ? { session_id: s.session.id } : {}),
      }),
      user_id: s.draw.chance(0.5) ? '' : undefined,
      user_name: s.draw.chance(0.5) ? '' : undefined,
      organization_id: undefined,
      organization_name: undefined,
      audience: s.application.audience,
      scope: s.application.scopes,
    }),
  },
  fdelsa: {
    carries: [...REQUEST, 'audience', 'scope'],
    own: () => failed('Login required', { actor: { sub: 'auth0|5f1e2d3c4b5a69788796a5b4' } }),
  },
  fcoa: {
    carries: [...LOGIN, 'audience', 'scope'],
    own: (s) =>
      oauthFailure(
        { message: 'Wrong email or password.', oauthError: 'access_denied' },
        {
          connection: s.connection.name,
          body: { client_id: s.application.clientId, username: s.person.email, password: '*****' },
          qs: {},
          stats: { loginsCount: s.loginsCount },
        },
      ),
  },
  fco: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) =>
      failed('The origin of the request is not among the allowed ones.', {
        method: 'POST',
        host: s.tenant.hostname,
        origin: 'https://staging.example.net',
        originUrl: 'https://staging.example.net/login',
        originalUrl: '/co/authenticate',
        allowedOrigins: [s.application.url],
        webOrigins: [s.application.url],
        headers: { accept: '*/*', 'content-type': 'application/json', host: s.tenant.hostname },
        xhr: true,
      }),
  },
  fens: {
    carries: EXCHANGE,
    own: () =>
      failed('The token of the social provider has expired.', {
        subject_token_type: 'http://auth0.com/oauth/token-type/facebook-info-session-access-token',
      }),
  },
  fpar: {
    carries: [...REQUEST, 'connection', 'connection_id', 'scope'],
    own: (s) => oauthFailure(BAD_REQUEST, { qs: { client_id: s.application.clientId } }),
  },
  passkey_challenge_failed: {
    carries: LOGIN,
    own: () => failed('The passkey challenge could not be created.', { purpose: 'login' }),
  },
  ciba_start_failed: {
    carries: REQUEST,
    own: (s) =>
      failed('The user has no device that can be notified.', {
        body: { audience: s.application.audience, scope: 'openid' },
      }),
  },
  fdeaz: {
    carries: [
      'client_id',
      'client_name',
      'connection',
      'connection_id',
      'hostname',
      'ip',
      'user_agent',
    ],
    own: (s) =>
      oauthFailure(
        { message: 'Grant type is not allowed for the client.', oauthError: 'unauthorized_client' },
        {
          body: {
            client_id: s.application.clientId,
            audience: s.application.audience,
            scope: s.application.scopes.join(' '),
          },
          qs: {},
        },
      ),
  },
  fdeac: {
    carries: [...ACCOUNT, 'audience', 'scope'],
    own: (s) => ({
      description: 'The user code has expired.',
      details: {
        code: `****-${s.draw.alnum(4).toUpperCase()}`,
        connection: s.connection.name,
        session_id: s.session.id,
        error: { type: 'expired-code', message: 'The user code has expired.' },
      },
    }),
  },
  fdecc: {
    carries: ['client_id', 'client_name', 'ip', 'user_agent', 'user_id', 'user_name'],
    own: (s) => failed('User did not confirm the device.', { session_id: s.session.id }),
  },
  flo: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) =>
      failed('The return_to address is not among the allowed logout addresses.', {
        return_to: 'https://old.example.net/',
        allowed_logout_url: [s.application.url],
        session_id: s.session.id,
      }),
  },
  federated_logout_failed: {
    carries: ['connection', 'connection_id', 'ip', 'user_agent', 'user_id', 'user_name'],
    own: () =>
      failed('The identity provider did not accept the logout.', {
        errors: ['The identity provider answered with status 502.'],
      }),
  },
  oidc_backchannel_logout_failed: {
    carries: ['client_id', 'client_name', 'user_id', 'user_name'],
    own: (s) =>
      failed('The application did not accept the logout.', {
        initiator: 'rp-logout',
        errors: ['The application answered with status 503.'],
        request: { method: 'POST', backchannel_logout_uri: `${s.application.url}/logout/oidc` },
        response: { statusCode: 503 },
      }),
  },
  universal_logout_failed: {
    carries: ['connection', 'connection_id', 'ip', 'user_agent', 'user_id', 'user_name'],
    own: () => ({
      description: 'No such user.',
      details: { error: 'No such user.', response: { statusCode: 404 } },
    }),
  },
};
