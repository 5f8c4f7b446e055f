import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { awsCall } from '../platform/aws.ts';

/** Keeps the envelope of a batch that is too large for a message. */
export type StoreLarge = (key: string, envelope: string) => Promise<void>;

export const createLargeBatchStore =
  (s3: S3Client, bucket: string): StoreLarge =>
  async (key, envelope) => {
    await awsCall('Storing a large batch', () =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: envelope })),
    );
  };
