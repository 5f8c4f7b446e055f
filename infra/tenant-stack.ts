import { CfnCondition, CfnOutput, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { PRODUCT } from '../lambda/platform/names.ts';
import type { AlarmSettings } from './constructs/alarms.ts';
import { Auth0Tenant, type SharedResources } from './constructs/auth0-tenant.ts';
import { TenantQueries } from './constructs/saved-queries.ts';
import { TenantAlarms } from './constructs/tenant-alarms.ts';
import { TenantCounts } from './constructs/tenant-counts.ts';
import type { Network } from './network.ts';
import { addTenantParameters } from './tenant-parameters.ts';
import type { TenantSettings } from './tenants.ts';

/** Settings of a {@link TenantStack}. */
export interface TenantStackProps extends StackProps, AlarmSettings {
  /** The shared part that this tenant's events go to. */
  readonly shared: SharedResources & { readonly ingest: { readonly logGroup: ILogGroup } };
  /** The tenant's entry in `tenants.json`: the defaults of the stack's parameters. */
  readonly settings: TenantSettings;
  /** How the poller reaches AWS and Auth0. @default directly, from Lambda's own network */
  readonly network?: Network;
}

/** The id of the stack of one tenant. */
export function tenantStackId(tenantName: string): string {
  return `${PRODUCT}-${tenantName}`;
}

/** The stack of one tenant, which its parameters can change without touching any other. */
export class TenantStack extends Stack {
  /** The tenant's rule, poller and credentials. */
  readonly tenant: Auth0Tenant;

  constructor(scope: Construct, id: string, props: TenantStackProps) {
    const { shared, settings, network, topicArn, runbookUrl, ...stackProps } = props;
    super(scope, id, {
      description: `Auth0 log collector: the tenant ${settings.name}`,
      ...stackProps,
    });
    const parameters = addTenantParameters(this, settings);
    const isEnabled = new CfnCondition(this, 'IsEnabled', {
      expression: Fn.conditionEquals(parameters.Enabled.valueAsString, 'true'),
    });
    this.tenant = new Auth0Tenant(this, 'Tenant', {
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
      network,
      logRetention: parameters.LogRetentionDays.valueAsNumber,
    });
    const { poller, rule, credentialsSecretArn } = this.tenant;
    new TenantAlarms(this, 'Alarms', {
      tenantName: settings.name,
      poller,
      pollIntervalMinutes: parameters.PollIntervalMinutes.valueAsNumber,
      onlyIf: isEnabled,
      ...(topicArn !== undefined && { topicArn }),
      ...(runbookUrl !== undefined && { runbookUrl }),
    });
    new TenantCounts(this, 'Counts', {
      logGroupName: poller.logGroup.logGroupName,
      plan: parameters.Auth0Plan.valueAsString,
    });
    new TenantQueries(this, 'Queries', {
      tenantName: settings.name,
      pollerLogGroupName: poller.logGroup.logGroupName,
      ingestLogGroupName: shared.ingest.logGroup.logGroupName,
    });
    const outputs = {
      PollerName: ['The function that polls', poller.functionName],
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
