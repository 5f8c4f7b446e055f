import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsCall } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { QUEUE } from '../platform/names.ts';
import type { Batch } from './batch.ts';
import { encodeEnvelope, encodePointer, overflowKey } from './envelope.ts';
import type { StoreLarge } from './large-batches.ts';

/** Where the poller sends batches. */
export interface BatchQueue {
  /** Resolves when the queue has acknowledged the batch. */
  send(tenant: string, seq: number, batch: Batch): Promise<void>;
}

export interface BatchQueueOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly storeLarge: StoreLarge;
}

/** SQS; a batch too large for a message goes to S3 and the message points at it. */
export function createBatchQueue(options: BatchQueueOptions): BatchQueue {
  const { sqs, queueUrl, storeLarge } = options;
  const sendMessage = (body: string) =>
    awsCall('Sending to the queue', () =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body })),
    );
  return {
    send: async (tenant, seq, batch) => {
      let body = encodeEnvelope(tenant, seq, batch);
      if (Buffer.byteLength(body) > QUEUE.messageBytesMax) {
        const key = overflowKey(tenant, seq, batch.contentDigest);
        await storeLarge(key, body);
        body = encodePointer(key);
      }
      const answer = await sendMessage(body);
      if (answer.MessageId === undefined) {
        throw new CollectorError('AWS_CALL', 'The queue answered without a message id');
      }
    },
  };
}
