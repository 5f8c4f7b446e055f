import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Ingest } from '../../lambda/ingest.ts';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { INGEST } from '../../lambda/platform/names.ts';

/** What an event source mapping does on AWS: hands messages to ingest, deletes what succeeded. */
export interface QueuePump {
  /** Stops when the message in hand is done. */
  stop(): Promise<void>;
}

const WAIT_SECONDS = 5;
/** As on AWS, ingest runs several times at once, so that it keeps up with the poller. */
const CONCURRENCY = 2;

export function startQueuePump(queueUrl: string, ingest: Ingest): QueuePump {
  const client = new SQSClient(AWS_CLIENT);
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const messages = await receive(client, queueUrl, stopping.signal);
      if (messages.length > 0) await handOver(client, queueUrl, ingest, messages);
    }
  };
  const running = Promise.all(Array.from({ length: CONCURRENCY }, run));
  return {
    stop: async () => {
      stopping.abort();
      await running;
      client.destroy();
    },
  };
}

async function receive(
  client: SQSClient,
  queueUrl: string,
  stopping: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    // On AWS, too, few messages share an invocation: a batch may weigh a megabyte.
    MaxNumberOfMessages: Math.min(4, INGEST.batchSize),
    WaitTimeSeconds: WAIT_SECONDS,
  });
  try {
    const { Messages = [] } = await client.send(command, { abortSignal: stopping });
    return Messages;
  } catch (thrown) {
    if (stopping.aborted) return [];
    throw thrown;
  }
}

async function handOver(
  client: SQSClient,
  queueUrl: string,
  ingest: Ingest,
  Messages: readonly Message[],
): Promise<void> {
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
