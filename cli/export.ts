import { once } from 'node:events';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { createLedgerStore } from '../lambda/ledger/ledger-store.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { ENV, TABLE } from '../lambda/platform/names.ts';
import { openDataFolder } from '../local/data-folder.ts';
import { UsageError } from '../local/usage-error.ts';

const decompress = promisify(gunzip);

interface Options {
  readonly local: string | true;
  readonly tenant?: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('Prints every archived log event as NDJSON, whole and unchanged, in order.')
    .requiredOption('--local [dir]', 'read the data folder of a local run (default .local)')
    .option('--tenant <name>', 'only this tenant')
    .action((options: Options) => runExport(options));
}

async function runExport({ local, tenant }: Options): Promise<void> {
  endWhenReaderLeaves();
  const aws = await openDataFolder(local === true ? '.local' : local);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  const table = aws.resources[ENV.collectionTable];
  try {
    const known = await tenantsOf(dynamo, table);
    if (tenant !== undefined && !known.includes(tenant)) {
      const held = known.length === 0 ? 'none' : known.join(', ');
      throw new UsageError(`There is no tenant "${tenant}" here (there is: ${held})`);
    }
    const ledger = createLedgerStore(dynamo, table);
    for (const name of tenant === undefined ? known : [tenant]) {
      for await (const { stored } of ledger.rows(name)) {
        if (stored !== undefined) await printObject(s3, aws.resources[ENV.bucket], stored.key);
      }
    }
  } finally {
    dynamo.destroy();
    s3.destroy();
    await aws.stop();
  }
}

async function printObject(s3: S3Client, bucket: string, key: string): Promise<void> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = await object.Body?.transformToByteArray();
  const events = await decompress(bytes ?? new Uint8Array());
  if (!process.stdout.write(events)) await once(process.stdout, 'drain');
}

/** `export | head` closes the pipe early, which is not a failure. */
function endWhenReaderLeaves(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** The names of the tenants that have a checkpoint. */
async function tenantsOf(dynamo: DynamoDBClient, table: string): Promise<string[]> {
  const names: string[] = [];
  let start: Record<string, never> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: '#item = :checkpoint',
        ProjectionExpression: '#tenant',
        ExpressionAttributeNames: { '#item': TABLE.sortKey, '#tenant': TABLE.partitionKey },
        ExpressionAttributeValues: { ':checkpoint': { S: TABLE.checkpointItem } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) {
      const name = item[TABLE.partitionKey]?.S;
      if (name !== undefined) names.push(name);
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start !== undefined);
  return names.sort();
}
