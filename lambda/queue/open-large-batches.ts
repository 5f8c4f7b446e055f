import { S3Client } from '@aws-sdk/client-s3';
import { AWS_CLIENT } from '../platform/aws.ts';
import { createLargeBatchStore, type StoreLarge } from './large-batches.ts';

/** A store of its own client. Loaded when it is needed, so that a cold start need not wait for S3. */
export const openLargeBatches = (bucket: string): StoreLarge =>
  createLargeBatchStore(new S3Client(AWS_CLIENT), bucket);
