import {
  CfnCondition,
  Duration,
  Fn,
  RemovalPolicy,
  SecretValue,
  Token,
  Validations,
} from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type CfnRule, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  AUDIT_MODE_DEFAULT,
  COMPACTOR,
  DETECTOR,
  ENV,
  POLL_INTERVAL_MINUTES_DEFAULT,
  POLLER,
  POLLER_ALLOCATOR,
  PREFIX,
  RATE_SHARE_DEFAULT,
  SECRET_PLACEHOLDER,
  TABLE,
  TENANT_NAME_PATTERN,
} from '../../lambda/platform/names.ts';
import { caCertificateFileOf, httpsProxyOf, type Network, vpcOf } from '../network.ts';
import { keyStatements } from './encryption.ts';
import { HouseFunction } from './house-function.ts';
import { TenantTurns } from './turns.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** What a tenant needs of the shared part; a {@link Auth0Collector} has all of it. */
export interface SharedResources {
  /** Checkpoints and ledger, one partition per tenant. */
  readonly table: Pick<ITable, 'tableArn' | 'tableName'>;
  /** Where the poller sends its batches. */
  readonly queue: Pick<IQueue, 'queueArn' | 'queueUrl'>;
  /** Where the poller puts a batch that is too large for the queue. */
  readonly bucket: Pick<IBucket, 'arnForObjects' | 'bucketName'>;
  /** Brings what is archived into the lake. */
  readonly compactor: Pick<IFunction, 'functionArn'>;
  /** Raises incidents from what is archived. */
  readonly detector: Pick<IFunction, 'functionArn'>;
  /** The key of all that, and of what the tenant adds. @default keys that AWS manages */
  readonly encryptionKey?: IKey | undefined;
}

/** Settings of an {@link Auth0Tenant}; those that say so may be stack parameters. */
export interface Auth0TenantProps {
  /** The shared part that this tenant's events go to. */
  readonly shared: SharedResources;
  /** The tenant's name: its partition key, and a part of its object keys. */
  readonly tenantName: string;
  /** The host that answers for the tenant, such as `acme.us.auth0.com`; may be a parameter. */
  readonly auth0Domain: string;
  /** Auth0's own host of the tenant, when `auth0Domain` is a custom one; may be a parameter. @default '' */
  readonly canonicalDomain?: string;
  /**
   * The whole ARN of the secret with the credentials. May be a parameter, and then also be empty.
   * @default a secret is made, to be filled in
   */
  readonly credentialsSecretArn?: string;
  /** Minutes from one tick to the next; may be a parameter. @default 5 */
  readonly pollIntervalMinutes?: number;
  /** The moment to collect from, or `oldest`; may be a parameter. @default '' the newest event */
  readonly collectionStart?: string;
  /** The tenant's Auth0 plan; may be a parameter. */
  readonly plan: string;
  /** The part of Auth0's rate limit that the poller may use; may be a parameter. @default '0.5' */
  readonly rateShare?: string;
  /** Which settled batches are read again and compared: `all`, `sample` or `off`. */
  readonly audit?: string;
  /** Whether the rule fires; a condition decides it at deployment. @default true */
  readonly enabled?: boolean | CfnCondition;
  /** How long the poller's log is kept; may be a parameter. @default one month */
  readonly logRetention?: RetentionDays;
  /** How the poller reaches AWS and Auth0. @default directly, from Lambda's own network */
  readonly network?: Network | undefined;
}

/**
 * One Auth0 tenant: a rule that ticks, the poller that it invokes, the credentials, and the tenant's
 * turns in the functions that all tenants share.
 */
export class Auth0Tenant extends Construct {
  /** Collects the tenant's events. */
  readonly poller: HouseFunction;
  /** Invokes the poller. */
  readonly rule: Rule;
  /** The ARN of the secret in use, given or made. */
  readonly credentialsSecretArn: string;

  constructor(scope: Construct, id: string, props: Auth0TenantProps) {
    super(scope, id);
    if (!TENANT_NAME_PATTERN.test(props.tenantName)) {
      throw new Error(
        `The tenant name "${props.tenantName}" must match ${TENANT_NAME_PATTERN.source}.`,
      );
    }
    const { encryptionKey } = props.shared;
    const network = props.network ?? {};
    this.credentialsSecretArn = credentialsSecretArn(this, props);
    const statements = [
      ...pollerStatements(props, this.credentialsSecretArn),
      ...keyStatements(this, encryptionKey, ['table', 'sendToQueue', 'writeObjects', 'readSecret']),
    ];
    this.poller = new HouseFunction(this, 'Poller', {
      description: `Collects the log events of the Auth0 tenant ${props.tenantName}`,
      entry: 'lambda/poller.ts',
      serviceName: 'poller',
      timeoutSeconds: POLLER.timeoutSeconds,
      memoryMb: POLLER.memoryMb,
      environment: {
        ...pollerEnvironment(props, this.credentialsSecretArn),
        ...POLLER_ALLOCATOR,
      },
      statements,
      encryptionKey,
      vpc: vpcOf(network),
      caCertificateFile: caCertificateFileOf(network),
      ...(props.logRetention !== undefined && { logRetention: props.logRetention }),
    });
    acknowledgeWildcards(
      this,
      statements,
      "Objects are named after their batches, so their names are not known before; the wildcard ends at the tenant's own prefix.",
    );
    // The next tick is the retry: it goes on from the checkpoint, so a late second attempt at this
    // one could only wait for the same lease.
    const retry = { retryAttempts: 0, maxEventAge: Duration.minutes(5) };
    this.poller.configureAsyncInvoke(retry);
    this.rule = new Rule(this, 'Rule', {
      description: `Polls the Auth0 tenant ${props.tenantName}`,
      schedule: everyMinutes(this, props.pollIntervalMinutes ?? POLL_INTERVAL_MINUTES_DEFAULT),
      targets: [new LambdaFunction(this.poller, retry)],
    });
    (this.rule.node.defaultChild as CfnRule).state = ruleState(props.enabled ?? true);
    addTurns(this, props);
  }
}

/** They go on while the tenant is paused: what was collected has yet to reach the lake. */
function addTurns(scope: Construct, { shared, tenantName }: Auth0TenantProps): void {
  new TenantTurns(scope, 'Compaction', {
    description: `Brings the events of the Auth0 tenant ${tenantName} into the lake`,
    target: shared.compactor,
    tenantName,
    intervalMinutes: COMPACTOR.intervalMinutes,
  });
  new TenantTurns(scope, 'Detection', {
    description: `Looks for incidents in the events of the Auth0 tenant ${tenantName}`,
    target: shared.detector,
    tenantName,
    intervalMinutes: DETECTOR.intervalMinutes,
  });
}

function pollerEnvironment(props: Auth0TenantProps, secretArn: string): Record<string, string> {
  const httpsProxy = httpsProxyOf(props.network ?? {});
  return {
    [ENV.tenant]: props.tenantName,
    [ENV.auth0Domain]: props.auth0Domain,
    [ENV.canonicalDomain]: props.canonicalDomain ?? '',
    [ENV.credentialsSecretArn]: secretArn,
    [ENV.collectionStart]: props.collectionStart ?? '',
    [ENV.auth0Plan]: props.plan,
    [ENV.rateShare]: props.rateShare ?? String(RATE_SHARE_DEFAULT),
    [ENV.audit]: props.audit ?? AUDIT_MODE_DEFAULT,
    ...(httpsProxy !== undefined && { [ENV.httpsProxyUrl]: httpsProxy }),
    [ENV.collectionTable]: props.shared.table.tableName,
    [ENV.queueUrl]: props.shared.queue.queueUrl,
    [ENV.bucket]: props.shared.bucket.bucketName,
  };
}

function pollerStatements(props: Auth0TenantProps, secretArn: string): PolicyStatement[] {
  const { table, queue, bucket } = props.shared;
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      resources: [table.tableArn],
      // One table for all tenants, so it is this that keeps a poller out of another's state.
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [props.tenantName] } },
    }),
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [
        bucket.arnForObjects(`${PREFIX.overflow}${TABLE.partitionKey}=${props.tenantName}/*`),
      ],
    }),
  ];
}

/** The given ARN, or that of a secret made here; which of them may be known only at deployment. */
function credentialsSecretArn(scope: Construct, props: Auth0TenantProps): string {
  const given = props.credentialsSecretArn ?? '';
  if (!Token.isUnresolved(given)) return given || placeholderSecret(scope, props).secretArn;
  const isMissing = new CfnCondition(scope, 'MakesSecret', {
    expression: Fn.conditionEquals(given, ''),
  });
  const made = placeholderSecret(scope, props);
  (made.node.defaultChild as CfnSecret).cfnOptions.condition = isMissing;
  return Fn.conditionIf(isMissing.logicalId, made.secretArn, given).toString();
}

function placeholderSecret(scope: Construct, props: Auth0TenantProps): Secret {
  const { encryptionKey } = props.shared;
  const secret = new Secret(scope, 'Credentials', {
    description: `Client id and secret for the logs of the Auth0 tenant ${props.tenantName}`,
    // CloudFormation writes this when it makes the secret, and again if this text ever changes:
    // then it would overwrite the credentials that were filled in since.
    secretStringValue: SecretValue.unsafePlainText(
      JSON.stringify({ clientId: SECRET_PLACEHOLDER, clientSecret: SECRET_PLACEHOLDER }),
    ),
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Auth0 issues the credentials, so Secrets Manager can not make new ones; the poller takes up a secret that was changed by hand by itself.',
  });
  return secret;
}

/** EventBridge wants `1 minute` but `2 minutes`, and refuses the other way round. */
function everyMinutes(scope: Construct, minutes: number): Schedule {
  if (!Token.isUnresolved(minutes)) return Schedule.rate(Duration.minutes(minutes));
  const everyMinute = new CfnCondition(scope, 'EveryMinute', {
    expression: Fn.conditionEquals(minutes, '1'),
  });
  const plural = Fn.join('', ['rate(', Token.asString(minutes), ' minutes)']);
  return Schedule.expression(
    Fn.conditionIf(everyMinute.logicalId, 'rate(1 minute)', plural).toString(),
  );
}

function ruleState(enabled: boolean | CfnCondition): string {
  if (typeof enabled === 'boolean') return enabled ? 'ENABLED' : 'DISABLED';
  return Fn.conditionIf(enabled.logicalId, 'ENABLED', 'DISABLED').toString();
}
