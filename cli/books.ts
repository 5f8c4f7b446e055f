import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTokenStore } from '../lambda/auth0/token-store.ts';
import { type BackfillStore, createBackfillStore } from '../lambda/collect/backfill/store.ts';
import type { Checkpoint } from '../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../lambda/collect/checkpoint-store.ts';
import { createIncidentStore, type IncidentStore } from '../lambda/detect/incident-store.ts';
import { type CompactionStore, createCompactionStore } from '../lambda/lake/compaction-store.ts';
import { createArchiveReader, type ReadArchived } from '../lambda/ledger/archive-reader.ts';
import { type BucketReader, createBucketReader } from '../lambda/ledger/bucket-reader.ts';
import { createGapStore, type GapStore } from '../lambda/ledger/gap-store.ts';
import { createLedgerStore, type LedgerStore } from '../lambda/ledger/ledger-store.ts';
import { AWS_CLIENT, awsCall } from '../lambda/platform/aws.ts';
import { ENV, TABLE } from '../lambda/platform/names.ts';
import { nearestName } from '../lambda/search/nearest-name.ts';
import { openDataFolder } from '../local/data-folder.ts';
import { UsageError } from '../local/usage-error.ts';
import { type BookResources, deployedQueueUrl, deployedResources } from './deployed-resources.ts';

/** Checkpoints, ledger, gaps and archive, opened for reading. */
export interface Books extends BucketReader {
  /** The names of the tenants that have a checkpoint, or only the one asked for. */
  tenants(only: string | undefined): Promise<string[]>;
  checkpoint(tenant: string): Promise<Checkpoint | undefined>;
  readonly ledger: LedgerStore;
  readonly gaps: GapStore;
  readonly backfills: BackfillStore;
  readonly compactions: CompactionStore;
  readonly incidents: IncidentStore;
  readonly readArchived: ReadArchived;
  /** Client id of the collector's own application, if it ever had a token. */
  collectorClientId(tenant: string): Promise<string | undefined>;
  readonly bucket: string;
  readonly sqs: SQSClient;
  queueUrl(): Promise<string>;
}

/** The option `--local [dir]` as the parser gives it; without it the books are those on AWS. */
export type LocalOption = string | true | undefined;

/** The option that every command on the books has. */
export const LOCAL_OPTION = [
  '--local [dir]',
  'the data folder of a local run (default .local) instead of the deployment on AWS',
] as const;

/** Opens the books of a deployment or of a data folder for the time of one command. */
export async function withBooks<T>(
  local: LocalOption,
  use: (books: Books) => Promise<T>,
): Promise<T> {
  const { table, detectionTable, bucket, queueUrl, close } = await openBooks(local);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  const sqs = new SQSClient(AWS_CLIENT);
  const checkpoints = createCheckpointStore(dynamo, table);
  try {
    return await use({
      tenants: (only) => tenantsOf(dynamo, table, only),
      checkpoint: (tenant) => checkpoints.load(tenant),
      ledger: createLedgerStore(dynamo, table),
      gaps: createGapStore(dynamo, table),
      backfills: createBackfillStore(dynamo, table),
      compactions: createCompactionStore(dynamo, table),
      incidents: createIncidentStore(dynamo, detectionTable),
      readArchived: createArchiveReader(s3, bucket),
      collectorClientId: async (tenant) =>
        (await createTokenStore(dynamo, table, tenant).load())?.clientId || undefined,
      bucket,
      sqs,
      queueUrl,
      ...createBucketReader(s3, bucket),
    });
  } finally {
    dynamo.destroy();
    s3.destroy();
    sqs.destroy();
    await close();
  }
}

interface OpenedBooks extends BookResources {
  readonly queueUrl: () => Promise<string>;
  readonly close: () => Promise<void>;
}

async function openBooks(local: LocalOption): Promise<OpenedBooks> {
  if (local === undefined) {
    const close = async () => undefined;
    return { ...(await deployedResources()), queueUrl: deployedQueueUrl, close };
  }
  const { resources, stop } = await openDataFolder(localFolder(local));
  return {
    table: resources[ENV.collectionTable],
    detectionTable: resources[ENV.detectionTable],
    bucket: resources[ENV.bucket],
    queueUrl: async () => resources[ENV.queueUrl],
    close: stop,
  };
}

/** The data folder that `--local` names. */
export const localFolder = (local: string | true): string => (local === true ? '.local' : local);

async function tenantsOf(
  dynamo: DynamoDBClient,
  table: string,
  only: string | undefined,
): Promise<string[]> {
  const known = await scanTenants(dynamo, table);
  if (only === undefined) return known;
  if (known.includes(only)) return [only];
  const held = known.length === 0 ? 'none' : known.join(', ');
  const nearest = nearestName(only, known);
  const hint = nearest === undefined ? '' : `: did you mean "${nearest}"?`;
  throw new UsageError(`There is no tenant "${only}" here${hint} (there is: ${held})`);
}

async function scanTenants(dynamo: DynamoDBClient, table: string): Promise<string[]> {
  const names: string[] = [];
  let start: Record<string, never> | undefined;
  do {
    const page = await awsCall('Reading which tenants there are', () =>
      dynamo.send(
        new ScanCommand({
          TableName: table,
          FilterExpression: '#item = :checkpoint',
          ProjectionExpression: '#tenant',
          ExpressionAttributeNames: { '#item': TABLE.sortKey, '#tenant': TABLE.partitionKey },
          ExpressionAttributeValues: { ':checkpoint': { S: TABLE.checkpointItem } },
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    for (const item of page.Items ?? []) names.push(item[TABLE.partitionKey]?.S ?? '');
    start = page.LastEvaluatedKey as typeof start;
  } while (start !== undefined);
  return names.sort();
}
