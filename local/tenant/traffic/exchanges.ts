/** Tokens that were handed out, and requests for tokens that were refused. */

import {
  ACCOUNT,
  blank,
  type CommonField,
  EXCHANGE,
  type Fields,
  failed,
  MACHINE,
  REQUEST,
  type Shape,
  type Shapes,
} from './fields.ts';
import type { Scene } from './scene.ts';

const SUBJECT_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ACTOR = { sub: 'scheduler@clients' };

const jti = (s: Scene): Fields => ({ access_token_jti: s.draw.opaque(22) });

const boundToken = (s: Scene): Fields => ({
  refresh_token: { access: 'offline', session_id: s.session.id },
});

/** A server-side application asks from its own address, which is logged beside the user's. */
const fromServer = (s: Scene): Fields =>
  s.application.kind === 'web' ? { client_ip: s.application.server.ip } : {};

function issued(
  description: string,
  details: (s: Scene) => Fields,
  carries: readonly CommonField[] = EXCHANGE,
): Shape {
  return {
    carries,
    own: (s) => ({
      description: s.draw.chance(0.6) ? description : (blank(s) ?? ''),
      details: { ...jti(s), ...details(s) },
      connection_id: s.draw.chance(0.4) ? '' : s.connection.id,
      ...fromServer(s),
    }),
  };
}

function refused(
  reason: string,
  details: (s: Scene) => Fields = () => ({}),
  carries: readonly CommonField[] = EXCHANGE,
): Shape {
  return { carries, own: (s) => failed(reason, details(s)) };
}

const starredCode = (s: Scene): Fields => ({ code: `${'*'.repeat(42)}${s.draw.opaque(3)}` });

const linked = (s: Scene): Fields =>
  s.draw.chance(0.2) ? { transaction_linking_id: s.session.linkingId } : {};

const codeExchange: Shape = {
  carries: EXCHANGE,
  own: (s) => ({
    description: s.draw.chance(0.4) ? 'Authorization Code for Access Token' : (blank(s) ?? ''),
    connection_id: s.draw.chance(0.6) ? '' : s.connection.id,
    details: {
      ...starredCode(s),
      ...jti(s),
      ...(s.application.scopes.includes('offline_access') ? boundToken(s) : {}),
    },
    ...fromServer(s),
    ...linked(s),
  }),
};

const refreshExchange: Shape = {
  carries: EXCHANGE.filter((field) => field !== 'security_context'),
  own: (s) => ({
    description: s.draw.chance(0.4) ? 'Refresh Token for Access Token' : (blank(s) ?? ''),
    details: {
      ...jti(s),
      ...boundToken(s),
      familyId: s.session.familyId,
      tokenCounter: 1 + (s.slot.index % 400),
      requested_audience: s.application.audience,
      requested_scope: s.application.scopes.join(' '),
      ...(s.draw.chance(0.3) ? { actions: { executions: [`${s.draw.opaque(22)}MjAyNjEx`] } } : {}),
    },
  }),
};

const clientCredentials: Shape = {
  carries: MACHINE,
  own: (s) => ({
    description: s.draw.chance(0.4) ? 'Client Credentials for Access Token' : (blank(s) ?? ''),
    connection_id: '',
    user_id: '',
    user_name: '',
    details: { ...jti(s), actions: { executions: s.draw.chance(0.5) ? [s.draw.opaque(30)] : [] } },
  }),
};

const onBehalf = (): Fields => ({
  subject_token_type: SUBJECT_TOKEN,
  requested_token_type: SUBJECT_TOKEN,
  actor: { ...ACTOR, act: { sub: 'planner@clients' } },
});

const custom = (): Fields => ({ subject_token_type: 'urn:example:legacy-session', actor: ACTOR });

const thirdParty = (s: Scene): Fields => ({
  subject_token_type: SUBJECT_TOKEN,
  is_privileged_worker: false,
  enterprise_connection: s.connection.name,
  enterprise_connection_id: s.connection.id,
});

const delegated = (s: Scene): Fields => ({
  ...starredCode(s),
  actor: { sub: 'auth0|5f1e2d3c4b5a69788796a5b4' },
});

const delegation = (s: Scene): Fields => ({
  api_type: 'app',
  device: s.device.parsed,
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  scope: 'openid',
  target: s.application.clientId,
});

const THIRD_PARTY: readonly CommonField[] = [...ACCOUNT, 'auth0_client'];
const AT_ENDPOINT: readonly CommonField[] = [...REQUEST, 'connection', 'connection_id'];

export const EXCHANGES: Shapes = {
  seacft: codeExchange,
  feacft: refused('Invalid authorization code', starredCode),
  sdeleacft: issued('Authorization Code for Access Token', delegated),
  fdeleacft: refused('Invalid authorization code', delegated),
  sertft: refreshExchange,
  fertft: refused('Unknown or invalid refresh token.', () => ({ failure_reason: 'invalid_token' })),
  ferrt: refused('Reused rotating refresh token detected: it was exchanged twice.', (s) => ({
    familyId: s.session.familyId,
    tokenCounter: 6,
    latestCounter: 7,
  })),
  srrt: {
    carries: AT_ENDPOINT,
    own: (s) => ({
      description: blank(s),
      details: {
        credential_id: s.session.familyId,
        grant_id: s.session.grantId,
        session_id: s.session.id,
        host: s.tenant.hostname,
        method: 'POST',
        originalUrl: '/oauth/revoke',
        ...boundToken(s),
      },
    }),
  },
  seccft: clientCredentials,
  feccft: refused('Unauthorized: the client secret is wrong.', undefined, MACHINE),
  sede: issued('Device Code for Access Token', () => ({})),
  fede: refused('The device code has expired.'),
  sepft: issued('Password for Access Token', () => ({})),
  fepft: refused('Wrong email or password.'),
  fepotpft: refused('Wrong email or verification code.'),
  seotpft: issued('Password and OTP for Access Token', () => ({})),
  feotpft: refused('Invalid otp_code.'),
  seoobft: issued('Password and OOB for Access Token', () => ({ actions: { executions: [] } })),
  feoobft: refused('Invalid binding_code.'),
  sercft: issued('Password and recovery code for Access Token', () => ({})),
  fercft: refused('The recovery code is wrong.'),
  sepkoobft: issued('Passkey and OOB for Access Token', () => ({})),
  sepkotpft: issued('Passkey and OTP for Access Token', () => ({})),
  sepkrcft: issued('Passkey and recovery code for Access Token', () => ({})),
  secte: issued('Custom Token Exchange', custom),
  fecte: refused('The subject token could not be verified.', custom),
  success_on_behalf_of_token_exchange: issued('On-Behalf-Of Token Exchange', onBehalf),
  failed_on_behalf_of_token_exchange: refused('The subject token has expired.', onBehalf),
  idjag_exchange_succeeded: issued('ID-JAG for Access Token', () => ({})),
  idjag_exchange_failed: refused('The issuer of the assertion is not trusted.'),
  jwt_bearer_exchange_failed: refused('The audience of the assertion is wrong.'),
  ciba_exchange_succeeded: issued(
    'CIBA for Access Token',
    (s) => ({
      notification_channel: 'guardian-push',
      transaction_linking_id: `cns_${s.session.linkingId.slice(0, 22)}`,
    }),
    [...REQUEST, 'audience'],
  ),
  ciba_exchange_failed: refused('The user rejected the request.', undefined, REQUEST),
  sd: { carries: AT_ENDPOINT, own: (s) => ({ description: '', details: delegation(s) }) },
  fd: refused('The target client is not allowed.', delegation, AT_ENDPOINT),
  seta: {
    carries: THIRD_PARTY,
    own: (s) => ({
      description: '',
      identity_user_id: s.person.identityId,
      details: {
        ...thirdParty(s),
        issued_token_type: SUBJECT_TOKEN,
        scope: 'calendar.readonly',
        expires_at: new Date(s.at + 3_600_000).toISOString(),
        token_thumbprint: s.draw.opaque(43),
      },
    }),
  },
  feta: {
    carries: THIRD_PARTY,
    own: (s) => {
      const reason = 'No refresh token is stored for this connection.';
      return { ...failed(reason, { ...thirdParty(s), failure_reason: reason }) };
    },
  },
};
