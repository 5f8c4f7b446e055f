import { CfnParameter, type CfnParameterProps, type Stack } from 'aws-cdk-lib';
import {
  AUDIT_MODES,
  COLLECTION_START_PATTERN,
  DOMAIN_PATTERN,
  PLAN_NAMES,
} from '../lambda/platform/names.ts';
import {
  LOG_RETENTIONS_DAYS,
  POLL_INTERVALS_MINUTES,
  RATE_SHARE_PATTERN,
  SECRET_ARN_PATTERN,
  type TenantSettings,
} from './tenants.ts';

/** How the console shows the parameters: their groups, and what each is called there. */
const GROUPS = {
  Auth0: {
    Auth0Domain: 'Domain',
    CanonicalDomain: 'Canonical domain',
    CredentialsSecretArn: 'Secret with the credentials',
    Auth0Plan: 'Plan',
  },
  Collection: {
    CollectionStart: 'Start of the collection',
    PollIntervalMinutes: 'Poll interval (minutes)',
    RateShare: 'Share of the rate limit',
    Audit: 'Audit',
  },
  Operation: {
    Enabled: 'Enabled',
    LogRetentionDays: 'Retention of the log (days)',
  },
} as const;

type Groups = typeof GROUPS;

/** The names of the parameters of a tenant's stack. */
export type ParameterName = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups];

/** Gives a stack the parameters of a tenant, with the tenant's settings as their defaults. */
export function addTenantParameters(
  stack: Stack,
  settings: TenantSettings,
): Record<ParameterName, CfnParameter> {
  stack.templateOptions.metadata = {
    ...stack.templateOptions.metadata,
    'AWS::CloudFormation::Interface': {
      ParameterGroups: Object.entries(GROUPS).map(([group, labels]) => ({
        Label: { default: group },
        Parameters: Object.keys(labels),
      })),
      ParameterLabels: Object.fromEntries(
        Object.values(GROUPS)
          .flatMap((labels) => Object.entries(labels))
          .map(([name, label]) => [name, { default: label }]),
      ),
    },
  };
  const entries = Object.entries(parameterProps(settings)).map(
    ([name, props]) => [name, new CfnParameter(stack, name, props)] as const,
  );
  return Object.fromEntries(entries) as Record<ParameterName, CfnParameter>;
}

/**
 * A stack that exists keeps its parameters' values: `cdk deploy` hands a changed default to it only
 * with `--no-previous-parameters`.
 */
function parameterProps(settings: TenantSettings): Record<ParameterName, CfnParameterProps> {
  return {
    ...auth0Parameters(settings),
    ...collectionParameters(settings),
    ...operationParameters(settings),
  };
}

function auth0Parameters(settings: TenantSettings) {
  return {
    Auth0Domain: {
      description: 'Host that answers for the Auth0 tenant, such as acme.us.auth0.com',
      default: settings.domain,
      allowedPattern: DOMAIN_PATTERN.source,
      constraintDescription: 'must be a lower-case host name without https:// and without a path',
    },
    CanonicalDomain: {
      description: "Auth0's own host of the tenant; empty unless Auth0Domain is a custom domain",
      default: settings.canonicalDomain ?? '',
      allowedPattern: orEmpty(DOMAIN_PATTERN),
      constraintDescription: 'must be empty, or a lower-case host name without https://',
    },
    CredentialsSecretArn: {
      description: 'Secret with clientId and clientSecret; empty makes one for you to fill in',
      default: settings.credentialsSecretArn ?? '',
      allowedPattern: orEmpty(SECRET_ARN_PATTERN),
      constraintDescription:
        'must be empty, or the whole ARN of a Secrets Manager secret with the six characters at its end',
    },
    Auth0Plan: {
      description: "The tenant's Auth0 plan, which decides how long Auth0 keeps the logs",
      default: settings.plan,
      allowedValues: [...PLAN_NAMES],
      constraintDescription: `must be one of ${PLAN_NAMES.join(', ')}`,
    },
  } satisfies Record<string, CfnParameterProps>;
}

function collectionParameters(settings: TenantSettings) {
  return {
    PollIntervalMinutes: {
      type: 'Number',
      description: 'Minutes from one poll to the next',
      default: String(settings.pollIntervalMinutes),
      allowedValues: POLL_INTERVALS_MINUTES.map(String),
      constraintDescription: `must be one of ${POLL_INTERVALS_MINUTES.join(', ')}`,
    },
    CollectionStart: {
      description:
        'Moment in UTC that the first poll collects from, or oldest; empty: the newest event',
      default: settings.collectionStart ?? '',
      allowedPattern: orEmpty(COLLECTION_START_PATTERN),
      constraintDescription:
        'must be empty, oldest, or a moment in UTC such as 2026-11-01T00:00:00Z',
    },
    RateShare: {
      description: "Part of Auth0's rate limit that the poller may use",
      default: String(settings.rateShare),
      allowedPattern: RATE_SHARE_PATTERN.source,
      constraintDescription: 'must be from 0.01 to 1, with at most two decimals',
    },
    Audit: {
      description: 'Which settled batches are read again and compared with the ledger',
      default: settings.audit,
      allowedValues: [...AUDIT_MODES],
      constraintDescription: `must be one of ${AUDIT_MODES.join(', ')}`,
    },
  } satisfies Record<string, CfnParameterProps>;
}

function operationParameters(settings: TenantSettings) {
  return {
    Enabled: {
      description: 'Whether the tenant is polled',
      default: String(settings.enabled),
      allowedValues: ['true', 'false'],
      constraintDescription: 'must be true or false',
    },
    LogRetentionDays: {
      type: 'Number',
      description: "Days that the poller's log is kept",
      default: String(settings.logRetentionDays),
      allowedValues: LOG_RETENTIONS_DAYS.map(String),
      constraintDescription: `must be one of ${LOG_RETENTIONS_DAYS.join(', ')}`,
    },
  } satisfies Record<string, CfnParameterProps>;
}

function orEmpty(pattern: RegExp): string {
  return `^$|${pattern.source}`;
}
