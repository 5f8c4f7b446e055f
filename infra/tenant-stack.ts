import {
  CfnCondition,
  CfnOutput,
  CfnParameter,
  type CfnParameterProps,
  Fn,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  AUDIT_MODES,
  COLLECTION_START_PATTERN,
  DOMAIN_PATTERN,
  PLAN_NAMES,
  PRODUCT,
} from '../lambda/platform/names.ts';
import { type SharedResources, Tenant } from './constructs/tenant.ts';
import {
  LOG_RETENTIONS_DAYS,
  POLL_INTERVALS_MINUTES,
  RATE_SHARE_PATTERN,
  SECRET_ARN_PATTERN,
  type TenantSettings,
} from './tenants.ts';

/** Settings of a {@link TenantStack}. */
export interface TenantStackProps extends StackProps {
  /** The shared part that this tenant's events go to. */
  readonly shared: SharedResources;
  /** The tenant's entry in `tenants.json`: the defaults of the stack's parameters. */
  readonly settings: TenantSettings;
}

/** The id of the stack of one tenant. */
export function tenantStackId(tenantName: string): string {
  return `${PRODUCT}-${tenantName}`;
}

/** The stack of one tenant, which its parameters can change without touching any other. */
export class TenantStack extends Stack {
  /** The tenant's rule, poller and credentials. */
  readonly tenant: Tenant;

  constructor(scope: Construct, id: string, props: TenantStackProps) {
    const { shared, settings, ...stackProps } = props;
    super(scope, id, {
      description: `Auth0 log collector: the tenant ${settings.name}`,
      ...stackProps,
    });
    const parameters = tenantParameters(this, settings);
    const isEnabled = new CfnCondition(this, 'IsEnabled', {
      expression: Fn.conditionEquals(parameters.Enabled.valueAsString, 'true'),
    });
    this.tenant = new Tenant(this, 'Tenant', {
      shared,
      tenantName: settings.name,
      auth0Domain: parameters.Auth0Domain.valueAsString,
      canonicalDomain: parameters.CanonicalDomain.valueAsString,
      credentialsSecretArn: parameters.CredentialsSecretArn.valueAsString,
      pollIntervalMinutes: parameters.PollIntervalMinutes.valueAsNumber,
      collectionStart: parameters.CollectionStart.valueAsString,
      plan: parameters.Auth0Plan.valueAsString,
      rateShare: parameters.RateShare.valueAsString,
      audit: parameters.Audit.valueAsString,
      enabled: isEnabled,
      logRetention: parameters.LogRetentionDays.valueAsNumber,
    });
    const { poller, rule, credentialsSecretArn } = this.tenant;
    const outputs = {
      LogGroup: ['The log of the poller', poller.logGroup.logGroupName],
      RuleName: ['The rule that invokes the poller', rule.ruleName],
      SecretArn: ['The secret that holds the credentials', credentialsSecretArn],
    } as const;
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
    acknowledgeFindings(this);
  }
}

function acknowledgeFindings(stack: TenantStack): void {
  Validations.of(stack).acknowledge({
    id: 'CloudFormation-Validate::W1001',
    reason: 'The output names the made secret only under the condition that makes it',
  });
  Validations.of(stack).acknowledge({
    id: 'CloudFormation-Validate::W2509',
    reason: 'CredentialsSecretArn is where the credentials are, not the credentials',
  });
}

type ParameterName = keyof ReturnType<typeof parameterProps>;

function tenantParameters(
  stack: TenantStack,
  settings: TenantSettings,
): Record<ParameterName, CfnParameter> {
  const entries = Object.entries(parameterProps(settings)).map(
    ([name, props]) => [name, new CfnParameter(stack, name, props)] as const,
  );
  return Object.fromEntries(entries) as Record<ParameterName, CfnParameter>;
}

/**
 * A stack that exists keeps its parameters' values: `cdk deploy` hands a changed default to it only
 * with `--no-previous-parameters`.
 */
function parameterProps(settings: TenantSettings) {
  return {
    ...identityParameters(settings),
    ...pollingParameters(settings),
  };
}

function identityParameters(settings: TenantSettings) {
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

function pollingParameters(settings: TenantSettings) {
  return {
    PollIntervalMinutes: {
      type: 'Number',
      description: 'Minutes from one poll to the next',
      default: settings.pollIntervalMinutes,
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
    Enabled: {
      description: 'Whether the tenant is polled',
      default: String(settings.enabled),
      allowedValues: ['true', 'false'],
      constraintDescription: 'must be true or false',
    },
    LogRetentionDays: {
      type: 'Number',
      description: "Days that the poller's log is kept",
      default: settings.logRetentionDays,
      allowedValues: LOG_RETENTIONS_DAYS.map(String),
      constraintDescription: `must be one of ${LOG_RETENTIONS_DAYS.join(', ')}`,
    },
  } satisfies Record<string, CfnParameterProps>;
}

function orEmpty(pattern: RegExp): string {
  return `^$|${pattern.source}`;
}
