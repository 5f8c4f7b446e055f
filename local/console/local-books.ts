import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import type { ConsoleBooks } from '../../lambda/console/reading.ts';
import { createIncidentStore } from '../../lambda/detect/incident-store.ts';
import { createCompactionStore } from '../../lambda/lake/compaction-store.ts';
import { type BucketReader, createBucketReader } from '../../lambda/ledger/bucket-reader.ts';
import { createGapStore } from '../../lambda/ledger/gap-store.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { SharedResources } from '../aws/embedded-aws.ts';
import type { Shelves } from '../search/plan.ts';

/** The books of the console and what searching and proving need beside them. */
export interface LocalBooks extends ConsoleBooks, Shelves, BucketReader {
  readonly ledger: ConsoleBooks['ledger'] & Shelves['ledger'];
  readonly bucket: string;
  close(): void;
}

/** Opens the books on the embedded AWS, for reading. */
export function openLocalBooks(resources: SharedResources): LocalBooks {
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  const table = resources[ENV.collectionTable];
  const bucket = resources[ENV.bucket];
  return {
    checkpoints: createCheckpointStore(dynamo, table),
    ledger: createLedgerStore(dynamo, table),
    gaps: createGapStore(dynamo, table),
    incidents: createIncidentStore(dynamo, resources[ENV.detectionTable]),
    compactions: createCompactionStore(dynamo, table),
    ...createBucketReader(s3, bucket),
    bucket,
    close: () => {
      dynamo.destroy();
      s3.destroy();
    },
  };
}
