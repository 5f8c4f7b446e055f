import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsCall } from '../lambda/platform/aws.ts';
import { CollectorError } from '../lambda/platform/errors.ts';
import { deadLetterQueueUrl } from './checks/queue-depths.ts';

/** The dead letters of a queue. */
export interface DeadLetters {
  /** Every message once; while it is looked at, nobody else gets it. */
  messages(): AsyncGenerator<Message>;
  /** Sends a message to the queue and, once that is acknowledged, deletes it here. */
  sendBack(message: Message): Promise<void>;
  /** Lets others have what was looked at and left. */
  letGo(): Promise<void>;
}

/** Longer than a look at all of them takes. */
const HIDDEN_SECONDS = 300;
/** 0 would do it at once, but fauxqs loses the message then (2.4.1, with a data folder). */
const LET_GO_SECONDS = 1;
const RECEIVED_MAX = 10;
/** SQS may answer with nothing although there is something; several such answers mean empty. */
const EMPTY_ANSWERS = 3;

/**
 * Opens the dead-letter queue that the redrive policy of a queue names.
 *
 * @throws {CollectorError} AWS_CALL
 */
export async function openDeadLetters(sqs: SQSClient, queueUrl: string): Promise<DeadLetters> {
  const QueueUrl = await deadLetterQueueUrl(sqs, queueUrl);
  const left = new Map<string, string>();
  return {
    messages: async function* () {
      for (let empty = 0; empty < EMPTY_ANSWERS; ) {
        const received = await receive(sqs, QueueUrl);
        empty = received.length === 0 ? empty + 1 : 0;
        for (const message of received) {
          const { MessageId = '', ReceiptHandle = '' } = message;
          const isNew = !left.has(MessageId);
          left.set(MessageId, ReceiptHandle);
          if (isNew) yield message;
        }
      }
    },
    sendBack: async ({ MessageId = '', Body, ReceiptHandle }) => {
      await awsCall('Sending a dead letter back to the queue', async () => {
        const sent = await sqs.send(
          new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body }),
        );
        if (sent.MessageId === undefined) {
          throw new CollectorError('AWS_CALL', 'The queue answered without a message id');
        }
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      });
      left.delete(MessageId);
    },
    letGo: async () => {
      for (const ReceiptHandle of left.values()) {
        await awsCall('Letting go of a dead letter', () =>
          sqs.send(
            new ChangeMessageVisibilityCommand({
              QueueUrl,
              ReceiptHandle,
              VisibilityTimeout: LET_GO_SECONDS,
            }),
          ),
        );
      }
    },
  };
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const { Messages = [] } = await awsCall('Reading the dead-letter queue', () =>
    sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: RECEIVED_MAX,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    ),
  );
  return Messages;
}
