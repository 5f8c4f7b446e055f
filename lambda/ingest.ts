import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { createArchive } from './ingest/archive.ts';
import { createOverflowReader, type IngestParts, ingestBatch } from './ingest/ingest-batch.ts';
import { reportIngest } from './ingest/report-ingest.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, parseEnvironment, processEnvironment } from './platform/environment.ts';
import { asCollectorError } from './platform/errors.ts';
import { ENV } from './platform/names.ts';
import { powertoolsTelemetry, type Telemetry } from './platform/telemetry.ts';

type IngestRecord = Pick<SQSRecord, 'messageId' | 'body'>;
export type Ingest = (event: {
  readonly Records: readonly IngestRecord[];
}) => Promise<SQSBatchResponse>;

const INGEST_ENVIRONMENT = z.object({
  [ENV.collectionTable]: z.string('must be set').min(1, 'must not be empty'),
  [ENV.bucket]: z.string('must be set').min(1, 'must not be empty'),
});

/** Ingest of all tenants; clients live as long as the execution environment. */
export function createIngest(environment: Environment, telemetry: Telemetry): Ingest {
  const settings = parseEnvironment(INGEST_ENVIRONMENT, environment);
  const s3 = new S3Client(AWS_CLIENT);
  const bucket = settings[ENV.bucket];
  const parts: IngestParts = {
    archive: createArchive(s3, bucket),
    ledger: createLedgerStore(new DynamoDBClient(AWS_CLIENT), settings[ENV.collectionTable]),
    readOverflow: createOverflowReader(s3, bucket),
    clock: systemClock,
  };
  return async ({ Records }) => {
    const startedAtMs = parts.clock.nowMs();
    // One after the other: a batch may take tens of MB, and most invocations bring only one.
    const outcomes = [];
    for (const record of Records) outcomes.push(await outcomeOf(parts, record));
    reportIngest(telemetry, outcomes, parts.clock.nowMs() - startedAtMs);
    return {
      batchItemFailures: outcomes.flatMap(({ messageId, error }) =>
        error === undefined ? [] : [{ itemIdentifier: messageId }],
      ),
    };
  };
}

async function outcomeOf(parts: IngestParts, { messageId, body }: IngestRecord) {
  try {
    return { messageId, result: await ingestBatch(parts, body), error: undefined };
  } catch (thrown) {
    return { messageId, result: undefined, error: asCollectorError(thrown) };
  }
}

let ingest: Ingest | undefined;

/** Entry of the ingest Lambda: messages of the queue; what it names as failed comes again. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  ingest ??= createIngest(processEnvironment, powertoolsTelemetry('ingest'));
  return ingest(event);
};
