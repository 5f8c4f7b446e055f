/** Attack protection at work, and limits that were reached. */

import { ACCOUNT, blank, type CommonField, failed, LOGIN, REQUEST, type Shapes } from './fields.ts';
import { isoTime } from './scene.ts';

const BLOCKED: readonly CommonField[] = [
  ...REQUEST,
  'connection',
  'connection_id',
  'security_context',
];

const CLIENT: readonly CommonField[] = ['client_id', 'client_name', 'hostname', 'auth0_client'];

/** One limit of the Management API, as its bucket is called. */
const limit = (size: number) => ({ size, bucket: 'per_second:/api/v2', global: false });

export const PROTECTION: Shapes = {
  limit_wc: {
    carries: BLOCKED,
    own: () => failed('The account is blocked after ten wrong passwords from one address.'),
  },
  limit_sul: {
    carries: BLOCKED,
    own: () => failed('The user has logged in too often from one address.'),
  },
  limit_mu: {
    carries: BLOCKED,
    own: () => failed('The address is blocked: too many failed logins.', { flow: 'login' }),
  },
  limit_phone: {
    carries: ACCOUNT,
    own: (s) =>
      failed('Too many messages to this phone.', {
        delivery_method: 'sms',
        type: 'per-phone-number',
        trigger_time: isoTime(s, 0),
        reset_time: isoTime(s, 3_600_000),
        body: { connection: s.connection.name },
      }),
  },
  limit_delegation: {
    carries: [
      'connection',
      'connection_id',
      'hostname',
      'ip',
      'user_agent',
      'user_id',
      'user_name',
    ],
    own: () => failed('Too many calls of the delegation endpoint.'),
  },
  pla: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) => ({
      description: blank(s) ?? '',
      details: {
        ipOnAllowlist: false,
        requiresVerification: false,
        requiresVerificationForSignupFlow: false,
        session_id: s.session.id,
      },
    }),
  },
  pwd_leak: {
    carries: BLOCKED,
    own: () => failed('The password was found in a leak of another site.'),
  },
  signup_pwd_leak: {
    carries: LOGIN,
    own: () => failed('The chosen password was found in a leak of another site.'),
  },
  reset_pwd_leak: {
    carries: BLOCKED,
    own: () => failed('The new password was found in a leak of another site.'),
  },
  ublkdu: {
    carries: ACCOUNT,
    own: (s) => ({
      description: 'The block on the account was lifted.',
      details: {
        title: 'Account unblocked',
        email: s.person.email,
        query: {},
        request: {},
        response: {},
      },
    }),
  },
  api_limit: {
    carries: CLIENT,
    own: () => ({
      description: 'You passed the limit of requests to the Management API',
      details: {
        limit: limit(16),
        request: { method: 'GET', path: '/api/v2/users' },
        response: 'Global limit has been reached',
        error: { message: 'Global limit has been reached' },
      },
    }),
  },
  api_limit_warning: {
    carries: CLIENT,
    own: () => ({
      description: 'You are close to the limit of requests to the Management API',
      details: {
        limit: { ...limit(16), usage: 13 },
        request: { method: 'GET', path: '/api/v2/users' },
      },
    }),
  },
  appi: {
    carries: ['client_id', 'client_name', 'auth0_client'],
    own: () => ({
      description: 'A peak of requests is being served from the monthly allowance',
      details: {
        docs: 'https://auth0.com/docs/troubleshoot',
        total_hours_allocated: 48,
        total_hours_consumed: 3,
        total_hours_remaining: 45,
        request: { method: 'POST', path: '/oauth/token' },
      },
    }),
  },
  token_quota_consumption_warning: {
    carries: CLIENT,
    own: () => ({
      description: 'The client has used up most of its tokens for this hour',
      details: { quota: { bucket: 'per_hour', limit: 100, remaining: 18 } },
    }),
  },
};
