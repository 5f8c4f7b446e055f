import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { awsCall } from '../platform/aws.ts';
import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import { type Delivery, decodeEnvelope, readPointer } from '../queue/envelope.ts';
import type { Archive } from './archive.ts';

/** What ingest needs for one message. */
export interface IngestParts {
  readonly archive: Archive;
  readonly ledger: LedgerStore;
  /** Fetches an envelope that was too large for the queue. */
  readonly readOverflow: (key: string) => Promise<string>;
  readonly clock: Clock;
}

/** What came of one message. */
export interface IngestResult {
  readonly tenant: string;
  readonly batchId: string;
  readonly archived: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/**
 * Brings the batch of one message into the archive and notes it in the ledger. Any step may be
 * repeated: names come from the content, and the ledger knows what was stored before.
 *
 * @throws {CollectorError} ENVELOPE_INVALID, or AWS_CALL when the message should come again
 */
export async function ingestBatch(parts: IngestParts, message: string): Promise<IngestResult> {
  const pointer = readPointer(message);
  const delivery = await decodeEnvelope(
    pointer === undefined ? message : await parts.readOverflow(pointer.overflow),
  );
  const { tenant, batchId, seq, contentDigest, count } = delivery;
  const key = await parts.archive.store(delivery);
  if (delivery.rejected.length > 0) await parts.archive.quarantine(delivery);
  const now = new Date(parts.clock.nowMs());
  const outcome = await parts.ledger.markStored({ tenant, seq, contentDigest, key, count }, now);
  return { tenant, batchId, ...countsOf(delivery, outcome === 'stored') };
}

function countsOf({ count, rejected }: Delivery, isNew: boolean) {
  return isNew
    ? { archived: count, duplicates: 0, quarantined: rejected.length }
    : { archived: 0, duplicates: count, quarantined: 0 };
}

/** Reads overflow envelopes from the bucket. */
export function createOverflowReader(
  s3: S3Client,
  bucket: string,
): (key: string) => Promise<string> {
  return async (key) => {
    const text = await awsCall(`Reading ${key}`, async () => {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return answer.Body?.transformToString('utf8');
    });
    if (text !== undefined) return text;
    throw new CollectorError('ENVELOPE_INVALID', `The overflow object ${key} is empty`);
  };
}
