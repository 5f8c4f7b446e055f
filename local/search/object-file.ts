import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { type AsyncBuffer, wholeFile } from '../../lambda/lake/read-parquet.ts';
import { isAwsError } from '../../lambda/platform/aws.ts';

/** Fetches an object as a whole; undefined when it is missing or differs from its checksum. */
export async function openWhole(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<AsyncBuffer | undefined> {
  const object = await get(s3, bucket, key);
  return object && wholeFile(object.bytes);
}

/** The footer of an object of the lake and its page indexes fit in, for the most part. */
const TAIL_BYTES = 64 * 1024;

/** Fetches the end of an object; what lies before it is fetched when it is asked for. */
export async function openTail(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<AsyncBuffer | undefined> {
  const tail = await get(s3, bucket, key, `bytes=-${TAIL_BYTES}`);
  if (tail === undefined) return undefined;
  const { bytes, size } = tail;
  const tailStart = size - bytes.length;
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      if (start >= tailStart) return copied(bytes.subarray(start - tailStart, end - tailStart));
      const part = await get(s3, bucket, key, `bytes=${start}-${end - 1}`);
      return copied(part?.bytes ?? new Uint8Array());
    },
  };
}

const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

interface Part {
  readonly bytes: Uint8Array;
  /** Of the whole object. */
  readonly size: number;
}

async function get(
  s3: S3Client,
  bucket: string,
  key: string,
  range?: string,
): Promise<Part | undefined> {
  const part = { Bucket: bucket, Key: key, ...(range !== undefined && { Range: range }) };
  try {
    const answer = await s3.send(new GetObjectCommand(part));
    const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, size: sizeOf(answer) ?? bytes.length };
  } catch (thrown) {
    if (isAwsError(thrown, 'NoSuchKey')) return undefined;
    // The end of an object that is shorter than that is all of it, which S3 itself knows.
    if (isAwsError(thrown, 'InvalidRange') && range !== undefined) return get(s3, bucket, key);
    // What the SDK says of an object that differs from the checksum kept beside it.
    if (thrown instanceof Error && thrown.message.includes('Checksum mismatch')) return undefined;
    throw thrown;
  }
}

/** `bytes 100-199/5000` */
function sizeOf({ ContentRange }: GetObjectCommandOutput): number | undefined {
  const [, size] = /\/(\d+)$/.exec(ContentRange ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
}
