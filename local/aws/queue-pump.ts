import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Ingest } from '../../lambda/ingest.ts';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { INGEST } from '../../lambda/platform/names.ts';

/** What an event source mapping does on AWS: hands messages to ingest, deletes what succeeded. */
export interface QueuePump {
  /** Stops when the message in hand is done. */
  stop(): Promise<void>;
}

const WAIT_SECONDS = 1;

export function startQueuePump(queueUrl: string, ingest: Ingest): QueuePump {
  const client = new SQSClient(AWS_CLIENT);
  let isStopping = false;
  const run = async (): Promise<void> => {
    while (!isStopping) await handOver(client, queueUrl, ingest);
    client.destroy();
  };
  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}

async function handOver(client: SQSClient, queueUrl: string, ingest: Ingest): Promise<void> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      // On AWS, too, few messages share an invocation: a batch may weigh a megabyte.
      MaxNumberOfMessages: Math.min(4, INGEST.batchSize),
      WaitTimeSeconds: WAIT_SECONDS,
    }),
  );
  if (Messages.length === 0) return;
  const { batchItemFailures } = await ingest({
    Records: Messages.map(({ MessageId = '', Body = '' }) => ({
      messageId: MessageId,
      body: Body,
    })),
  });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  if (done.length === 0) return;
  await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
