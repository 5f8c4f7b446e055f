import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';

export interface QueuePair {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/**
 * Hands back to the queue what a process that is gone had received. A message may have been in the
 * hands of several that were killed, and so among the dead letters without being poisoned; one that
 * is comes to lie there again.
 *
 * @param inFlight receipt handles of messages that were received and not deleted
 */
export async function handBack(queues: QueuePair, inFlight: readonly string[]): Promise<void> {
  const client = new SQSClient(AWS_CLIENT);
  for (const ReceiptHandle of inFlight) {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queues.queueUrl,
        ReceiptHandle,
        // 0 would do it at once, but fauxqs loses the message then (2.4.1, with a data folder).
        VisibilityTimeout: 1,
      }),
    );
  }
  while (await redriveSome(client, queues));
  client.destroy();
}

/** Moves a few dead letters back; false when there are none. */
async function redriveSome(client: SQSClient, queues: QueuePair): Promise<boolean> {
  const { queueUrl, deadLetterQueueUrl } = queues;
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: deadLetterQueueUrl, MaxNumberOfMessages: 10 }),
  );
  for (const { Body, ReceiptHandle } of Messages) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body }));
    await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle }));
  }
  return Messages.length > 0;
}
