/** What the tenant itself reports: actions, forms, directories, notifications, keys, notices. */

import {
  ACCOUNT,
  type CommonField,
  type Fields,
  failed,
  REQUEST,
  type Shape,
  type Shapes,
} from './fields.ts';
import { isoTime, type Scene } from './scene.ts';

const AT_ENDPOINT: readonly CommonField[] = [...REQUEST, 'connection', 'connection_id'];
const WITH_STRATEGY: readonly CommonField[] = [...AT_ENDPOINT, 'strategy', 'strategy_type'];
const DIRECTORY: readonly CommonField[] = [
  'connection',
  'connection_id',
  'strategy',
  'strategy_type',
];
const NOTICE: readonly CommonField[] = [
  'client_id',
  'client_name',
  'connection',
  'connection_id',
  'ip',
  'user_agent',
  'auth0_client',
];

const HOUR_MS = 3_600_000;

function reports(
  carries: readonly CommonField[],
  description: string,
  details: (s: Scene) => Fields,
): Shape {
  return { carries, own: (s) => ({ description, details: details(s) }) };
}

function fails(
  carries: readonly CommonField[],
  reason: string,
  details: (s: Scene) => Fields,
): Shape {
  return { carries, own: (s) => failed(reason, details(s)) };
}

const flow = (s: Scene): Fields => ({
  flow_id: `af_${s.application.clientId.slice(0, 22)}`,
  execution_id: s.draw.uuid(),
  state: s.session.id,
});

const formOf = (s: Scene): Fields => ({
  form_id: `ap_${s.application.clientId.slice(0, 22)}`,
  state: s.session.id,
});

const directorySync = (s: Scene): Fields => ({
  synchronization_id: `dsync_${s.session.grantId}`,
  scheduled: true,
  created_at: isoTime(s, -65_000),
  started_at: isoTime(s, -60_000),
});

function scim(s: Scene, statusCode: number): Fields {
  return {
    action: 'patch user',
    connection_id: s.connection.id,
    request: {
      method: 'PATCH',
      path: `/scim/v2/connections/${s.connection.id}/Users/${s.person.enrollmentId}`,
      query: {},
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'displayName', value: s.person.name }],
      },
      userAgent: 'Azure AD SCIM Client/1.0',
      ip: s.device.ip,
    },
    response: { statusCode },
  };
}

const selfService = (s: Scene, event: string): Fields => ({
  ss_sso_event_name: event,
  ss_sso_tracing_id: s.session.transactionId,
  flow_type: 'create',
  connection_name: s.connection.name,
  enabled_features: { sso: true, domainVerification: true, provisioning: false },
});

const notification = (s: Scene): Fields => ({
  email_type: 'verify_email',
  notification_type: 'email',
  to: s.person.email,
});

const key = (s: Scene, state: string): Fields => ({
  id: s.draw.uuid(),
  type: 'tenant-master-key',
  state,
});

const failedWith = (code: string, message: string): Fields => ({ error: { code, message } });

export const OPERATIONS: Shapes = {
  actions_execution_failed: {
    carries: WITH_STRATEGY,
    own: (s) => {
      const message = "Cannot read properties of undefined (reading 'plan')";
      return {
        ...failed(message, {
          action_id: s.draw.uuid(),
          action_name: 'Enrich token',
          binding_id: s.draw.uuid(),
          execution_id: s.draw.opaque(30),
          trigger_id: 'post-login',
          version_id: s.draw.uuid(),
          error_class: 'action_error',
          action_error: {
            code: 'UNHANDLED',
            name: 'TypeError',
            message,
            stack: `TypeError: ${message}\n    at onExecutePostLogin (index.js:12:31)`,
          },
        }),
      };
    },
  },
  flows_execution_completed: reports(WITH_STRATEGY, '', flow),
  flows_execution_failed: {
    carries: WITH_STRATEGY,
    own: (s) => ({
      description: 'The HTTP request of the flow timed out.',
      details: { ...flow(s), ...failedWith('timeout', 'The HTTP request of the flow timed out.') },
    }),
  },
  forms_submission_succeeded: reports(WITH_STRATEGY, '', formOf),
  forms_submission_failed: {
    carries: WITH_STRATEGY,
    own: (s) => ({
      description: 'A required field is empty.',
      details: { ...formOf(s), ...failedWith('validation', 'A required field is empty.') },
    }),
  },
  directory_sync_started: reports(DIRECTORY, '', directorySync),
  directory_sync_completed: reports(DIRECTORY, '', (s) => ({
    ...directorySync(s),
    completed_at: isoTime(s, 0),
    sync_status: 'completed',
  })),
  directory_sync_failed: fails(DIRECTORY, 'The directory refused the access token.', (s) => ({
    ...directorySync(s),
    sync_status: 'failed',
  })),
  sscim: reports(NOTICE, '', (s) => scim(s, 200)),
  fscim: fails(NOTICE, 'The user does not exist.', (s) => scim(s, 404)),
  ss_sso_success: reports(['ip', 'user_agent'], '', (s) =>
    selfService(s, 'ss_sso_connection_creation'),
  ),
  ss_sso_info: reports(['ip', 'user_agent'], '', (s) =>
    selfService(s, 'ss_sso_try_connection_start'),
  ),
  ss_sso_failure: fails(['ip', 'user_agent'], 'The domain could not be verified.', (s) =>
    selfService(s, 'ss_sso_domain_verification'),
  ),
  fc: fails(ACCOUNT, 'The directory connector is not connected.', () => ({})),
  fcpro: {
    carries: AT_ENDPOINT,
    own: () => ({
      description: 'The ticket of the connector has expired.',
      details: { details: 'ticket expired', error: { message: 'The ticket has expired.' } },
    }),
  },
  fn: {
    carries: NOTICE,
    own: (s) => {
      const error = 'The mail server answered 550: mailbox unavailable.';
      return { description: error, details: { ...notification(s), error } };
    },
  },
  wn: reports(['client_id', 'client_name', 'connection', 'connection_id'], 'Sent late', (s) => ({
    notification_channel: 'sms',
    notification_type: 'sms',
    to: s.person.phone,
    warning: 'The first provider did not answer.',
  })),
  w: {
    carries: [...ACCOUNT, 'audience', 'scope'],
    own: (s) => ({
      description: `The connection ${s.connection.name} works with keys meant for development.`,
      user_id: '',
      user_name: '',
      details: { method: 'GET', path: '/login/callback', host_tenant: s.tenant.name },
    }),
  },
  depnote: reports(NOTICE, 'A deprecated feature was used', () => ({
    feature: {
      id: 'legacy-user-import',
      name: 'Legacy user import',
      description: 'The old form of user import will go away.',
      documentation: 'https://auth0.com/docs/troubleshoot/product-lifecycle',
    },
    method: 'POST',
    path: '/api/v2/jobs/users-imports',
  })),
  acul_sdk_notice: reports(NOTICE, 'The login page uses an old SDK', () => ({
    id: 'acul-sdk-deprecation',
    message: 'The SDK of the login page should be updated.',
    documentation: 'https://auth0.com/docs/customize',
    request: { path: '/u/login' },
    sdk_version: '0.9.0',
  })),
  resource_cleanup: reports(['client_id', 'client_name', 'user_id', 'user_name'], '', (s) => ({
    resource: 'refresh_tokens',
    start: 201 + s.draw.below(20),
    removedCount: 1,
    endCount: 200,
  })),
  acls_summary: reports([], '', (s) => ({
    start_time: isoTime(s, -HOUR_MS),
    end_time: isoTime(s, 0),
    stats: [
      {
        acl_id: `acl_${s.tenant.dashboardClientId.slice(0, 22)}`,
        description: 'Let monitoring through',
        priority: 1,
        action: 'allow',
        match: { successes: s.draw.between(50, 70) },
        total_request_count: { successes: s.draw.between(9_000, 11_000) },
      },
    ],
  })),
  custom_domain_verification_failed: reports([], 'The CNAME record was not found.', (s) => ({
    custom_domain_id: `cd_${s.draw.alnum(16)}`,
    domain: 'login.example.com',
    type: 'auth0_managed_certs',
    status: 'pending_verification',
    created_at: isoTime(s, -24 * HOUR_MS),
    error: 'The CNAME record was not found.',
  })),
  kms_key_state_changed: reports([], '', (s) => key(s, 'active')),
  kms_key_management_success: reports([], 'Key created', (s) => key(s, 'pre-activation')),
  kms_key_management_failure: fails([], 'The wrapped key could not be read.', () => ({})),
  rich_consents_access_error: fails(
    ['hostname', 'ip', 'user_agent'],
    'Consent not found.',
    (s) => ({
      requestedRichConsentId: `cns_${s.session.linkingId.slice(0, 22)}`,
    }),
  ),
  sui: reports(['connection', 'connection_id'], '', (s) => ({
    connection: s.connection.name,
    tenant: s.tenant.name,
  })),
  fui: {
    carries: [...ACCOUNT, 'organization_id', 'organization_name'],
    own: (s) => ({
      ...failed('The import file is not valid JSON.', {
        connection: s.connection.name,
        tenant: s.tenant.name,
      }),
    }),
  },
};
