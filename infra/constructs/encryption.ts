import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * What a role needs of the key of what it reads and writes, by service (AWS: "Encryption at rest" of
 * DynamoDB, "Key management" of SQS, "Using SSE-KMS" of S3, "Key management" of SNS, "Secret
 * encryption and decryption" of Secrets Manager).
 */
export const KEY_USE = {
  table: {
    service: 'dynamodb',
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
  },
  sendToQueue: { service: 'sqs', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  writeObjects: { service: 's3', actions: ['kms:GenerateDataKey'] },
  readObjects: { service: 's3', actions: ['kms:Decrypt'] },
  publish: { service: 'sns', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
  readSecret: { service: 'secretsmanager', actions: ['kms:Decrypt'] },
} as const satisfies Record<string, { service: string; actions: readonly string[] }>;

/** Lets a role use a key for these purposes, and only by way of their services. */
export function keyStatements(
  scope: Construct,
  key: IKey | undefined,
  uses: readonly (keyof typeof KEY_USE)[],
): PolicyStatement[] {
  if (key === undefined) return [];
  const { region, urlSuffix } = Stack.of(scope);
  return uses.map((use) => {
    const { service, actions } = KEY_USE[use];
    return new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
    });
  });
}

/**
 * Lets CloudWatch Logs encrypt the log groups of this account and region. A key that is only
 * imported keeps its policy: there its owner adds the statement.
 */
export function allowLogs(scope: Construct, key: IKey): void {
  const { region } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*',
      ],
      // In the policy of a key this is the key itself.
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    }),
  );
}
