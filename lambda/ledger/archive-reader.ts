import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { DECOMPRESSION, splitLines } from '../queue/envelope.ts';
import type { LedgerRow } from './ledger-row.ts';

/** The events of a batch as they were served. */
export interface ArchivedBatch {
  readonly key: string;
  /** The text of each event, in order. */
  readonly lines: readonly Buffer[];
}

/**
 * Reads the archive object that a row of the ledger names and checks that it is the one promised.
 *
 * @throws {CollectorError} ARCHIVE_UNREADABLE; AWS_CALL when trying again may help
 */
export type ReadArchived = (row: LedgerRow) => Promise<ArchivedBatch>;

const decompress = promisify(gunzip);

export function createArchiveReader(s3: S3Client, bucket: string): ReadArchived {
  return async ({ seq, stored, contentDigest }) => {
    if (stored === undefined) throw unreadable(`Batch ${seq} is not stored`);
    const { key } = stored;
    const content = await decompressed(key, await fetchObject(s3, bucket, key));
    if (createHash('sha256').update(content).digest('hex') !== contentDigest) {
      throw unreadable(`${key} does not have the content that batch ${seq} of the ledger names`);
    }
    return { key, lines: splitLines(content) };
  };
}

async function fetchObject(s3: S3Client, bucket: string, key: string): Promise<Uint8Array> {
  const bytes = await awsCall(`Reading ${key}`, async () => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToByteArray();
    } catch (thrown) {
      if (isAwsError(thrown, 'NoSuchKey')) throw unreadable(`${key} is missing`, thrown);
      // What the SDK says of an object that differs from the checksum kept beside it; no name of its own.
      const isDamaged = thrown instanceof Error && thrown.message.includes('Checksum mismatch');
      throw isDamaged ? unreadable(`${key} is damaged`, thrown) : thrown;
    }
  });
  return bytes ?? new Uint8Array();
}

async function decompressed(key: string, bytes: Uint8Array): Promise<Buffer> {
  try {
    return await decompress(bytes, DECOMPRESSION);
  } catch (cause) {
    throw unreadable(`${key} is damaged: it is not gzip`, cause);
  }
}

export const unreadable = (message: string, cause?: unknown): CollectorError =>
  new CollectorError('ARCHIVE_UNREADABLE', message, { cause });
