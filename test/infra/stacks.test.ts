import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CollectorStack } from '../../infra/collector-stack.ts';
import { Auth0Tenant } from '../../infra/constructs/auth0-tenant.ts';
import { buildStacks } from '../../infra/stacks.ts';
import { parseTenants } from '../../infra/tenants.ts';
import {
  COMPACTOR,
  CONSOLE,
  DETECTION_TABLE,
  DETECTOR,
  ENV,
  INGEST,
  METRICS_NAMESPACE,
  POLLER,
  QUEUE,
  SECRET_PLACEHOLDER,
  TABLE,
} from '../../lambda/platform/names.ts';
import { evaluate, type Resource, type TemplateJson } from './evaluate.ts';
import { appContext, synthesise } from './synthesise.ts';

const SHOP_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/auth0-AbCdEf';
const TENANTS = {
  tenants: [
    { name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' },
    {
      name: 'shop',
      domain: 'login.shop.example',
      canonicalDomain: 'shop.eu.auth0.com',
      credentialsSecretArn: SHOP_SECRET,
      pollIntervalMinutes: 1,
      collectionStart: '2026-11-01T00:00:00Z',
      plan: 'free',
      rateShare: 0.25,
      audit: 'sample',
      enabled: false,
      logRetentionDays: 7,
    },
  ],
};

/** What a reason has to look like at least. */
const SENTENCE = expect.stringMatching(/^[A-Z\w].{40,}/);

let outdir: string;
let nodes: () => IConstruct[];
let assembly: CloudAssembly;
let collector: TemplateJson;
let acme: TemplateJson;
let shop: TemplateJson;
let foreign: TemplateJson;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'stacks-'));
  const app = new App({ outdir, context: appContext() });
  nodes = () => app.node.findAll();
  buildStacks(app, parseTenants(TENANTS));
  foreignStack(app);
  assembly = app.synth();
  const template = (id: string): TemplateJson => assembly.getStackArtifact(id).template;
  collector = template('Auth0Collector');
  acme = template('Auth0Collector-acme');
  shop = template('Auth0Collector-shop');
  foreign = template('Foreign');
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** The construct as another app would use it: with plain values instead of parameters. */
function foreignStack(app: App): void {
  const { collector: shared } = new CollectorStack(app, 'ForeignCollector', {
    tenantNames: ['acme'],
  });
  new Auth0Tenant(new Stack(app, 'Foreign'), 'Tenant', {
    shared,
    tenantName: 'acme',
    auth0Domain: 'acme.us.auth0.com',
    plan: 'free',
    pollIntervalMinutes: 1,
    enabled: false,
  });
}

function resources(template: TemplateJson, type: string): Resource[] {
  return Object.values(template.Resources).filter(({ Type }) => Type === type);
}

/** The only resource of a type, its conditions and parameters worked out. */
function only(template: TemplateJson, type: string, given?: Record<string, string>) {
  const found = resources(template, type);
  expect(found.map(({ Type }) => Type)).toEqual([type]);
  return evaluate(template, found[0]?.Properties, given) as Record<string, unknown>;
}

/** The functions of a stack by what they call themselves. */
function functionNamed(template: TemplateJson, service: string): Record<string, unknown> {
  const [found, ...others] = resources(template, 'AWS::Lambda::Function').filter(
    ({ Properties }) => variablesOf(Properties)['POWERTOOLS_SERVICE_NAME'] === service,
  );
  if (found === undefined || others.length > 0) throw new Error(`Not one function: ${service}`);
  return evaluate(template, found.Properties) as Record<string, unknown>;
}

const variablesOf = ({ Environment }: Record<string, unknown>): Record<string, unknown> =>
  (Environment as { Variables: Record<string, unknown> }).Variables;

const environment = (template: TemplateJson, service = 'poller'): Record<string, unknown> =>
  variablesOf(functionNamed(template, service));

/** The rule of a tenant with such a description. */
function rule(template: TemplateJson, description: RegExp, given?: Record<string, string>) {
  const [found, ...others] = resources(template, 'AWS::Events::Rule').filter(({ Properties }) =>
    description.test(String(Properties['Description'])),
  );
  if (found === undefined || others.length > 0) throw new Error(`Not one rule: ${description}`);
  return evaluate(template, found.Properties, given) as Record<string, unknown>;
}

const POLLS = /^Polls /;

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the policies of a stack's roles allow; of a function's own role, if one is named. */
function allowed(template: TemplateJson, service?: string): Statement[] {
  const role = service && (functionNamed(template, service)['Role'] as GetAtt);
  const policies = resources(template, 'AWS::IAM::Policy').filter(
    ({ Properties }) => !role || isSame(Properties['Roles'], [{ Ref: role['Fn::GetAtt'][0] }]),
  );
  return policies.flatMap(
    ({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
}

interface GetAtt {
  readonly 'Fn::GetAtt': readonly [id: string, attribute: string];
}
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

function actions(template: TemplateJson, service: string): string[] {
  return allowed(template, service)
    .flatMap(({ Action }) => Action)
    .sort();
}

/** What a function may do to which resources: a line for each pair, sorted. */
function grants(template: TemplateJson, service: string): string[] {
  return allowed(template, service)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => asList(Resource).map((one) => `${action} ${inWords(template, one)}`)),
    )
    .filter((line) => !line.startsWith('logs:'))
    .sort();
}

const asList = (resource: unknown): unknown[] => [resource].flat();

/** A resource by its type and the id that its construct was given, with what follows it. */
function inWords(template: TemplateJson, resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, Ref } = resource as Reference;
  if (join !== undefined) return join[1].map((part) => inWords(template, part)).join('');
  const id = Ref ?? attribute?.[0] ?? '';
  const type = template.Resources[id]?.Type.split('::').at(-1);
  return type === undefined ? id : `${type}(${id.replace(/^Collector|[0-9A-F]{8}$/g, '')})`;
}

interface Reference extends Partial<GetAtt> {
  readonly Ref?: string;
  readonly 'Fn::Join'?: readonly [separator: string, parts: readonly unknown[]];
}

interface LifecycleRule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/** What the checks found in an app and nobody gave a reason for. */
function violations(folder: string): Violation[] {
  const report = readFileSync(join(folder, 'validation-report.json'), 'utf8');
  const { pluginReports } = JSON.parse(report) as { pluginReports: { violations: Violation[] }[] };
  expect(pluginReports).not.toEqual([]);
  return pluginReports.flatMap((plugin) => plugin.violations);
}

describe('the app', () => {
  test('has the shared stack and one stack per tenant', () => {
    const ids = assembly.stacks.map(({ id }) => id).filter((id) => !id.startsWith('Foreign'));
    expect(ids.sort()).toEqual(['Auth0Collector', 'Auth0Collector-acme', 'Auth0Collector-shop']);
  });

  test('deploys the shared stack before the tenants', () => {
    const before = assembly.getStackArtifact('Auth0Collector-acme').dependencies;
    expect(before.map(({ id }) => id)).toContain('Auth0Collector');
  });

  test('is synthesised without a finding', () => {
    expect(violations(outdir)).toEqual([]);
  });

  test('is not synthesised with a finding that nobody gave a reason for', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'stacks-'));
    try {
      const app = new App({ outdir: scratch, context: appContext() });
      buildStacks(app, parseTenants(TENANTS));
      new Queue(new Stack(app, 'Careless'), 'Queue');
      expect(() => app.synth()).toThrow();
      const found = violations(scratch);
      expect(found.map(({ ruleName }) => ruleName)).toContain('AwsSolutions-SQS4');
      const paths = found.flatMap(({ violatingConstructs }) => violatingConstructs);
      expect(paths.filter(({ constructPath }) => constructPath.startsWith('Auth0'))).toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  test('gives a reason for every finding that it lives with', () => {
    const acknowledged = nodes().flatMap(({ node }) =>
      node.metadata.flatMap(({ type, data }) =>
        type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY ? Object.entries(data) : [],
      ),
    );
    expect(acknowledged.length).toBeGreaterThan(5);
    for (const [id, reason] of acknowledged) expect([id, reason]).toEqual([id, SENTENCE]);
  });

  test('tells where things are', () => {
    expect(Object.keys(collector.Outputs ?? {})).toEqual(
      expect.arrayContaining([
        'CollectionTable',
        'QueueUrl',
        'DeadLetterQueueUrl',
        'BucketName',
        'DetectionTable',
        'IncidentTopicArn',
        'IncidentBusName',
        'IngestLogGroup',
        'AthenaWorkgroup',
        'LakeDatabase',
        'CompactorName',
        'CompactorLogGroup',
        'DetectorName',
        'DetectorLogGroup',
      ]),
    );
    expect(Object.keys(acme.Outputs ?? {})).toEqual([
      'PollerName',
      'LogGroup',
      'RuleName',
      'SecretArn',
    ]);
    const secret = evaluate(shop, shop.Outputs?.['SecretArn']?.Value);
    expect(secret).toBe(SHOP_SECRET);
  });
});

describe('the stack of a tenant', () => {
  const entry = { name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' };

  test('takes nothing of what was collected with it when it is removed', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue'];
    const types = Object.values(acme.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => kept.includes(type))).toEqual([]);
    expect(types).toContain('AWS::Lambda::Function');
  });

  test('stays as it is when other tenants come', () => {
    const alone = synthesise([entry]).tenants['acme'];
    const beside = synthesise([{ ...entry, name: 'shop' }, entry]).tenants['acme'];
    expect(withoutAssets(beside)).toEqual(withoutAssets(alone));
  });

  test('shares nothing with another one of the same domain', () => {
    const { tenants } = synthesise([entry, { ...entry, name: 'acme-again' }]);
    const [first, second] = [tenants['acme'], tenants['acme-again']];
    if (first === undefined || second === undefined) throw new Error('no stack');
    const [one, other] = [first, second].map((template) => ({
      domain: evaluate(template, environment(template)[ENV.auth0Domain]),
      tenant: environment(template)[ENV.tenant],
      partition: partitionsOf(template),
      secrets: resources(template, 'AWS::SecretsManager::Secret').length,
    }));
    expect(one).toEqual({
      domain: entry.domain,
      tenant: 'acme',
      partition: ['acme'],
      secrets: 1,
    });
    expect(other).toEqual({
      domain: entry.domain,
      tenant: 'acme-again',
      partition: ['acme-again'],
      secrets: 1,
    });
  });

  /** Code that is not bundled is named after what lies in the repository at that moment. */
  const withoutAssets = (template: unknown): string =>
    JSON.stringify(template).replaceAll(/[0-9a-f]{64}\.zip/g, '?.zip');

  const partitionsOf = (template: TemplateJson): unknown[] =>
    allowed(template).flatMap(({ Condition }) => {
      const keys = Condition as Record<string, Record<string, unknown>> | undefined;
      return keys?.['ForAllValues:StringEquals']?.['dynamodb:LeadingKeys'] ?? [];
    });
});

describe('the functions', () => {
  test.each([
    ['ingest', () => collector, INGEST],
    ['compactor', () => collector, COMPACTOR],
    ['detector', () => collector, DETECTOR],
    ['console', () => collector, CONSOLE],
    ['poller', () => acme, POLLER],
  ] as const)('%s runs as all functions here do', (service, template, settings) => {
    expect(functionNamed(template(), service)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: settings.timeoutSeconds,
      MemorySize: settings.memoryMb,
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: service,
          POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
          POWERTOOLS_LOG_LEVEL: 'INFO',
        },
      },
    });
  });

  test('the poller gets every variable that it reads', () => {
    const ours = Object.entries(environment(shop)).filter(
      ([name]) => !/^(POWERTOOLS|MALLOC)/.test(name),
    );
    expect(Object.fromEntries(ours)).toEqual({
      [ENV.tenant]: 'shop',
      [ENV.auth0Domain]: 'login.shop.example',
      [ENV.canonicalDomain]: 'shop.eu.auth0.com',
      [ENV.credentialsSecretArn]: SHOP_SECRET,
      [ENV.collectionStart]: '2026-11-01T00:00:00Z',
      [ENV.auth0Plan]: 'free',
      [ENV.rateShare]: '0.25',
      [ENV.audit]: 'sample',
      [ENV.collectionTable]: expect.anything(),
      [ENV.queueUrl]: expect.anything(),
      [ENV.bucket]: expect.anything(),
    });
  });

  test.each([
    ['ingest', [ENV.bucket, ENV.collectionTable, ENV.detectorName]],
    ['compactor', [ENV.bucket, ENV.collectionTable, ENV.lakeLayout]],
    ['console', [ENV.collectionTable, ENV.detectionTable]],
    [
      'detector',
      [
        ENV.bucket,
        ENV.collectionTable,
        ENV.detectionSettingsFile,
        ENV.detectionTable,
        ENV.incidentBus,
        ENV.incidentTopicArn,
      ],
    ],
  ])('%s gets where it reads and writes, and nothing of any tenant', (service, expected) => {
    const given = environment(collector, service);
    const names = Object.keys(given).filter((name) => !/^POWERTOOLS/.test(name));
    expect(names.sort()).toEqual([...expected].sort());
    expect(JSON.stringify(given)).not.toMatch(/acme|shop/);
  });

  test('keep their logs for the time that is set', () => {
    const shared = resources(collector, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties);
    expect(shared).toMatchObject(Array(4).fill({ RetentionInDays: 30 }));
    expect(only(shop, 'AWS::Logs::LogGroup')).toMatchObject({ RetentionInDays: '7' });
  });
});

describe('the rule', () => {
  test.each([
    [{}, 'rate(5 minutes)'],
    [{ PollIntervalMinutes: '1' }, 'rate(1 minute)'],
    [{ PollIntervalMinutes: '60' }, 'rate(60 minutes)'],
  ])('of acme with %j fires at %s', (given, expression) => {
    expect(rule(acme, POLLS, given)).toMatchObject({
      ScheduleExpression: expression,
      State: 'ENABLED',
    });
  });

  test('of a tenant that is not enabled does not fire', () => {
    expect(rule(shop, POLLS)).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'DISABLED',
    });
  });

  test('leaves the retry to the next tick', () => {
    const noRetry = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 };
    expect(rule(acme, POLLS)).toMatchObject({ Targets: [{ RetryPolicy: noRetry }] });
    expect(only(acme, 'AWS::Lambda::EventInvokeConfig')).toMatchObject(noRetry);
  });

  test('takes plain values from another app', () => {
    expect(foreign.Conditions ?? {}).toEqual({});
    expect(rule(foreign, POLLS)).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'DISABLED',
    });
  });
});

describe('the turns of a tenant in the shared functions', () => {
  test.each([
    ['the lake', /^Brings /, 'Compactor', COMPACTOR, 'rate(1 hour)'],
    ['detection', /^Looks /, 'Detector', DETECTOR, 'rate(15 minutes)'],
  ] as const)(
    'come for %s, and name the tenant',
    (_what, description, target, { intervalMinutes }, rate) => {
      const found = rule(acme, description);
      expect(found).toMatchObject({
        ScheduleExpression: rate,
        State: 'ENABLED',
        Targets: [
          {
            Input: '{"tenant":"acme"}',
            RetryPolicy: {
              MaximumRetryAttempts: 0,
              MaximumEventAgeInSeconds: intervalMinutes * 60,
            },
          },
        ],
      });
      expect(JSON.stringify(found['Targets'])).toMatch(new RegExp(`Output\\w*Collector${target}`));
    },
  );

  test('go on while it is paused', () => {
    const states = [/^Brings /, /^Looks /].map((description) => rule(shop, description)['State']);
    expect(states).toEqual(['ENABLED', 'ENABLED']);
  });

  test('need one permission for all tenants, of rules of this account alone', () => {
    const permissions = resources(collector, 'AWS::Lambda::Permission');
    expect(permissions.map(({ Properties }) => Properties)).toMatchObject(
      Array(2).fill({
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: {
          'Fn::Join': ['', expect.arrayContaining([{ Ref: 'AWS::AccountId' }, ':rule/*'])],
        },
      }),
    );
    expect(resources(acme, 'AWS::Lambda::Permission')).toHaveLength(1);
  });

  test('are not repeated when one fails, for the next goes on where it stopped', () => {
    const settings = resources(collector, 'AWS::Lambda::EventInvokeConfig').map(
      ({ Properties }) => [
        Properties['MaximumRetryAttempts'],
        Properties['MaximumEventAgeInSeconds'],
      ],
    );
    expect(settings).toEqual([
      [0, 3600],
      [0, 900],
    ]);
  });

  test('need no reserved concurrency', () => {
    for (const { Properties } of resources(collector, 'AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });
});

describe('the parameters of a tenant', () => {
  test('are shown in groups, each with a name to read', () => {
    const shown = acme.Metadata?.['AWS::CloudFormation::Interface'];
    const { ParameterGroups, ParameterLabels } = shown as {
      ParameterGroups: { Label: { default: string }; Parameters: string[] }[];
      ParameterLabels: Record<string, { default: string }>;
    };
    expect(ParameterGroups.map(({ Label, Parameters }) => [Label.default, Parameters])).toEqual([
      ['Auth0', ['Auth0Domain', 'CanonicalDomain', 'CredentialsSecretArn', 'Auth0Plan']],
      ['Collection', ['CollectionStart', 'PollIntervalMinutes', 'RateShare', 'Audit']],
      ['Operation', ['Enabled', 'LogRetentionDays']],
    ]);
    const { BootstrapVersion: _, ...parameters } = acme.Parameters ?? {};
    const names = Object.keys(parameters).sort();
    expect(ParameterGroups.flatMap(({ Parameters }) => Parameters).sort()).toEqual(names);
    expect(Object.keys(ParameterLabels).sort()).toEqual(names);
    for (const label of Object.values(ParameterLabels)) {
      expect(label.default).toMatch(/^[A-Z][a-z0-9 ()]+$/);
    }
  });

  test('say what they are and refuse what is wrong', () => {
    const { BootstrapVersion: _, ...parameters } = acme.Parameters ?? {};
    expect(Object.keys(parameters).sort()).toEqual([
      'Audit',
      'Auth0Domain',
      'Auth0Plan',
      'CanonicalDomain',
      'CollectionStart',
      'CredentialsSecretArn',
      'Enabled',
      'LogRetentionDays',
      'PollIntervalMinutes',
      'RateShare',
    ]);
    for (const parameter of Object.values(parameters) as Record<string, unknown>[]) {
      expect(parameter).toMatchObject({
        Description: expect.any(String),
        ConstraintDescription: expect.stringMatching(/^must be /),
      });
      expect(parameter['AllowedPattern'] ?? parameter['AllowedValues']).toBeDefined();
    }
  });

  test('accept their own defaults', () => {
    for (const { Parameters } of [acme, shop]) {
      for (const parameter of Object.values(Parameters ?? {}) as Record<string, unknown>[]) {
        const { AllowedPattern, AllowedValues, Default } = parameter;
        if (AllowedPattern) expect(Default).toMatch(new RegExp(`^(${AllowedPattern})$`));
        if (AllowedValues) expect(AllowedValues).toContain(String(Default));
      }
    }
  });
});

describe('the queue', () => {
  test('gives a batch up to the dead-letter queue after the set tries', () => {
    const template = Template.fromJSON(collector);
    const [deadLetters] = Object.keys(
      template.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: Match.absent() } }),
    );
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] },
        maxReceiveCount: QUEUE.maxReceiveCount,
      },
      VisibilityTimeout: QUEUE.visibilityTimeoutSeconds,
      MaximumMessageSize: QUEUE.messageBytesMax,
    });
    template.allResourcesProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: QUEUE.retentionDays * 86_400,
    });
    expect(QUEUE.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * INGEST.timeoutSeconds);
  });

  test('feeds ingest, which may fail for single messages', () => {
    expect(only(collector, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      BatchSize: INGEST.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('what is stored', () => {
  test('in the bucket is private, versioned and sent by TLS only', () => {
    expect(only(collector, 'AWS::S3::Bucket')).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
    });
  });

  test.each([
    ['AWS::S3::BucketPolicy', 1],
    ['AWS::SQS::QueuePolicy', 2],
    ['AWS::SNS::TopicPolicy', 2],
  ])('is refused without TLS by each %s', (type, count) => {
    const policies = resources(collector, type);
    expect(policies).toHaveLength(count);
    for (const { Properties } of policies) {
      const { Statement } = Properties['PolicyDocument'] as { Statement: unknown[] };
      expect(Statement[0]).toMatchObject({
        Effect: 'Deny',
        Principal: type === 'AWS::SNS::TopicPolicy' ? '*' : { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });

  test('in the bucket expires only where it is in passing', () => {
    expect(lifecycle(collector)).toEqual([
      { Id: 'overflow', Status: 'Enabled', Prefix: 'overflow/', ExpirationInDays: 30 },
      { Id: 'athena-results', Status: 'Enabled', Prefix: 'athena-results/', ExpirationInDays: 7 },
      {
        Id: 'leftovers',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);
  });

  test('in the bucket expires after the days that are set', () => {
    const lake = { archiveDays: 400, lakeDays: 90, incidentDays: 800, resultDays: 1 };
    const days = Object.fromEntries(
      lifecycle(synthesise(TENANTS.tenants, { lake }).collector).map(
        ({ Prefix = '', ExpirationInDays }) => [Prefix, ExpirationInDays],
      ),
    );
    expect(days).toEqual({
      'overflow/': 30,
      'athena-results/': 1,
      'archive/': 400,
      'lake/': 90,
      'incidents/': 800,
      '': undefined,
    });
  });

  function lifecycle(template: TemplateJson): LifecycleRule[] {
    const { LifecycleConfiguration } = only(template, 'AWS::S3::Bucket');
    return (LifecycleConfiguration as { Rules: LifecycleRule[] }).Rules;
  }

  test('in the tables can be brought back, and is not deleted by mistake', () => {
    const tables = resources(collector, 'AWS::DynamoDB::Table').map(({ Properties }) => Properties);
    expect(tables).toMatchObject(
      [TABLE, DETECTION_TABLE].map(({ partitionKey, sortKey }) => ({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
      })),
    );
  });

  test('expires in the detection table only', () => {
    const [collection, detection] = resources(collector, 'AWS::DynamoDB::Table');
    expect(collection?.Properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(detection?.Properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test.each([
    ['AWS::DynamoDB::Table', () => collector, 2],
    ['AWS::S3::Bucket', () => collector, 1],
    ['AWS::SecretsManager::Secret', () => acme, 1],
  ] as const)('outlives the stack: %s', (type, template, count) => {
    const policies = resources(template(), type).map(({ DeletionPolicy, UpdateReplacePolicy }) => [
      DeletionPolicy,
      UpdateReplacePolicy,
    ]);
    expect(policies).toEqual(Array(count).fill(['Retain', 'Retain']));
  });
});

describe('the ways out for incidents', () => {
  test('are a topic that AWS encrypts, and a bus', () => {
    const [topic, ...others] = resources(collector, 'AWS::SNS::Topic').filter(
      ({ Properties }) => Properties['DisplayName'] === 'Auth0 incidents',
    );
    expect(others).toEqual([]);
    expect(JSON.stringify(topic?.Properties['KmsMasterKeyId'])).toContain(':alias/aws/sns"');
    expect(resources(collector, 'AWS::Events::EventBus')).toHaveLength(1);
  });

  test('are open to the detector alone', () => {
    const ways = allowed(collector).filter(({ Action }) =>
      ['sns:Publish', 'events:PutEvents'].includes(String(Action)),
    );
    expect(ways.map(({ Resource }) => Resource)).toEqual([
      { Ref: environmentRef(ENV.incidentTopicArn) },
      { 'Fn::GetAtt': [environmentRef(ENV.incidentBus), 'Arn'] },
    ]);
  });

  /** The resource that a variable of the detector names. */
  function environmentRef(variable: string): string {
    return (environment(collector, 'detector')[variable] as { Ref: string }).Ref;
  }
});

describe('the credentials', () => {
  test('are a placeholder where no secret is given', () => {
    // Pinned letter by letter: a changed text would overwrite credentials that were filled in.
    expect(only(acme, 'AWS::SecretsManager::Secret')).toMatchObject({
      SecretString: '{"clientId":"not set yet","clientSecret":"not set yet"}',
    });
  });

  test.each([
    ['acme', () => acme, true],
    ['shop', () => shop, false],
  ])('of %s get a secret made: %s', (_name, template, isMade) => {
    const [secret] = resources(template(), 'AWS::SecretsManager::Secret');
    const condition = template().Conditions?.[secret?.Condition ?? ''];
    expect(evaluate(template(), condition)).toBe(isMade);
  });

  test('are in no template', () => {
    for (const template of [collector, acme, shop]) {
      for (const { Properties } of resources(template, 'AWS::SecretsManager::Secret')) {
        const content = JSON.parse(String(Properties['SecretString']));
        expect(new Set(Object.values(content))).toEqual(new Set([SECRET_PLACEHOLDER]));
      }
      // A dynamic reference would bring the value into the function's configuration.
      expect(JSON.stringify(template)).not.toContain('{{resolve:');
    }
  });
});

describe('the policies', () => {
  test('of the poller allow what it does and no more', () => {
    expect(actions(acme, 'poller')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:PutObject',
      'secretsmanager:GetSecretValue',
      'sqs:SendMessage',
    ]);
  });

  test('of ingest allow what it does and no more', () => {
    expect(grants(collector, 'ingest')).toEqual([
      'dynamodb:GetItem Table(Table)',
      'dynamodb:UpdateItem Table(Table)',
      'lambda:InvokeFunction Function(Detector)',
      's3:GetObject Bucket(Bucket)/overflow/*',
      's3:PutObject Bucket(Bucket)/archive/*',
      's3:PutObject Bucket(Bucket)/quarantine/*',
      'sqs:ChangeMessageVisibility Queue(Queue)',
      'sqs:DeleteMessage Queue(Queue)',
      'sqs:GetQueueAttributes Queue(Queue)',
      'sqs:GetQueueUrl Queue(Queue)',
      'sqs:ReceiveMessage Queue(Queue)',
    ]);
  });

  const READS_BOOKS = [
    'dynamodb:GetItem Table(Table)',
    'dynamodb:PutItem Table(Table)',
    'dynamodb:Query Table(Table)',
    's3:GetObject Bucket(Bucket)/archive/*',
    's3:ListBucket Bucket(Bucket)',
  ];

  test('of the compactor allow what it does and no more', () => {
    expect(grants(collector, 'compactor')).toEqual([
      ...READS_BOOKS,
      's3:PutObject Bucket(Bucket)/lake/*',
    ]);
  });

  test('of the console allow reading tables, and neither the archive nor a secret', () => {
    expect(grants(collector, 'console')).toEqual(
      ['GetItem', 'Query']
        .flatMap((action) =>
          ['Table(DetectionTable)', 'Table(Table)'].map((table) => `dynamodb:${action} ${table}`),
        )
        .sort(),
    );
  });

  test('of the detector allow what it does and no more', () => {
    expect(grants(collector, 'detector')).toEqual(
      [
        ...READS_BOOKS,
        ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem'].map(
          (action) => `dynamodb:${action} Table(DetectionTable)`,
        ),
        'dynamodb:Query Table(DetectionTable)',
        'dynamodb:UpdateItem Table(DetectionTable)',
        'events:PutEvents EventBus(IncidentBus)',
        's3:PutObject Bucket(Bucket)/incidents/*',
        'sns:Publish Topic(IncidentTopic)',
      ].sort(),
    );
  });

  test('let the detector import findings into Security Hub only where that is asked for', () => {
    const { collector: withHub } = synthesise(TENANTS.tenants, { securityHub: true });
    const imports = (template: typeof collector) =>
      grants(template, 'detector').filter((grant) => grant.startsWith('securityhub:'));
    expect(imports(collector)).toEqual([]);
    expect(imports(withHub)).toHaveLength(1);
    expect(JSON.stringify(allowed(withHub))).toContain('/default');
    expect(JSON.stringify(environment(withHub, 'detector'))).toContain(':securityhub:');
  });

  test('have no wildcard action and name their resources', () => {
    for (const statement of [collector, acme, shop].flatMap((template) => allowed(template))) {
      expect(statement.Effect).toBe('Allow');
      expect([statement.Action].flat().join()).not.toContain('*');
      expect([statement.Resource].flat()).not.toContain('*');
    }
    expect(JSON.stringify([collector, acme, shop])).not.toContain('ManagedPolicyArns');
  });

  test('keep a poller in its own partition and its own folder', () => {
    const table = allowed(acme).filter(({ Action }) => Action.includes('dynamodb:Query'));
    expect(table.map(({ Condition }) => Condition)).toEqual([
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['acme'] } },
    ]);
    const folder = allowed(acme).filter(({ Action }) => Action === 's3:PutObject');
    expect(JSON.stringify(folder)).toContain('"/overflow/tenant=acme/*"');
  });

  test('let a poller read its own secret only', () => {
    const readable = (template: TemplateJson) =>
      allowed(template)
        .filter(({ Action }) => Action === 'secretsmanager:GetSecretValue')
        .map(({ Resource }) => evaluate(template, Resource));
    const [made] = Object.entries(acme.Resources).filter(
      ([, { Type }]) => Type === 'AWS::SecretsManager::Secret',
    );
    expect(readable(acme)).toEqual([{ Ref: made?.[0] }]);
    expect(readable(shop)).toEqual([SHOP_SECRET]);
    expect(JSON.stringify(allowed(acme))).not.toContain('shop');
    expect(JSON.stringify(allowed(shop))).not.toContain('acme');
  });
});
