import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { DETECTION_TABLE, ENV, QUEUE, TABLE } from '../../lambda/platform/names.ts';
import { startDynamoDb } from './dynamodb.ts';
import { handBack } from './hand-back.ts';
import { startSecretsManager } from './secrets-manager.ts';
import { startSqsAndS3 } from './sqs-and-s3.ts';

/** AWS services on loopback and the resources of the shared stack in them. */
export interface EmbeddedAws {
  /** What points the AWS SDK at the services: endpoints, region, credentials that mean nothing. */
  readonly sdkEnvironment: Readonly<Record<string, string>>;
  /** Names of the shared resources, as the handlers' environment has them. */
  readonly resources: SharedResources;
  /** Messages of the queue, waiting and in flight. */
  queueDepth(): number;
  deadLetterDepth(): number;
  stop(): Promise<void>;
}

export type SharedResources = Readonly<
  Record<(typeof ENV)['collectionTable' | 'detectionTable' | 'queueUrl' | 'bucket'], string>
>;

const TABLE_NAME = 'auth0-collector';
const DETECTION_TABLE_NAME = 'auth0-collector-detection';
const BUCKET_NAME = 'auth0-collector';
const QUEUE_NAME = 'auth0-collector';
const DEAD_LETTER_QUEUE_NAME = 'auth0-collector-dead-letters';
const REGION = 'us-east-1';
const ACCOUNT_ID = '000000000000';

/**
 * Starts DynamoDB, SQS, S3 and Secrets Manager with their data in `dir`, all bound to 127.0.0.1.
 * The SDK finds them by the environment alone, so whoever uses it doesn't know the difference.
 */
export async function startEmbeddedAws(dir: string): Promise<EmbeddedAws> {
  mkdirSync(join(dir, 'sqs-s3'), { recursive: true });
  const dynamo = await startDynamoDb(join(dir, 'dynamodb'));
  const sqsAndS3 = await startSqsAndS3(join(dir, 'sqs-s3'));
  const secrets = await startSecretsManager(join(dir, 'secrets.json'), 0);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const sdkEnvironment = {
    AWS_ENDPOINT_URL_DYNAMODB: at(dynamo.port),
    AWS_ENDPOINT_URL_SQS: at(sqsAndS3.port),
    AWS_ENDPOINT_URL_S3: at(sqsAndS3.port),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: at(secrets.port),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
  };
  const queueUrl = `${at(sqsAndS3.port)}/${ACCOUNT_ID}/${QUEUE_NAME}`;
  pointSdkAt(sdkEnvironment);
  await createTable(TABLE_NAME, TABLE);
  await createTable(DETECTION_TABLE_NAME, DETECTION_TABLE);
  await createQueues();
  await createBucket();
  await handBack(
    {
      queueUrl,
      deadLetterQueueUrl: `${at(sqsAndS3.port)}/${ACCOUNT_ID}/${DEAD_LETTER_QUEUE_NAME}`,
    },
    sqsAndS3.inFlight(QUEUE_NAME),
  );
  return {
    sdkEnvironment,
    resources: {
      [ENV.collectionTable]: TABLE_NAME,
      [ENV.detectionTable]: DETECTION_TABLE_NAME,
      [ENV.queueUrl]: queueUrl,
      [ENV.bucket]: BUCKET_NAME,
    },
    queueDepth: () => sqsAndS3.depth(QUEUE_NAME),
    deadLetterDepth: () => sqsAndS3.depth(DEAD_LETTER_QUEUE_NAME),
    stop: async () => {
      await Promise.all([dynamo.stop(), sqsAndS3.stop(), secrets.stop()]);
    },
  };
}

/** Points the AWS SDK of this process at the embedded services. */
export function pointSdkAt(sdkEnvironment: EmbeddedAws['sdkEnvironment']): void {
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  Object.assign(process.env, sdkEnvironment);
}

type Keys = Readonly<Record<'partitionKey' | 'sortKey', string>>;

async function createTable(name: string, { partitionKey, sortKey }: Keys): Promise<void> {
  const client = new DynamoDBClient(AWS_CLIENT);
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
  } catch {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: partitionKey, AttributeType: 'S' },
          { AttributeName: sortKey, AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
      }),
    );
  } finally {
    client.destroy();
  }
}

async function createQueues(): Promise<void> {
  const client = new SQSClient(AWS_CLIENT);
  const retention = String(QUEUE.retentionDays * 24 * 3600);
  await client.send(
    new CreateQueueCommand({
      QueueName: DEAD_LETTER_QUEUE_NAME,
      Attributes: { MessageRetentionPeriod: retention },
    }),
  );
  await client.send(
    new CreateQueueCommand({
      QueueName: QUEUE_NAME,
      Attributes: {
        MessageRetentionPeriod: retention,
        MaximumMessageSize: String(QUEUE.messageBytesMax),
        VisibilityTimeout: String(QUEUE.visibilityTimeoutSeconds),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${DEAD_LETTER_QUEUE_NAME}`,
          maxReceiveCount: QUEUE.maxReceiveCount,
        }),
      },
    }),
  );
  client.destroy();
}

async function createBucket(): Promise<void> {
  const client = new S3Client(AWS_CLIENT);
  try {
    await client.send(new HeadBucketCommand({ Bucket: BUCKET_NAME }));
  } catch {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET_NAME }));
  } finally {
    client.destroy();
  }
}
