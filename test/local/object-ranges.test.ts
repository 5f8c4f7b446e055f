import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';

const KEY = 'lake/class=authentication/tenant=acme/day=2026-11-22/part of it.parquet';
const TEXT = '0123456789';

let aws: EmbeddedAws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startServices();
  s3 = new S3Client({ maxAttempts: 1 });
  await s3.send(new PutObjectCommand({ Bucket: bucket(), Key: KEY, Body: TEXT }));
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
});
const bucket = () => aws.resources[ENV.bucket];

const part = async (Range: string | undefined, Key = KEY) => {
  const answer = await s3.send(
    new GetObjectCommand({ Bucket: bucket(), Key, ...(Range !== undefined && { Range }) }),
  );
  return [await answer.Body?.transformToString(), answer.ContentRange, answer.ContentLength];
};

describe('a part of an object of the embedded S3', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-4', '4', 'bytes 4-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-100', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-100', TEXT, 'bytes 0-9/10'],
  ])('%s is given as S3 gives it', async (range, text, contentRange) => {
    expect(await part(range)).toEqual([text, contentRange, text.length]);
  });

  it('that lies behind its end is refused', async () => {
    await expect(part('bytes=10-12')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('of an object that does not exist is refused', async () => {
    await expect(part('bytes=0-1', 'lake/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is not all of it when all is asked for', async () => {
    expect(await part(undefined)).toEqual([TEXT, undefined, TEXT.length]);
  });
});
