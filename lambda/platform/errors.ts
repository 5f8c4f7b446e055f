/**
 * Every failure the collector can name: its code, whether trying again can help, and what a person
 * does about it. `permanent`: only a person can change it. `transient`: trying again may help.
 * `throttled`: the server said to come later.
 */
const FAILURES = {
  ARCHIVE_UNREADABLE: [
    'permanent',
    'Restore the archive object from its earlier version in the bucket; compactor and detector look at it again with every run.',
  ],
  AUTH0_400_CURSOR: [
    'permanent',
    'Auth0 no longer accepts the stored cursor; see the runbook, section "Cursor refused".',
  ],
  AUTH0_400_REQUEST: [
    'permanent',
    'Auth0 refused the request as malformed; report it with the message and the collector version.',
  ],
  AUTH0_401_CREDENTIALS: [
    'permanent',
    'Copy client id and client secret again from the application in the Auth0 dashboard, and check that the domain is the tenant of that application.',
  ],
  AUTH0_401_TOKEN: [
    'permanent',
    'The token is refused although it is new: use the canonical domain (the one ending in auth0.com) for AUTH0_DOMAIN, or set the canonical domain beside the custom one.',
  ],
  AUTH0_403_AUDIENCE: [
    'permanent',
    'Set the canonical domain of the tenant (such as acme.us.auth0.com): the Management API is not served under a custom domain name.',
  ],
  AUTH0_403_DENIED: [
    'permanent',
    'An Action or a policy of the tenant denied the token; let the collector application pass.',
  ],
  AUTH0_403_GRANT_TYPE: [
    'permanent',
    'Use an application of the type "Machine to Machine" with the grant "Client Credentials" switched on.',
  ],
  AUTH0_403_NOT_AUTHORIZED: [
    'permanent',
    'Authorize the application for the Auth0 Management API (Applications, APIs, Machine to Machine Applications) with the scope read:logs.',
  ],
  AUTH0_403_SCOPE: [
    'permanent',
    'Grant the scope read:logs to the application (Applications, APIs, Auth0 Management API, Machine to Machine Applications).',
  ],
  AUTH0_404_TENANT: [
    'permanent',
    'No Auth0 tenant answers under this domain: check its spelling and region.',
  ],
  AUTH0_429_QUOTA: ['throttled', 'The token quota of the tenant is used up; it refills by itself.'],
  AUTH0_429_RATE: [
    'throttled',
    'The rate limit of the tenant is reached; collection goes on by itself.',
  ],
  AUTH0_5XX: ['transient', 'Auth0 has a problem; collection goes on by itself when it is over.'],
  AUTH0_CONNECTION: [
    'transient',
    'The connection to Auth0 broke; if it stays, check the network between the collector and Auth0.',
  ],
  AUTH0_DNS: [
    'transient',
    'The domain could not be resolved: check its spelling, then the DNS of the network.',
  ],
  AUTH0_NEXT_LINK: [
    'transient',
    'Nothing to do for the data; look for a proxy that rewrites headers.',
  ],
  AUTH0_NOT_JSON: [
    'transient',
    'The answer was not the JSON that Auth0 documents; if it stays, look for a proxy in between.',
  ],
  AUTH0_PROXY: [
    'permanent',
    'The proxy refused to open a tunnel to Auth0: let it pass CONNECT to the domain of the tenant on port 443 without asking for credentials.',
  ],
  AUTH0_REPEATED_PAGE: [
    'transient',
    'An answer did not fit its request; if it stays, look for a cache or proxy between the collector and Auth0.',
  ],
  AUTH0_RESPONSE_TOO_LARGE: [
    'permanent',
    'One log event is larger than the collector accepts; raise RESPONSE_BYTES_MAX.',
  ],
  AUTH0_TIMEOUT: [
    'transient',
    'Auth0 did not answer in time; collection goes on by itself with the next tick.',
  ],
  AUTH0_TLS: [
    'permanent',
    'The certificate of the server is not trusted: check the domain, and any inspecting proxy in between.',
  ],
  AWS_CALL: [
    'transient',
    'An AWS service did not do what was asked; the next tick tries again. If it stays, read the cause and the permissions of the function.',
  ],
  BACKFILL_CONFLICT: [
    'transient',
    'The backfill was changed by something else meanwhile; ask for it again.',
  ],
  CHECKPOINT_CONFLICT: [
    'transient',
    'Another poll of this tenant moved the checkpoint; nothing to do.',
  ],
  CHECKPOINT_UNREADABLE: [
    'permanent',
    'The checkpoint item was changed by something else; restore it by point-in-time recovery.',
  ],
  COLLECTION_START: [
    'permanent',
    'Set the collection start to a time in the past such as 2026-11-01T00:00:00Z, to "oldest", or leave it empty.',
  ],
  CONFIG_DOMAIN: [
    'permanent',
    'Give the domain as a bare host name such as acme.us.auth0.com, without https:// and without a path.',
  ],
  CONFIG_ENVIRONMENT: ['permanent', 'Set the environment variable as the message says.'],
  CREDENTIALS_NOT_SET: [
    'permanent',
    'Put {"clientId": "...", "clientSecret": "..."} into the secret of the tenant.',
  ],
  CREDENTIALS_SHAPE: [
    'permanent',
    'The secret must be one JSON object {"clientId": "...", "clientSecret": "..."} with both filled in.',
  ],
  CREDENTIALS_UNREADABLE: [
    'permanent',
    'Check that the secret exists and that the role of the poller may read it.',
  ],
  DETECTION_CONFLICT: [
    'transient',
    'Another run of detection is at work for this tenant; nothing to do.',
  ],
  DETECTION_SETTINGS: [
    'permanent',
    'Correct the entry "detection" of the tenant in tenants.json and deploy the shared stack again.',
  ],
  DETECTION_STATE: [
    'permanent',
    'The item was changed by something else; delete it from the detection table, and what was remembered of this entity begins anew.',
  ],
  DETECTION_TENANT: [
    'permanent',
    'Invoke the detector with {"tenant": "acme"}, as the rule of each tenant does.',
  ],
  ENVELOPE_INVALID: [
    'permanent',
    'Something other than the poller wrote to the queue, or the message was damaged; look at it in the dead-letter queue.',
  ],
  GAP_CURSOR_REFUSED: [
    'permanent',
    'Auth0 did not accept the cursor, so events from the time of the gap may be missing; compare with the logs in the Auth0 dashboard while they are there.',
  ],
  GAP_RETENTION_PASSED: [
    'permanent',
    'The collector was away for longer than Auth0 keeps log events; what lies in the gap can not be had any more. Find out why it was away.',
  ],
  LAKE_CONFLICT: ['transient', 'Another compaction of this tenant is under way; nothing to do.'],
  LAKE_HOLES: [
    'permanent',
    'Too many batches are not stored: redrive the dead-letter queue and mend what the archive lacks, then the lake goes on by itself.',
  ],
  LAKE_PSEUDONYM_KEY: [
    'permanent',
    'Put a random text of at least 32 characters into the pseudonym secret and let the role of the compactor read it.',
  ],
  LAKE_TENANT: [
    'permanent',
    'Invoke the compactor with {"tenant": "acme"}, as the rule of each tenant does.',
  ],
  SEARCH_FAILED: [
    'permanent',
    'Read the reason that Athena gives; permissions on workgroup, database and bucket are the usual one.',
  ],
  SEARCH_TIMEOUT: [
    'transient',
    'The search was stopped; search a shorter time with --from and --to, or one tenant with --tenant.',
  ],
  UNEXPECTED: ['permanent', 'This is a defect of the collector; report it with the message.'],
} as const satisfies Record<string, readonly [FailureKind, string]>;

export type FailureKind = 'permanent' | 'transient' | 'throttled';
export type FailureCode = keyof typeof FAILURES;

export const FAILURE_CODES = Object.keys(FAILURES) as readonly FailureCode[];

/** What to do about a failure, in one or two sentences. */
export const remedyOf = (code: FailureCode): string => FAILURES[code][1];

export interface FailureOptions {
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A failure with a name: the message says what is wrong and where, the remedy what to do. */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';
  readonly code: FailureCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get kind(): FailureKind {
    return FAILURES[this.code][0];
  }

  get remedy(): string {
    return remedyOf(this.code);
  }
}

/** Gives any thrown value a name; what nobody foresaw is permanent, so that a defect can't loop. */
export function asCollectorError(thrown: unknown): CollectorError {
  if (thrown instanceof CollectorError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CollectorError('UNEXPECTED', message, { cause: thrown });
}
