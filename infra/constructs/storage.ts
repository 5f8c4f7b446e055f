import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PREFIX } from '../../lambda/platform/names.ts';
import type { LakeSettings } from '../lake.ts';

/** The names of a table's attributes that DynamoDB has to know. */
export interface TableShape {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The attribute after whose moment an item goes. @default items stay */
  readonly expiry?: string;
}

/** A table as all tables here are built: it outlives its stack, and can be brought back. */
export function retainedTable(
  scope: Construct,
  id: string,
  shape: TableShape,
  encryptionKey: IKey | undefined,
): Table {
  return new Table(scope, id, {
    partitionKey: { name: shape.partitionKey, type: AttributeType.STRING },
    sortKey: { name: shape.sortKey, type: AttributeType.STRING },
    ...(shape.expiry !== undefined && { timeToLiveAttribute: shape.expiry }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  });
}

/** For how many days the bucket keeps what; for ever what is left out. */
export type KeptDays = Pick<
  LakeSettings,
  'archiveDays' | 'lakeDays' | 'incidentDays' | 'resultDays'
>;

/** The bucket of the archive and of all that is kept beside it. */
export function archiveBucket(
  scope: Construct,
  id: string,
  encryptionKey: IKey | undefined,
  kept: KeptDays,
): Bucket {
  const bucket = new Bucket(scope, id, {
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : // A key per bucket instead of per object: S3 then asks KMS seldom.
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    versioned: true,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      // Longer than a message can live in the queue and the dead-letter queue together.
      ...expiry(PREFIX.overflow, 30),
      ...expiry(PREFIX.athenaResults, kept.resultDays),
      ...expiry(PREFIX.archive, kept.archiveDays),
      ...expiry(PREFIX.lake, kept.lakeDays),
      ...expiry(PREFIX.incidents, kept.incidentDays),
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

function expiry(prefix: string, days: number | undefined): LifecycleRule[] {
  if (days === undefined) return [];
  return [{ id: prefix.replace('/', ''), prefix, expiration: Duration.days(days) }];
}

/** What a function needs that reads archive objects by the names in the ledger. */
export function readsArchive(
  bucket: Pick<IBucket, 'bucketArn' | 'arnForObjects'>,
): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${PREFIX.archive}*`)],
    }),
    // Without it S3 says of an object that is missing that the access is denied.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}
