import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { createCheckpointStore } from './collect/checkpoint-store.ts';
import { type CompactionSummary, compactTenant } from './lake/compact-tenant.ts';
import { createCompactionStore } from './lake/compaction-store.ts';
import { type LakeSettings, readLakeSettings } from './lake/lake-settings.ts';
import { createOwnWriter, createSecurityLakeWriter } from './lake/lake-writer.ts';
import { createPseudonymiser } from './lake/pseudonymiser.ts';
import { reportCompaction } from './lake/report-compaction.ts';
import { createArchiveReader } from './ledger/archive-reader.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, processEnvironment } from './platform/environment.ts';
import { asCollectorError, CollectorError } from './platform/errors.ts';
import { TENANT_NAME_PATTERN } from './platform/names.ts';
import * as z from './platform/schema.ts';
import { powertoolsTelemetry, type Telemetry } from './platform/telemetry.ts';

/** Left at the end of an invocation for the last range to be written and committed. */
const RESERVE_MS = 60_000;

type CompactorContext = Pick<Context, 'getRemainingTimeInMillis'>;
export type Compactor = (event: unknown, context: CompactorContext) => Promise<CompactionSummary>;

const EVENT = z.object({ tenant: z.string().check(z.regex(TENANT_NAME_PATTERN)) });

/** The compactor of all tenants; clients live as long as the execution environment. */
export function createCompactor(environment: Environment, telemetry: Telemetry): Compactor {
  const clock = systemClock;
  const settings = readLakeSettings(environment);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  const checkpoints = createCheckpointStore(dynamo, settings.table);
  const pseudonymiser = createPseudonymiser(
    new SecretsManagerClient(AWS_CLIENT),
    settings.pseudonymSecretArn,
  );
  const shared = {
    ledger: createLedgerStore(dynamo, settings.table),
    compactions: createCompactionStore(dynamo, settings.table),
    readArchived: createArchiveReader(s3, settings.bucket),
    writers: lakeWriters(s3, settings),
    clock,
  };
  return async (event, context) => {
    const startedAtMs = clock.nowMs();
    const tenant = readTenant(event);
    const summary = await compactTenant({
      ...shared,
      tenant,
      pseudonymise: await pseudonymiser(),
      headSeq: async () => (await checkpoints.load(tenant))?.head.seq ?? 0,
      deadlineMs: startedAtMs + context.getRemainingTimeInMillis() - RESERVE_MS,
    });
    reportCompaction(telemetry, tenant, summary, clock.nowMs() - startedAtMs);
    return summary;
  };
}

/** The lake's own layout is always written: search and the proof of the lake rest on it. */
function lakeWriters(s3: S3Client, { bucket, securityLake }: LakeSettings) {
  const own = createOwnWriter(s3, bucket);
  if (securityLake === undefined) return [own];
  const theirs = new S3Client({ ...AWS_CLIENT, region: securityLake.region });
  return [own, createSecurityLakeWriter(theirs, securityLake)];
}

function readTenant(event: unknown): string {
  const parsed = EVENT.safeParse(event);
  if (parsed.success) return parsed.data.tenant;
  throw new CollectorError('LAKE_TENANT', 'The event does not name a tenant', {
    cause: parsed.error,
  });
}

let compactor: Compactor | undefined;

/** Entry of the compactor Lambda: one tenant's turn. What ends it before there is a run is said. */
export const handler: Compactor = async (event, context) => {
  const telemetry = powertoolsTelemetry('compactor');
  try {
    compactor ??= createCompactor(processEnvironment, telemetry);
    return await compactor(event, context);
  } catch (thrown) {
    const { message, code, remedy } = asCollectorError(thrown);
    telemetry.error(`lake: ${message}`, { code, remedy });
    throw thrown;
  }
};
