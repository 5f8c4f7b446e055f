import type { EventFacts } from '../auth0/event-facts.ts';
import { EVENT_TYPES, type EventOutcome, type EventType } from '../auth0/event-types.ts';
import { OTHER, type Severity } from './record.ts';
import type { OcsfClass } from './shape.ts';

/** The classes that log events go to; the fourth is for what the collector itself finds. */
export type EventClass = Exclude<OcsfClass, 'detection_finding'>;

export interface Activity {
  readonly id: number;
  readonly name: string;
}

/** What a type of event becomes. */
export interface Choice {
  readonly class: EventClass;
  /** `by-method`: what the HTTP method of the call that the event tells of does. */
  readonly activity: Activity | 'by-method';
}

const logon: Activity = { id: 1, name: 'Logon' };
const logoff: Activity = { id: 2, name: 'Logoff' };
const preauth: Activity = { id: 6, name: 'Preauth' };
const create: Activity = { id: 1, name: 'Create' };
const read: Activity = { id: 2, name: 'Read' };
const update: Activity = { id: 3, name: 'Update' };
const remove: Activity = { id: 4, name: 'Delete' };
/** Activities that the schema has no number for keep a name of their own. */
const other = (name: string): Activity => ({ id: OTHER, name });

const authentication = (activity: Activity, codes: string) =>
  group({ class: 'authentication', activity }, codes);
const accountChange = (activity: Activity, codes: string) =>
  group({ class: 'account_change', activity }, codes);
const apiActivity = (activity: Activity | 'by-method', codes: string) =>
  group({ class: 'api_activity', activity }, codes);

const group = (choice: Choice, codes: string): readonly (readonly [string, Choice])[] =>
  codes
    .trim()
    .split(/\s+/)
    .map((code) => [code, choice] as const);

/** Every known code with its choice, in the order of the documents. No code appears twice. */
export const CHOICES: readonly (readonly [code: string, choice: Choice])[] = [
  ...authentication(
    logon,
    `s scoa sdel sdelsa sens ssa w f fco fcoa fdeac fdeaz fdecc fdelsa fens fp fpar fsa fu fc
     ciba_start_failed limit_wc limit_sul limit_mu pwd_leak`,
  ),
  ...authentication(
    preauth,
    `scv cls cs pla limit_phone mfar ciba_start_succeeded passkey_challenge_started
     passkey_challenge_failed gd_start_auth gd_send_email gd_send_email_verification
     gd_send_email_verification_failure gd_send_pn gd_send_pn_failure gd_send_sms
     gd_send_sms_failure gd_send_voice gd_send_voice_failure`,
  ),
  ...authentication(
    other('Second Factor'),
    `gd_auth_succeed gd_auth_failed gd_auth_rejected gd_auth_email_verification
     gd_auth_fail_email_verification gd_otp_rate_limit_exceed gd_recovery_succeed
     gd_recovery_failed gd_recovery_rate_limit_exceed gd_webauthn_challenge_failed`,
  ),
  // The numbers 3 to 5 of the schema mean Kerberos tickets.
  ...authentication(
    other('Token Exchange'),
    `ciba_exchange_failed ciba_exchange_succeeded failed_on_behalf_of_token_exchange fd fdeleacft
     feacft feccft fecte fede feoobft feotpft fepft fepotpft fercft ferrt fertft feta
     idjag_exchange_failed idjag_exchange_succeeded jwt_bearer_exchange_failed sd sdeleacft seacft
     seccft secte sede seoobft seotpft sepft sepkoobft sepkotpft sepkrcft sercft sertft seta
     success_on_behalf_of_token_exchange`,
  ),
  ...authentication(other('Token Revocation'), 'srrt'),
  ...authentication(
    logoff,
    `slo flo federated_logout_failed oidc_backchannel_logout_failed
     oidc_backchannel_logout_succeeded universal_logout_failed universal_logout_succeeded`,
  ),
  ...accountChange(create, 'ss fs signup_pwd_leak'),
  ...accountChange({ id: 3, name: 'Password Change' }, 'scp fcp'),
  ...accountChange({ id: 4, name: 'Password Reset' }, 'scpr fcpr reset_pwd_leak'),
  ...accountChange({ id: 6, name: 'Delete' }, 'sdu fdu du'),
  ...accountChange(
    { id: 10, name: 'MFA Factor Enable' },
    `gd_enrollment_complete gd_start_enroll gd_start_enroll_failed gd_webauthn_enrollment_failed
     too_many_records`,
  ),
  ...accountChange({ id: 11, name: 'MFA Factor Disable' }, 'gd_unenroll gd_user_delete'),
  ...accountChange(
    other('MFA Factor Change'),
    `gd_update_device_account my_account_authentication_method_succeeded
     my_account_authentication_method_failed`,
  ),
  ...accountChange(other('Email Change'), 'sce fce'),
  ...accountChange(other('Email Verification'), 'sv fv svr fvr'),
  ...accountChange(other('Phone Number Change'), 'scpn fcpn'),
  ...accountChange(other('Username Change'), 'scu fcu'),
  ...accountChange(other('Invitation'), 'si fi'),
  ...accountChange(other('Organization Membership'), 'organization_member_added'),
  ...accountChange(
    other('Account Link'),
    'connected_accounts_connection_succeeded connected_accounts_connection_failed',
  ),
  ...accountChange(
    other('Account Unlink'),
    'connected_accounts_delete_succeeded connected_accounts_delete_failed',
  ),
  // 12, Unlock, is not in 1.3.
  ...accountChange(other('Unlock'), 'ublkdu'),
  ...apiActivity('by-method', 'sapi fapi sscim fscim'),
  ...apiActivity(create, 'sui fui'),
  ...apiActivity(read, 'mgmt_api_read rich_consents_access_error'),
  ...apiActivity(update, 'gd_tenant_update gd_module_switch kms_key_state_changed'),
  ...apiActivity(remove, 'resource_cleanup'),
  ...apiActivity(
    other('Rate Limit'),
    `api_limit api_limit_warning appi limit_delegation limit_ui token_quota_consumption_warning
     acls_summary`,
  ),
  ...apiActivity(
    other('Extension Run'),
    `actions_execution_failed flows_execution_completed flows_execution_failed fpurh fcph scph
     forms_submission_succeeded forms_submission_failed`,
  ),
  ...apiActivity(other('Key Management'), 'kms_key_management_success kms_key_management_failure'),
  ...apiActivity(
    other('Directory'),
    `directory_sync_started directory_sync_completed directory_sync_failed con coff fcpro`,
  ),
  ...apiActivity(other('Self-Service SSO'), 'ss_sso_info ss_sso_success ss_sso_failure'),
  ...apiActivity(
    other('Notice'),
    `fn wn wum depnote acul_sdk_notice custom_domain_verification_failed admin_update_launch
     sys_os_update_start sys_os_update_end sys_update_start sys_update_end`,
  ),
];

const CHOICE_OF = new Map(CHOICES);
const UNKNOWN: Choice = { class: 'api_activity', activity: other('Other') };

const METHOD_ACTIVITY: Readonly<Record<string, Activity>> = {
  GET: read,
  HEAD: read,
  POST: create,
  PUT: update,
  PATCH: update,
  DELETE: remove,
};

/** Class and activity of an event. A code that nobody knew goes to API Activity. */
export function chosenFor(facts: EventFacts): { class: EventClass; activity: Activity } {
  const choice = CHOICE_OF.get(facts.code) ?? UNKNOWN;
  if (choice.activity !== 'by-method') return { class: choice.class, activity: choice.activity };
  const method = facts.call?.method ?? '';
  const activity = Object.hasOwn(METHOD_ACTIVITY, method) ? METHOD_ACTIVITY[method] : undefined;
  return { class: choice.class, activity: activity ?? other('Other') };
}

const raised = (severity: Severity, codes: string) =>
  codes.split(' ').map((code) => [code, severity] as const);

const RAISED = new Map<string, Severity>([
  ...raised('medium', 'limit_wc limit_sul limit_mu limit_phone reset_pwd_leak signup_pwd_leak'),
  ...raised('medium', 'gd_auth_rejected gd_otp_rate_limit_exceed gd_recovery_rate_limit_exceed'),
  ...raised('medium', 'gd_unenroll gd_tenant_update ferrt kms_key_management_failure'),
  ...raised('high', 'pwd_leak'),
]);

/** A failure is of low severity, anything else informational, unless its code says more. */
export const severityOf = (code: string, outcome: EventOutcome): Severity =>
  RAISED.get(code) ?? (outcome === 'failure' ? 'low' : 'info');

/** The known types in the order of the choices, for the documents. */
export const chosenTypes = (): readonly (readonly [string, EventType, Choice])[] =>
  CHOICES.flatMap(([code, choice]) => {
    const type = EVENT_TYPES[code];
    return type === undefined ? [] : [[code, type, choice] as const];
  });
