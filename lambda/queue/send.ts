import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsCall } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { QUEUE } from '../platform/names.ts';
import type { Batch } from './batch.ts';
import { encodeEnvelope, encodePointer, overflowKey } from './envelope.ts';

/** Where the poller sends batches. */
export interface BatchQueue {
  /** Resolves when the queue has acknowledged the batch. */
  send(tenant: string, seq: number, batch: Batch): Promise<void>;
}

export interface BatchQueueOptions {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly queueUrl: string;
  readonly bucket: string;
}

/** SQS; a batch too large for a message goes to S3 and the message points at it. */
export function createBatchQueue({ sqs, s3, queueUrl, bucket }: BatchQueueOptions): BatchQueue {
  const sendMessage = (body: string) =>
    awsCall('Sending to the queue', () =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body })),
    );
  return {
    send: async (tenant, seq, batch) => {
      let body = await encodeEnvelope(tenant, seq, batch);
      if (Buffer.byteLength(body) > QUEUE.messageBytesMax) {
        const key = overflowKey(tenant, seq, batch.contentDigest);
        const envelope = body;
        await awsCall('Storing a large batch', () =>
          s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: envelope })),
        );
        body = encodePointer(key);
      }
      const answer = await sendMessage(body);
      if (answer.MessageId === undefined) {
        throw new CollectorError('AWS_CALL', 'The queue answered without a message id');
      }
    },
  };
}
