/** Logins that went well, the steps that led to them, and the logouts at their end. */

import { ACCOUNT, blank, EXCHANGE, type Fields, LOGIN, REQUEST, type Shapes } from './fields.ts';
import type { Scene } from './scene.ts';

/** Auth0's own reading of how risky a login is; ordinary logins are not. */
export function riskAssessment(s: Scene): Fields | null {
  // Tenants of older plans log the field without a value now and then.
  if (s.draw.chance(0.03)) return null;
  const newDevice = s.draw.chance(0.03);
  return {
    confidence: newDevice ? 'medium' : 'high',
    version: '1',
    assessments: {
      UntrustedIP: {
        confidence: 'high',
        code: 'not_found_on_deny_list',
        details: { ip: s.device.ip, matches: '', source: '' },
      },
      NewDevice: {
        confidence: newDevice ? 'low' : 'high',
        code: newDevice ? 'no_match' : 'match',
        details: {
          device: newDevice ? 'unknown' : 'known',
          useragent: newDevice ? 'unknown' : 'known',
        },
      },
      ImpossibleTravel: { confidence: 'high', code: 'minimal_travel_from_last_login' },
    },
  };
}

function prompts(s: Scene, started: number): Fields[] {
  const entered = s.at - s.draw.between(600, 3_000);
  const { connection, person, session } = s;
  const common = { session_id: session.id, requiredCaptcha: false };
  return [
    {
      name: connection.kind === 'enterprise' ? 'federated-authenticate' : 'prompt-authenticate',
      initiatedAt: started,
      completedAt: entered,
      connection: connection.name,
      connection_id: connection.id,
      strategy: connection.strategy,
      identity: person.identityId,
      stats: { loginsCount: s.loginsCount },
      elapsedTime: entered - started,
      ...common,
    },
    {
      name: 'login',
      flow: connection.kind === 'sms' ? 'passwordless' : 'universal-login',
      initiatedAt: started,
      completedAt: s.at - 12,
      timers: { rules: s.draw.between(2, 40) },
      user_id: person.userId,
      user_name: person.userName,
      elapsedTime: s.at - 12 - started,
      ...common,
    },
  ];
}

const actions = (s: Scene): Fields => ({ executions: [`${s.draw.opaque(22)}MjAyNjEx`] });

function loginDetails(s: Scene): Fields {
  const interactive = s.draw.chance(0.9);
  const initiatedAt = s.at - s.draw.between(6_000, 80_000);
  const completedAt = s.at - s.draw.between(1, 6);
  return {
    prompts: interactive ? prompts(s, initiatedAt + 40) : [],
    ...(interactive ? { initiatedAt } : {}),
    completedAt,
    elapsedTime: interactive ? completedAt - initiatedAt : null,
    ...(s.draw.chance(0.6) ? { actions: actions(s) } : {}),
    session_id: s.session.id,
    session: { cookie: { mode: s.draw.chance(0.8) ? 'persistent' : 'non-persistent' } },
    transaction_id: s.session.transactionId,
    stats: { loginsCount: s.loginsCount },
    riskAssessment: riskAssessment(s),
    ...(s.connection.strategy === 'samlp' ? { saml_certificate_thumbprint: s.draw.hex(40) } : {}),
  };
}

function silentDetails(s: Scene): Fields {
  return {
    prompts: [],
    completedAt: s.at - s.draw.between(1, 6),
    elapsedTime: null,
    ...(s.draw.chance(0.6) ? { actions: actions(s) } : {}),
    session_id: s.session.id,
    session: { cookie: { mode: 'persistent' } },
    ...(s.draw.chance(0.5) ? { riskAssessment: riskAssessment(s) } : {}),
  };
}

const linked = (s: Scene): Fields =>
  s.draw.chance(0.3) ? { references: { correlation_id: s.session.transactionId } } : {};

const delegate = { actor: { sub: 'auth0|5f1e2d3c4b5a69788796a5b4' } };

const logoutUrls = (s: Scene): string[] => [`${s.application.url}/`, `${s.application.url}/bye`];

const login = (s: Scene): Fields => ({
  description: s.draw.chance(0.3) ? 'Successful login' : blank(s),
  details: loginDetails(s),
  identity_user_id: s.draw.chance(0.5) ? s.person.identityId : undefined,
  ...linked(s),
});

const silent = (s: Scene): Fields => ({
  description: blank(s),
  details: silentDetails(s),
  session_connection: s.connection.name,
});

export const LOGINS: Shapes = {
  s: { carries: LOGIN, own: login },
  scoa: { carries: LOGIN, own: login },
  sdel: {
    carries: LOGIN,
    own: (s) => ({ ...login(s), details: { ...loginDetails(s), ...delegate } }),
  },
  ssa: { carries: REQUEST, own: silent },
  sdelsa: {
    carries: REQUEST,
    own: (s) => ({ ...silent(s), details: { ...silentDetails(s), ...delegate } }),
  },
  sens: {
    carries: EXCHANGE,
    own: (s) => ({
      description: 'Native login',
      details: {
        subject_token_type: 'http://auth0.com/oauth/token-type/apple-authz-code',
        access_token_jti: s.draw.opaque(22),
      },
    }),
  },
  scv: {
    carries: LOGIN,
    own: (s) => ({ description: 'Credentials validated', details: loginDetails(s) }),
  },
  passkey_challenge_started: {
    carries: LOGIN,
    own: (s) => ({
      description: blank(s),
      details: { purpose: 'login', ...silentDetails(s) },
    }),
  },
  ciba_start_succeeded: {
    carries: REQUEST,
    own: (s) => ({
      description: blank(s),
      details: {
        notification_channel: 'guardian-push',
        transaction_linking_id: `cns_${s.session.linkingId.slice(0, 22)}`,
        body: {
          audience: s.application.audience,
          login_hint: JSON.stringify({ format: 'iss_sub', sub: s.person.userId }),
          scope: 'openid',
        },
      },
    }),
  },
  cs: {
    carries: ACCOUNT,
    own: (s) => ({
      description: s.draw.chance(0.5) ? 'Passwordless code sent' : '',
      details: {
        transaction_id: s.session.transactionId,
        body: {
          client_id: s.application.clientId,
          connection: s.connection.name,
          phone_number: s.person.phone,
          username: s.person.phone,
          send: 'code',
          ip: s.device.ip,
          'user-agent': s.device.raw,
          request_language: 'en',
          tenant: s.tenant.name,
          authParams: {
            audience: s.application.audience,
            redirect_uri: `${s.application.url}/callback`,
            response_type: 'code',
            scope: s.application.scopes.join(' '),
            state: s.draw.opaque(24),
          },
        },
      },
    }),
  },
  cls: {
    carries: ACCOUNT,
    own: (s) => ({
      description: s.draw.chance(0.5) ? 'Passwordless link sent' : '',
      details: {
        transaction_id: s.session.transactionId,
        link: `https://${s.tenant.hostname}/passwordless/verify_redirect?email=${encodeURIComponent(s.person.email)}&verification_code=******`,
        body: {
          client_id: s.application.clientId,
          connection: s.connection.name,
          email: s.person.email,
          send: 'link',
          tenant: s.tenant.name,
          authParams: { scope: s.application.scopes.join(' '), response_type: 'code' },
        },
      },
    }),
  },
  slo: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) => ({
      description: s.draw.chance(0.4) ? 'User successfully logged out' : blank(s),
      details: {
        return_to: logoutUrls(s)[0],
        allowed_logout_url: logoutUrls(s),
        session_id: s.session.id,
      },
    }),
  },
  oidc_backchannel_logout_succeeded: {
    carries: ['client_id', 'client_name', 'user_id', 'user_name'],
    own: (s) => ({
      description: '',
      details: {
        initiator: 'rp-logout',
        request: { method: 'POST', backchannel_logout_uri: `${s.application.url}/logout/oidc` },
        response: { statusCode: 200 },
      },
    }),
  },
  universal_logout_succeeded: {
    carries: ['connection', 'connection_id', 'ip', 'user_agent', 'user_id', 'user_name'],
    own: (s) => ({ description: blank(s) ?? '', details: { session_id: s.session.id } }),
  },
};
