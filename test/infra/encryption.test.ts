import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, test } from 'vitest';
import { Auth0Collector } from '../../infra/index.ts';
import type { TemplateJson } from './evaluate.ts';
import { appContext, type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ENTRIES = [{ name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' }];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, unknown>> };
}

let deployment: Deployment;

beforeAll(() => {
  deployment = synthesise(ENTRIES, { kmsKeyArn: KEY });
});

const propertiesOf = (template: TemplateJson | undefined, type: string) =>
  template === undefined ? [] : resourcesOf(template, type).map(([, { Properties }]) => Properties);

/** What roles of a stack may do with keys: by service, or `any` where none is named. */
function keyUses(template: TemplateJson | undefined, role = ''): [string, string][] {
  const policies = template === undefined ? [] : resourcesOf(template, 'AWS::IAM::Policy');
  const statements = policies
    .filter(([id]) => id.includes(role))
    .flatMap(
      ([, { Properties }]) =>
        (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
    );
  return statements
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')))
    .flatMap(({ Action, Resource, Condition }) => {
      expect(Resource).toBe(KEY);
      const via = JSON.stringify(Condition?.StringEquals['kms:ViaService']);
      const service = via === undefined ? 'any' : (/"(\w+)\."/.exec(via)?.[1] ?? via);
      return [Action].flat().map((action): [string, string] => [service, action]);
    })
    .sort();
}

describe('a key of the customer', () => {
  test('encrypts the tables, the bucket, the queues, the topics and the log of the shared part', () => {
    const { collector } = deployment;
    const tables = propertiesOf(collector, 'AWS::DynamoDB::Table');
    expect(tables).toHaveLength(2);
    for (const { SSESpecification } of tables) {
      expect(SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY });
    }
    const queues = propertiesOf(collector, 'AWS::SQS::Queue');
    expect(queues.map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual([KEY, KEY]);
    const topics = propertiesOf(collector, 'AWS::SNS::Topic');
    expect(topics.map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual([KEY, KEY]);
    expect(propertiesOf(collector, 'AWS::Logs::LogGroup')).toMatchObject(
      Array(4).fill({ KmsKeyId: KEY }),
    );
    expect(propertiesOf(collector, 'AWS::S3::Bucket')).toMatchObject([
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
            },
          ],
        },
      },
    ]);
    expect(propertiesOf(collector, 'AWS::KMS::Key')).toEqual([]);
  });

  test('encrypts the answers of Athena and the key of the pseudonyms', () => {
    const { collector } = synthesise(ENTRIES, { kmsKeyArn: KEY, lake: { pseudonyms: true } });
    const [workgroup] = propertiesOf(collector, 'AWS::Athena::WorkGroup');
    expect(workgroup).toMatchObject({
      WorkGroupConfiguration: {
        ResultConfiguration: {
          EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY },
        },
      },
    });
    expect(propertiesOf(collector, 'AWS::SecretsManager::Secret')).toMatchObject([
      { KmsKeyId: KEY },
    ]);
    expect(keyUses(collector, 'Compactor')).toContainEqual(['secretsmanager', 'kms:Decrypt']);
  });

  test("encrypts a tenant's log and the secret that is made for it", () => {
    const acme = deployment.tenants['acme'];
    expect(propertiesOf(acme, 'AWS::Logs::LogGroup')).toMatchObject([{ KmsKeyId: KEY }]);
    expect(propertiesOf(acme, 'AWS::SecretsManager::Secret')).toMatchObject([{ KmsKeyId: KEY }]);
  });

  const TABLE_USES = [
    ['dynamodb', 'kms:Decrypt'],
    ['dynamodb', 'kms:DescribeKey'],
    ['dynamodb', 'kms:Encrypt'],
    ['dynamodb', 'kms:GenerateDataKey'],
    ['dynamodb', 'kms:GenerateDataKeyWithoutPlaintext'],
    ['dynamodb', 'kms:ReEncryptFrom'],
    ['dynamodb', 'kms:ReEncryptTo'],
  ];

  test('may be used by the poller for what it reads and writes, and by those services only', () => {
    expect(keyUses(deployment.tenants['acme'])).toEqual([
      ...TABLE_USES,
      ['s3', 'kms:GenerateDataKey'],
      ['secretsmanager', 'kms:Decrypt'],
      ['sqs', 'kms:Decrypt'],
      ['sqs', 'kms:GenerateDataKey'],
    ]);
  });

  test('may be used by the shared functions for what each reads and writes', () => {
    const objects = [
      ['s3', 'kms:Decrypt'],
      ['s3', 'kms:GenerateDataKey'],
    ];
    expect(keyUses(deployment.collector, 'Ingest')).toEqual([
      // Of the event source, which reads the queue.
      ['any', 'kms:Decrypt'],
      ...TABLE_USES,
      ...objects,
    ]);
    expect(keyUses(deployment.collector, 'Compactor')).toEqual([...TABLE_USES, ...objects]);
    expect(keyUses(deployment.collector, 'Detector')).toEqual([
      ...TABLE_USES,
      ...objects,
      ['sns', 'kms:Decrypt'],
      ['sns', 'kms:GenerateDataKey'],
    ]);
  });

  test('of the same app lets CloudWatch Logs in', () => {
    const app = new App({ context: appContext() });
    const stack = new Stack(app, 'Own');
    new Auth0Collector(stack, 'Collector', {
      tenantNames: ['acme'],
      encryptionKey: new Key(stack, 'Key'),
    });
    const template = app.synth().getStackArtifact('Own').template as TemplateJson;
    const [key] = propertiesOf(template, 'AWS::KMS::Key');
    const policy = key?.['KeyPolicy'] as { Statement: Record<string, unknown>[] } | undefined;
    const ofLogs = policy?.Statement.filter(({ Principal }) =>
      JSON.stringify(Principal).includes('logs.'),
    );
    expect(ofLogs).toMatchObject([
      {
        Effect: 'Allow',
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } },
      },
    ]);
  });

  test.each([
    '',
    '1234abcd-12ab-34cd-56ef-1234567890ab',
    'alias/collector',
    'arn:aws:kms:eu-central-1:111122223333:alias/collector',
    'arn:aws:kms:eu-central-1:111122223333:key/*',
    `${KEY} `,
  ])('written as "%s" is refused in a sentence', (kmsKeyArn) => {
    expect(() => synthesise(ENTRIES, { kmsKeyArn })).toThrow(
      `Context kmsKeyArn is "${kmsKeyArn}": expected the whole ARN of a KMS key, not an alias or an id; copy it from KMS`,
    );
  });
});

describe('without a key of the customer', () => {
  test('nobody is given the use of any', () => {
    const { collector, tenants } = synthesise(ENTRIES);
    expect([...keyUses(collector), ...keyUses(tenants['acme'])]).toEqual([]);
    expect(JSON.stringify(tenants)).not.toContain('KmsKeyId');
  });
});
