import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createArchive } from './ingest/archive.ts';
import { createOverflowReader, type IngestParts, ingestBatch } from './ingest/ingest-batch.ts';
import { type MessageOutcome, reportIngest } from './ingest/report-ingest.ts';
import { createDetectorWaker, type WakeDetector } from './ingest/wake-detector.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, parseEnvironment, processEnvironment } from './platform/environment.ts';
import { asCollectorError } from './platform/errors.ts';
import { ENV } from './platform/names.ts';
import * as z from './platform/schema.ts';
import { powertoolsTelemetry, type Telemetry } from './platform/telemetry.ts';

type IngestRecord = Pick<SQSRecord, 'messageId' | 'body'>;
export type Ingest = (event: {
  readonly Records: readonly IngestRecord[];
}) => Promise<SQSBatchResponse>;

const INGEST_ENVIRONMENT = z.object({
  [ENV.collectionTable]: z.string('must be set').check(z.minLength(1, 'must not be empty')),
  [ENV.bucket]: z.string('must be set').check(z.minLength(1, 'must not be empty')),
  [ENV.detectorName]: z._default(z.string(), ''),
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
  const detectorName = settings[ENV.detectorName];
  const wake = detectorName === '' ? undefined : createDetectorWaker(detectorName);
  return async ({ Records }) => {
    const startedAtMs = parts.clock.nowMs();
    // One after the other: a batch may take tens of MB, and most invocations bring only one.
    const outcomes = [];
    for (const record of Records) outcomes.push(await outcomeOf(parts, record));
    reportIngest(telemetry, outcomes, parts.clock.nowMs() - startedAtMs);
    if (wake !== undefined) await wakeFor(outcomes, wake, telemetry);
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

/** What was archived is safe; an incident that comes with the next rule is better than none. */
async function wakeFor(
  outcomes: readonly MessageOutcome[],
  wake: WakeDetector,
  telemetry: Telemetry,
): Promise<void> {
  const stored = outcomes.filter(({ result }) => result !== undefined && result.archived > 0);
  for (const tenant of new Set(stored.map(({ result }) => result?.tenant ?? ''))) {
    try {
      await wake(tenant);
    } catch (thrown) {
      const { message, code } = asCollectorError(thrown);
      telemetry.warn(`ingest: ${message}`, { tenant, code });
    }
  }
}

let ingest: Ingest | undefined;

/** Entry of the ingest Lambda: messages of the queue; what it names as failed comes again. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  ingest ??= createIngest(processEnvironment, powertoolsTelemetry('ingest'));
  return ingest(event);
};
