import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { PREFIX } from '../platform/names.ts';
import type { Delivery } from '../queue/envelope.ts';

/** Where batches are kept as they were served. */
export interface Archive {
  /** Stores the batch under a name that its content determines; returns the key. */
  store(delivery: Delivery): Promise<string>;
  /** Keeps what can't be a log event, with the reasons; returns the key. */
  quarantine(delivery: Delivery): Promise<string>;
}

type Named = Pick<Delivery, 'tenant' | 'day' | 'batchId'>;

export const archiveKey = ({ tenant, day, batchId }: Named): string =>
  `${PREFIX.archive}tenant=${tenant}/day=${day}/${batchId}.ndjson.gz`;

export const quarantineKey = ({ tenant, day, batchId }: Named): string =>
  `${PREFIX.quarantine}tenant=${tenant}/day=${day}/${batchId}.ndjson`;

export function createArchive(s3: S3Client, bucket: string): Archive {
  /** Objects are never changed: the same key means the same content, so being there is fine. */
  const putOnce = async (key: string, body: Buffer, contentType: string): Promise<string> => {
    await awsCall(`Storing ${key}`, async () => {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: contentType,
            IfNoneMatch: '*',
          }),
        );
      } catch (thrown) {
        if (!isAwsError(thrown, 'PreconditionFailed')) throw thrown;
      }
    });
    return key;
  };
  return {
    store: (delivery) => putOnce(archiveKey(delivery), delivery.contentGzip, 'application/gzip'),
    quarantine: (delivery) =>
      putOnce(quarantineKey(delivery), quarantineLines(delivery), 'application/x-ndjson'),
  };
}

/** One JSON object a line; what was served is kept in base64, since it may be anything. */
function quarantineLines({ batchId, rejected }: Delivery): Buffer {
  const lines = rejected.map(({ reason, raw }) =>
    JSON.stringify({ batch: batchId, reason, served: raw.toString('base64') }),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}
