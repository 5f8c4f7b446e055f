/**
 * Every name and every setting that the stacks and the running code must agree on.
 * The stacks, the handlers and the embedded run all read it here, so they can't drift apart.
 */

export const PRODUCT = 'Auth0Collector';
export const METRICS_NAMESPACE = 'Auth0Collector';

/** Environment variables of the handlers. */
export const ENV = {
  tenant: 'TENANT',
  auth0Domain: 'AUTH0_DOMAIN',
  canonicalDomain: 'CANONICAL_DOMAIN',
  credentialsSecretArn: 'CREDENTIALS_SECRET_ARN',
  collectionStart: 'COLLECTION_START',
  auth0Plan: 'AUTH0_PLAN',
  rateShare: 'RATE_SHARE',
  audit: 'AUDIT',
  collectionTable: 'COLLECTION_TABLE',
  queueUrl: 'QUEUE_URL',
  bucket: 'BUCKET',
  lakeLayout: 'LAKE_LAYOUT',
  securityLake: 'SECURITY_LAKE',
  pseudonymSecretArn: 'PSEUDONYM_SECRET_ARN',
  httpsProxyUrl: 'HTTPS_PROXY_URL',
  detectionTable: 'DETECTION_TABLE',
  incidentTopicArn: 'INCIDENT_TOPIC_ARN',
  incidentBus: 'INCIDENT_BUS',
  securityHubProductArn: 'SECURITY_HUB_PRODUCT_ARN',
  detectionSettingsFile: 'DETECTION_SETTINGS_FILE',
  detectorName: 'DETECTOR_NAME',
} as const;

/** A tenant's name: it becomes a partition key, a part of object keys and of stack names. */
export const TENANT_NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** A bare host name of at least two labels: no scheme, port, path or trailing dot. */
export const DOMAIN_PATTERN =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Hosts that Auth0 itself hands out; any other host is a custom domain. */
export const AUTH0_OWNED_PATTERN = /\.auth0(?:app)?\.com$/;

/** Where an HTTP proxy listens: no credentials, path or query. */
export const PROXY_URL_PATTERN = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$/;

/** A day or a moment in UTC, or all that Auth0 still has. */
export const COLLECTION_START_PATTERN =
  /^(?:oldest|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?)$/;

/** Auth0's plans, which differ in how long Auth0 keeps log events and in the rate limit. */
export const PLAN_NAMES = ['free', 'essentials', 'professional', 'enterprise'] as const;
export type PlanName = (typeof PLAN_NAMES)[number];

/** How long Auth0 keeps log events, by plan (docs: "Log Data Retention"). */
export const RETENTION_DAYS: Readonly<Record<PlanName, number>> = {
  free: 1,
  essentials: 5,
  professional: 10,
  enterprise: 30,
};

/** The part of the tenant's rate limit that the collector may draw; the rest is the customer's. */
export const RATE_SHARE_DEFAULT = 0.5;

/** Which settled batches are read again and compared: every one, one in ten, or none. */
export const AUDIT_MODES = ['all', 'sample', 'off'] as const;
export type AuditMode = (typeof AUDIT_MODES)[number];
export const AUDIT_MODE_DEFAULT: AuditMode = 'all';

/** The collection table: one partition per tenant, one item per checkpoint, ledger row, gap. */
export const TABLE = {
  partitionKey: 'tenant',
  sortKey: 'item',
  checkpointItem: 'checkpoint',
  compactionItem: 'compaction',
  detectionItem: 'detection',
  tokenItem: 'token',
  backfillItem: 'backfill',
  ledgerPrefix: 'batch#',
  gapPrefix: 'gap#',
} as const;

/** The detection table: one partition per entity. Items go some time after `expiry` (UNIX seconds). */
export const DETECTION_TABLE = {
  partitionKey: 'entity',
  sortKey: 'item',
  expiry: 'expiresAt',
} as const;

/** Outputs of the shared stack that the operator's command and other stacks look for. */
export const STACK_OUTPUT = {
  collectionTable: 'CollectionTable',
  bucket: 'BucketName',
  detectionTable: 'DetectionTable',
  incidentTopicArn: 'IncidentTopicArn',
  incidentBus: 'IncidentBusName',
  athenaWorkgroup: 'AthenaWorkgroup',
  lakeDatabase: 'LakeDatabase',
  pseudonymSecretArn: 'PseudonymSecretArn',
} as const;

/** Top-level prefixes of the bucket. */
export const PREFIX = {
  archive: 'archive/',
  overflow: 'overflow/',
  quarantine: 'quarantine/',
  incidents: 'incidents/',
  lake: 'lake/',
  athenaResults: 'athena-results/',
} as const;

/** What search on AWS is called: Glue's database and the workgroup of Athena. */
export const LAKE = { database: 'auth0_collector', workgroup: PRODUCT } as const;

/** How often a tenant's rule fires unless its stack says otherwise. */
export const POLL_INTERVAL_MINUTES_DEFAULT = 5;

/**
 * The poller may run almost as long as Lambda allows, so that a backlog is read in one go and the
 * next tick (which ends as `locked` meanwhile) is only the fallback.
 */
export const POLLER = { timeoutSeconds: 840, memoryMb: 512 } as const;

/**
 * What the C library of the poller reads at its start: how many arenas the threads of a process may
 * take memory from. Freed buffers are given back sooner from few, and the poller's threads seldom meet.
 * Source: mallopt(3).
 */
export const POLLER_ALLOCATOR = { MALLOC_ARENA_MAX: '2' } as const;

/** `batchSize` messages reach one ingest invocation; each message is one batch of events. */
export const INGEST = { timeoutSeconds: 60, memoryMb: 512, batchSize: 10 } as const;

/**
 * One invocation brings one tenant's new batches into the lake; the rule of the tenant names it. The
 * lake is one hour behind by design, and one more behind a batch that is not stored; then it is late.
 */
export const COMPACTOR = {
  timeoutSeconds: 600,
  memoryMb: 512,
  intervalMinutes: 60,
  lateSeconds: 3 * 3600,
} as const;

/** One invocation looks at one tenant's new batches; ingest asks for it, and a rule now and then. */
export const DETECTOR = { timeoutSeconds: 300, memoryMb: 512, intervalMinutes: 15 } as const;

/** One invocation answers one look at the dashboard; people wait for it. */
export const CONSOLE = { timeoutSeconds: 30, memoryMb: 512 } as const;

export const QUEUE = {
  /** AWS asks for at least six times the timeout of the function that reads the queue. */
  visibilityTimeoutSeconds: 6 * INGEST.timeoutSeconds,
  retentionDays: 14,
  maxReceiveCount: 5,
  /** The limit of SQS since 2025: 1 MiB per message. */
  messageBytesMax: 1_048_576,
} as const;

/** Where the lake's objects go: its own layout alone, or that of Amazon Security Lake as well. */
export const LAKE_LAYOUTS = ['own', 'security-lake'] as const;
export type LakeLayout = (typeof LAKE_LAYOUTS)[number];

/** Where a custom source of Amazon Security Lake is: its bucket, its name there, its partition. */
export const SECURITY_LAKE_PATTERNS = {
  bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  source: /^[A-Za-z0-9_-]{1,40}$/,
  region: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
  accountId: /^(?:\d{12}|external(?:_[A-Za-z0-9-]{1,40})?)$/,
} as const;

/** What a credentials secret holds until somebody fills it in. */
export const SECRET_PLACEHOLDER = 'not set yet';

/**
 * Metrics, all per tenant, in {@link METRICS_NAMESPACE}: what alarms watch and the dashboard shows.
 * CloudWatch bills each for the hours in which it gets values, so a tenant with nothing to tell
 * publishes none; all other figures are fields of the summary lines.
 */
export const METRIC = {
  eventsFetched: 'EventsFetched',
  eventsDuplicate: 'EventsDuplicate',
  eventsQuarantined: 'EventsQuarantined',
  pollLagSeconds: 'PollLagSeconds',
  hoursToLoss: 'HoursToLoss',
  gaps: 'Gaps',
  auditDifferences: 'AuditDifferences',
  throttles: 'Throttles',
  errors: 'Errors',
  credentialErrors: 'CredentialErrors',
  lakeLagSeconds: 'LakeLagSeconds',
  lakeHoles: 'LakeHoles',
  incidents: 'Incidents',
  incidentsUnpublished: 'IncidentsUnpublished',
} as const;

export const DIMENSION = { tenant: 'Tenant' } as const;
