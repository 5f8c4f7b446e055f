/**
 * What every event type code of an Auth0 tenant log means.
 *
 * Success can't be read off a code's first letter: `flows_execution_completed` is a success,
 * `signup_pwd_leak` a block, and `scv` only a password check. New codes appear without notice,
 * so an unknown one is an ordinary answer here and never an error.
 */

export type EventCategory =
  | 'login-success'
  | 'login-failure'
  | 'token-exchange'
  | 'login-warning'
  | 'user-deletion'
  | 'connection-error'
  | 'signup'
  | 'email-verification'
  | 'password-change'
  | 'rate-limit'
  | 'operational-event'
  | 'operational-error'
  | 'management-api'
  | 'logout'
  | 'mfa'
  | 'attack-protection'
  | 'account-change'
  | 'other'
  | 'unknown';

/** `info` is for events that report a state or a step, with nothing that succeeded or failed. */
export type EventOutcome = 'success' | 'failure' | 'info';

export interface EventType {
  readonly name: string;
  readonly category: EventCategory;
  readonly outcome: EventOutcome;
  /** Auth0 no longer writes this code; it may still turn up in old logs. */
  readonly historic?: true;
}

type Meaning = Omit<EventType, 'category'>;

const ok = (name: string): Meaning => ({ name, outcome: 'success' });
const fail = (name: string): Meaning => ({ name, outcome: 'failure' });
const info = (name: string): Meaning => ({ name, outcome: 'info' });
const historic = (meaning: Meaning): Meaning => ({ ...meaning, historic: true });

function family(
  category: EventCategory,
  meanings: Readonly<Record<string, Meaning>>,
): Record<string, EventType> {
  return Object.fromEntries(
    Object.entries(meanings).map(([code, meaning]) => [code, { ...meaning, category }]),
  );
}

/** All known codes, the historic ones included. */
export const EVENT_TYPES: Readonly<Record<string, EventType>> = {
  ...family('login-success', {
    s: ok('User logged in'),
    scoa: ok('Logged in from embedded form'),
    sdel: ok('Logged in on delegation'),
    sdelsa: ok('Session renewed silently by delegate'),
    sens: ok('Logged in by native SDK'),
    ssa: ok('Session renewed silently'),
  }),
  ...family('login-failure', {
    ciba_start_failed: fail('Backchannel login request refused'),
    f: fail('Login failed, other reason'),
    fco: fail('Login blocked, origin not allowed'),
    fcoa: fail('Login from embedded form failed'),
    fdeac: fail('Device could not be activated'),
    fdeaz: fail('Device login request refused'),
    fdecc: fail('Device login cancelled by user'),
    fdelsa: fail('Silent renewal by delegate failed'),
    fens: fail('Native social login failed'),
    fp: fail('Login failed, wrong password'),
    fpar: fail('Pushed login request refused'),
    fsa: fail('Silent session renewal failed'),
    fu: fail('Login failed, unknown user'),
    passkey_challenge_failed: fail('Passkey challenge could not start'),
  }),
  ...family('token-exchange', {
    ciba_exchange_failed: fail('Backchannel login gave no token'),
    ciba_exchange_succeeded: ok('Token from backchannel login'),
    failed_on_behalf_of_token_exchange: fail('On-behalf-of token refused'),
    fd: fail('Delegation token refused'),
    fdeleacft: fail('Delegated code gave no token'),
    feacft: fail('Authorization code gave no token'),
    feccft: fail('Client credentials gave no token'),
    fecte: fail('Custom token exchange refused'),
    fede: fail('Device code gave no token'),
    feoobft: fail('Out-of-band code gave no token'),
    feotpft: fail('One-time code gave no token'),
    fepft: fail('Password gave no token'),
    fepotpft: fail('Passwordless code gave no token'),
    fercft: fail('Recovery code gave no token'),
    ferrt: fail('Rotated refresh token refused'),
    fertft: fail('Refresh token gave no token'),
    feta: fail('Third-party API token refused'),
    idjag_exchange_failed: fail('Identity assertion gave no token'),
    idjag_exchange_succeeded: ok('Token from identity assertion'),
    jwt_bearer_exchange_failed: fail('JWT assertion gave no token'),
    sd: ok('Delegation token issued'),
    sdeleacft: ok('Token from delegated code'),
    seacft: ok('Token from authorization code'),
    seccft: ok('Token from client credentials'),
    secte: ok('Token from custom exchange'),
    sede: ok('Token from device code'),
    seoobft: ok('Token from password, out-of-band code'),
    seotpft: ok('Token from password, one-time code'),
    sepft: ok('Token from password'),
    sepkoobft: ok('Token from passkey, out-of-band code'),
    sepkotpft: ok('Token from passkey, one-time code'),
    sepkrcft: ok('Token from passkey, recovery code'),
    sercft: ok('Token from password, recovery code'),
    sertft: ok('Token from refresh token'),
    seta: ok('Third-party API token issued'),
    srrt: ok('Refresh token revoked'),
    success_on_behalf_of_token_exchange: ok('On-behalf-of token issued'),
  }),
  ...family('login-warning', {
    w: info('Warning while logging in'),
  }),
  ...family('user-deletion', {
    du: historic(info('User removed, older notice')),
    fdu: fail('User could not be deleted'),
    sdu: ok('User was deleted'),
  }),
  ...family('connection-error', {
    coff: historic(fail('Directory connector went offline')),
    fc: fail('Directory connector reported failure'),
    fcpro: fail('Directory connector not provisioned'),
  }),
  ...family('signup', {
    fi: fail('Invitation could not be accepted'),
    fpurh: fail('Hook after registration failed'),
    fs: fail('Signup was refused'),
    si: ok('Invitation was accepted'),
    ss: ok('User signed up'),
  }),
  ...family('email-verification', {
    fv: fail('E-mail address not verified'),
    fvr: fail('Verification mail request failed'),
    sv: ok('E-mail address verified'),
    svr: ok('Verification mail requested'),
  }),
  ...family('password-change', {
    fcp: fail('Password could not be changed'),
    fcph: fail('Hook after password change failed'),
    fcpr: fail('Password reset request failed'),
    scp: ok('Password was changed'),
    scph: historic(ok('Hook after password change ran')),
    scpr: ok('Password reset was requested'),
  }),
  ...family('rate-limit', {
    api_limit: fail('API rate limit reached'),
    api_limit_warning: info('API rate limit nearly reached'),
    appi: info('API peak allowance in use'),
    limit_delegation: fail('Delegation endpoint limit reached'),
    limit_ui: historic(fail('User info endpoint limit reached')),
    token_quota_consumption_warning: info('Token quota nearly used up'),
  }),
  ...family('operational-event', {
    acls_summary: info('Network access list totals'),
    acul_sdk_notice: info('Login page SDK needs attention'),
    admin_update_launch: historic(info('Auth0 software update launched')),
    con: historic(ok('Directory connector is online')),
    depnote: info('Deprecated feature in use'),
    directory_sync_completed: ok('Directory sync ended well'),
    directory_sync_started: info('Directory sync has begun'),
    flows_execution_completed: ok('Flow ran to its end'),
    forms_submission_succeeded: ok('Form was submitted'),
    kms_key_management_success: ok('Encryption key operation done'),
    kms_key_state_changed: info('Encryption key changed state'),
    resource_cleanup: info('Excess resources were removed'),
    ss_sso_info: info('Self-service SSO progress'),
    ss_sso_success: ok('Self-service SSO step done'),
    sscim: ok('SCIM request carried out'),
    sui: ok('User import finished'),
    sys_os_update_end: historic(info('System update finished')),
    sys_os_update_start: historic(info('System update begun')),
    sys_update_end: historic(info('Auth0 software update finished')),
    sys_update_start: historic(info('Auth0 software update begun')),
  }),
  ...family('operational-error', {
    actions_execution_failed: fail('Action ended in error'),
    custom_domain_verification_failed: fail('Custom domain not verified'),
    directory_sync_failed: fail('Directory sync ended in error'),
    flows_execution_failed: fail('Flow ended in error'),
    fn: fail('Notification was not sent'),
    forms_submission_failed: fail('Form could not be submitted'),
    fscim: fail('SCIM request was refused'),
    fui: fail('User import ended in error'),
    kms_key_management_failure: fail('Encryption key operation refused'),
    rich_consents_access_error: fail('Consent record not accessible'),
    ss_sso_failure: fail('Self-service SSO step failed'),
    wn: info('Warning while sending notification'),
    wum: info('Warning while managing users'),
  }),
  ...family('management-api', {
    fapi: historic(fail('Management API call refused')),
    mgmt_api_read: ok('Secrets read by Management API'),
    sapi: ok('Change by Management API'),
  }),
  ...family('logout', {
    federated_logout_failed: fail('Logout at identity provider failed'),
    flo: fail('Logout was refused'),
    oidc_backchannel_logout_failed: fail('Backchannel logout not delivered'),
    oidc_backchannel_logout_succeeded: ok('Backchannel logout was delivered'),
    slo: ok('User logged out'),
    universal_logout_failed: fail('Logout everywhere was refused'),
    universal_logout_succeeded: ok('Logged out everywhere'),
  }),
  ...family('mfa', {
    gd_auth_email_verification: ok('Second factor: e-mail confirmed'),
    gd_auth_fail_email_verification: fail('Second factor: e-mail not confirmed'),
    gd_auth_failed: fail('Second factor was wrong'),
    gd_auth_rejected: fail('Second factor refused by user'),
    gd_auth_succeed: ok('Second factor was right'),
    gd_enrollment_complete: ok('Second factor is enrolled'),
    gd_module_switch: historic(ok('Second factor module switched')),
    gd_otp_rate_limit_exceed: fail('Second factor: too many codes'),
    gd_recovery_failed: fail('Recovery code was wrong'),
    gd_recovery_rate_limit_exceed: fail('Too many wrong recovery codes'),
    gd_recovery_succeed: ok('Recovery code was right'),
    gd_send_email: info('Second factor code mailed'),
    gd_send_email_verification: info('Second factor: confirmation mailed'),
    gd_send_email_verification_failure: fail('Second factor: confirmation not mailed'),
    gd_send_pn: info('Second factor pushed to device'),
    gd_send_pn_failure: fail('Second factor push not sent'),
    gd_send_sms: info('Second factor code texted'),
    gd_send_sms_failure: fail('Second factor text not sent'),
    gd_send_voice: info('Second factor code phoned'),
    gd_send_voice_failure: fail('Second factor call not made'),
    gd_start_auth: info('Second factor asked for'),
    gd_start_enroll: info('Second factor enrolment begun'),
    gd_start_enroll_failed: fail('Second factor enrolment not begun'),
    gd_tenant_update: info('Second factor settings changed'),
    gd_unenroll: info('Second factor was removed'),
    gd_update_device_account: info('Second factor device changed'),
    gd_user_delete: historic(ok('Second factor user removed')),
    gd_webauthn_challenge_failed: fail('Security key login failed'),
    gd_webauthn_enrollment_failed: fail('Security key enrolment failed'),
    mfar: info('Second factor is required'),
    my_account_authentication_method_failed: fail('Own factor could not be changed'),
    my_account_authentication_method_succeeded: ok('Own factor was changed'),
    too_many_records: fail('User holds too many factors'),
  }),
  ...family('attack-protection', {
    limit_mu: fail('IP blocked, many failed logins'),
    limit_phone: fail('Phone messages blocked, too many'),
    limit_sul: fail('User blocked, too many logins'),
    limit_wc: fail('User blocked, wrong passwords'),
    pla: info('Bot check before login'),
    pwd_leak: fail('Login blocked, leaked password'),
    reset_pwd_leak: fail('Password reset blocked, leaked password'),
    signup_pwd_leak: fail('Signup blocked, leaked password'),
    ublkdu: info('Block on user lifted'),
  }),
  ...family('account-change', {
    connected_accounts_connection_failed: fail('External account could not be linked'),
    connected_accounts_connection_succeeded: ok('External account was linked'),
    connected_accounts_delete_failed: fail('External account could not be unlinked'),
    connected_accounts_delete_succeeded: ok('External account was unlinked'),
    fce: fail('E-mail address could not change'),
    fcpn: fail('Phone number could not change'),
    fcu: fail('Username could not change'),
    organization_member_added: info('Member joined an organization'),
    sce: ok('E-mail address was changed'),
    scpn: ok('Phone number was changed'),
    scu: ok('Username was changed'),
  }),
  ...family('other', {
    ciba_start_succeeded: info('Backchannel login was begun'),
    cls: info('Login link was sent'),
    cs: info('Login code was sent'),
    passkey_challenge_started: info('Passkey challenge was begun'),
    scv: ok('Credentials found correct'),
  }),
};

const UNKNOWN: EventType = { name: 'Unknown event type', category: 'unknown', outcome: 'info' };

/** The meaning of a code; codes we have never heard of fall into the category `unknown`. */
export function eventType(code: string): EventType {
  return (Object.hasOwn(EVENT_TYPES, code) ? EVENT_TYPES[code] : undefined) ?? UNKNOWN;
}
