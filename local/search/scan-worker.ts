/** A thread that looks through objects; see scan-pool.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { S3Client } from '@aws-sdk/client-s3';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import type { Answer, Order } from './scan-pool.ts';
import { createScanner } from './scanner.ts';

const scan = createScanner(new S3Client(AWS_CLIENT), workerData);

parentPort?.on('message', async ({ id, task }: Order) => {
  const answer = (outcome: Omit<Answer, 'id'>) => parentPort?.postMessage({ id, ...outcome });
  try {
    answer({ scanned: await scan(task) });
  } catch (thrown) {
    answer({ failure: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
