import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, INGEST, PREFIX, QUEUE, TABLE } from '../../lambda/platform/names.ts';
import { HouseFunction } from './house-function.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Settings of a {@link Collector}. */
export interface CollectorProps {
  /** How long the log of the ingest function is kept. @default one month */
  readonly ingestLogRetention?: RetentionDays;
}

/** What all tenants share: the state, the queue, the bucket, and the function between the last two. */
export class Collector extends Construct {
  /** Checkpoints and ledger, one partition per tenant. */
  readonly table: Table;
  /** Batches on their way from the pollers to ingest. */
  readonly queue: Queue;
  /** Batches that ingest could not store. */
  readonly deadLetterQueue: Queue;
  /** The archive, and bodies too large for the queue. */
  readonly bucket: Bucket;
  /** Stores what the queue delivers. */
  readonly ingest: HouseFunction;

  constructor(scope: Construct, id: string, props: CollectorProps = {}) {
    super(scope, id);
    this.table = collectionTable(this);
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(QUEUE.retentionDays),
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(QUEUE.visibilityTimeoutSeconds),
      retentionPeriod: Duration.days(QUEUE.retentionDays),
      maxMessageSizeBytes: QUEUE.messageBytesMax,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: QUEUE.maxReceiveCount },
    });
    this.bucket = archiveBucket(this);
    const statements = ingestStatements(this.table, this.bucket);
    this.ingest = new HouseFunction(this, 'Ingest', {
      description: 'Stores batches of Auth0 log events in the archive',
      entry: 'lambda/ingest.ts',
      serviceName: 'ingest',
      timeoutSeconds: INGEST.timeoutSeconds,
      memoryMb: INGEST.memoryMb,
      environment: {
        [ENV.collectionTable]: this.table.tableName,
        [ENV.bucket]: this.bucket.bucketName,
      },
      statements,
      ...(props.ingestLogRetention !== undefined && { logRetention: props.ingestLogRetention }),
    });
    acknowledgeWildcards(
      this,
      statements,
      'Objects are named after their batches, so their names are not known before; the wildcard ends at the prefix.',
    );
    this.ingest.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: INGEST.batchSize,
        reportBatchItemFailures: true,
      }),
    );
  }
}

function collectionTable(scope: Construct): Table {
  return new Table(scope, 'Table', {
    partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

function archiveBucket(scope: Construct): Bucket {
  const bucket = new Bucket(scope, 'Bucket', {
    encryption: BucketEncryption.S3_MANAGED,
    versioned: true,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        id: 'overflow',
        prefix: PREFIX.overflow,
        // Longer than a message can live in the queue and the dead-letter queue together.
        expiration: Duration.days(30),
      },
      {
        id: 'leftovers',
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Who read what is the business of CloudTrail data events, which an account records for all its buckets in one place; access logs would need a second bucket that has none itself.',
  });
  return bucket;
}

function ingestStatements(table: Table, bucket: Bucket): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
    }),
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [
        bucket.arnForObjects(`${PREFIX.archive}*`),
        bucket.arnForObjects(`${PREFIX.quarantine}*`),
      ],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${PREFIX.overflow}*`)],
    }),
  ];
}
