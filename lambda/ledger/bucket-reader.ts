import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { isAwsError } from '../platform/aws.ts';

/** The objects of the bucket, for looking at them. */
export interface BucketReader {
  /** Undefined when there is none; what S3 itself finds damaged reads empty. */
  readObject(key: string): Promise<Buffer | undefined>;
  listKeys(prefix: string): AsyncIterable<string>;
}

export const createBucketReader = (s3: S3Client, bucket: string): BucketReader => ({
  readObject: (key) => readObject(s3, bucket, key),
  listKeys: (prefix) => listKeys(s3, bucket, prefix),
});

async function readObject(s3: S3Client, bucket: string, key: string): Promise<Buffer | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  } catch (thrown) {
    if (isAwsError(thrown, 'NoSuchKey')) return undefined;
    if (thrown instanceof Error && thrown.message.includes('Checksum mismatch')) {
      return Buffer.alloc(0);
    }
    throw thrown;
  }
}

async function* listKeys(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
  }
}
