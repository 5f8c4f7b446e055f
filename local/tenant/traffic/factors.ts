/** Second factors: asking for them, sending codes, right and wrong answers, enrolling devices. */

import {
  blank,
  type CommonField,
  FACTOR,
  type Fields,
  REQUEST,
  type Shape,
  type Shapes,
} from './fields.ts';
import type { Scene } from './scene.ts';

type Method =
  | 'push-notification'
  | 'sms'
  | 'voice'
  | 'email'
  | 'totp'
  | 'recovery-code'
  | 'webauthn-roaming';

const BY_PHONE: readonly Method[] = ['sms', 'voice'];

function enrollment(s: Scene, method: Method): Fields {
  return {
    _id: s.person.enrollmentId,
    user_id: s.person.userId,
    tenant: s.tenant.name,
    name: s.person.mobile.parsed,
    identifier: s.person.mobile.ja3.slice(0, 16),
    phone_number: BY_PHONE.includes(method) ? `XXXXXXXX${s.person.phone.slice(-4)}` : null,
  };
}

function factorDetails(s: Scene, method: Method): Fields {
  return {
    session_id: s.session.id,
    authenticator: { id: s.person.enrollmentId, type: method },
    device_id: s.person.enrollmentId,
    enrollment: enrollment(s, method),
  };
}

/** How the second-factor service is called; it logs its calls like the Management API does. */
function call(s: Scene, path: string, statusCode = 204): Fields {
  return {
    request: {
      method: 'POST',
      path,
      query: '',
      userAgent: s.device.raw,
      ip: s.device.ip,
      body: { code: '*****' },
      auth: { strategy: 'jwt_mfa', scopes: ['openid', 'mfa'], subject: s.person.userId },
    },
    response: { statusCode },
  };
}

function factor(method: Method, details: (s: Scene) => Fields = () => ({})): Shape {
  return {
    carries: FACTOR,
    own: (s) => ({
      description: blank(s) ?? '',
      details: { ...factorDetails(s, method), ...details(s) },
    }),
  };
}

function wrong(method: Method, errorCode: string, message: string, carries = FACTOR): Shape {
  return {
    carries,
    own: (s) => ({
      description: message,
      details: {
        ...factorDetails(s, method),
        ...call(s, '/api/verify-otp', 403),
        failure_details: { errorCode, message },
        error: { message },
      },
    }),
  };
}

function unsent(method: Method, message: string): Shape {
  return {
    carries: FACTOR,
    own: (s) => ({
      description: message,
      details: {
        ...factorDetails(s, method),
        provider_error: { errorCode: 'provider_unavailable', message },
        error: { message },
      },
    }),
  };
}

const OVER_CONNECTION: readonly CommonField[] = [...FACTOR, 'connection', 'connection_id'];

const ownFactor =
  (operation: string, path: string): ((s: Scene) => Fields) =>
  (s) => ({
    operation,
    authentication_method: 'totp',
    authentication_method_id: `totp|${s.person.enrollmentId}`,
    session_id: s.session.id,
    request: { method: 'POST', path },
  });

const OWN_FACTORS = '/me/v1/authentication-methods';

export const FACTORS: Shapes = {
  mfar: {
    carries: [...REQUEST, 'connection', 'connection_id', 'strategy', 'strategy_type'],
    own: (s) => ({
      description: blank(s) ?? '',
      details: {
        confidence: 'low',
        version: '1',
        grant_type: 'authorization_code',
        assessments: {
          UntrustedIP: {
            confidence: 'high',
            code: 'not_found_on_deny_list',
            details: { ip: s.device.ip, matches: '', source: '' },
          },
        },
      },
    }),
  },
  gd_start_auth: factor('push-notification'),
  gd_send_pn: factor('push-notification'),
  gd_send_pn_failure: unsent('push-notification', 'The push service did not take the message.'),
  gd_send_sms: factor('sms'),
  gd_send_sms_failure: unsent('sms', 'The text message could not be delivered.'),
  gd_send_voice: factor('voice'),
  gd_send_voice_failure: unsent('voice', 'The call was not answered.'),
  gd_send_email: factor('email'),
  gd_send_email_verification: factor('email'),
  gd_send_email_verification_failure: unsent('email', 'The mail server refused the message.'),
  gd_auth_email_verification: factor('email'),
  gd_auth_fail_email_verification: wrong(
    'email',
    'invalid_otp',
    'The code from the mail is wrong.',
  ),
  gd_auth_succeed: factor('totp', (s) => ({
    ...call(s, '/api/verify-otp'),
    remember_browser: s.draw.chance(0.4),
  })),
  gd_auth_failed: wrong('totp', 'invalid_otp', 'Invalid one-time code.'),
  gd_auth_rejected: wrong('push-notification', 'rejected', 'The user declined the notification.'),
  gd_otp_rate_limit_exceed: wrong('totp', 'too_many_attempts', 'Too many wrong one-time codes.'),
  gd_recovery_succeed: factor('recovery-code', (s) => call(s, '/api/recover-account')),
  gd_recovery_failed: wrong('recovery-code', 'invalid_code', 'The recovery code is wrong.'),
  gd_recovery_rate_limit_exceed: wrong(
    'recovery-code',
    'too_many_attempts',
    'Too many wrong recovery codes.',
  ),
  gd_start_enroll: factor('totp'),
  gd_start_enroll_failed: wrong('totp', 'enrollment_conflict', 'An enrolment is under way.'),
  gd_enrollment_complete: factor('totp'),
  gd_unenroll: factor('totp', (s) => call(s, `/api/device-accounts/${s.person.enrollmentId}`)),
  gd_update_device_account: factor('push-notification', (s) => call(s, '/api/device-accounts')),
  gd_tenant_update: {
    carries: FACTOR,
    own: (s) => ({
      description: 'Guardian - Updates tenant settings',
      details: {
        request: {
          method: 'PATCH',
          path: '/api/tenants/settings',
          query: '',
          body: { friendly_name: 'Example', picture_url: 'https://www.example.com/logo.png' },
          userAgent: s.device.raw,
          ip: s.device.ip,
          auth: { strategy: 'jwt_api2', scopes: ['update:guardian_factors'] },
        },
        response: { statusCode: 200 },
      },
    }),
  },
  gd_webauthn_challenge_failed: wrong(
    'webauthn-roaming',
    'NotAllowedError',
    'The browser gave up waiting for the key.',
    OVER_CONNECTION,
  ),
  gd_webauthn_enrollment_failed: wrong(
    'webauthn-roaming',
    'InvalidStateError',
    'The key is enrolled already.',
    OVER_CONNECTION,
  ),
  too_many_records: wrong(
    'totp',
    'too_many_records',
    'The user has reached the most factors allowed.',
  ),
  my_account_authentication_method_succeeded: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) => ({ description: '', details: ownFactor('create', OWN_FACTORS)(s) }),
  },
  my_account_authentication_method_failed: {
    carries: [...REQUEST, 'connection', 'connection_id'],
    own: (s) => {
      const detail = 'The one-time code is wrong.';
      const type = `https://${s.tenant.hostname}/errors`;
      return {
        description: detail,
        details: {
          ...ownFactor('verify', `${OWN_FACTORS}/${s.person.enrollmentId}/verify`)(s),
          error: { status: 400, title: 'Bad Request', detail, type },
        },
      };
    },
  },
};
