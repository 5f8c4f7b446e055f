/** Somebody who is told of incidents: a queue that subscribes to the topic. */
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, type MiniStack, REGION } from './ministack.ts';

const QUEUE = 'told-of-incidents';

/** What subscribers of a topic get. */
export interface Told {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly Value: string }>>;
}

export class Subscriber {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  static async of(topicArn: string, sqs: SQSClient, { client }: MiniStack): Promise<Subscriber> {
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: QUEUE,
        Attributes: { Policy: JSON.stringify(policyFor(topicArn)) },
      }),
    );
    const sns = new SNSClient(client);
    await sns.send(
      new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: QUEUE_ARN }),
    );
    sns.destroy();
    return new Subscriber(sqs, QueueUrl);
  }

  /** Takes the next messages out of the queue. */
  async take(): Promise<Told[]> {
    const QueueUrl = this.#queueUrl;
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages) {
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return Messages.map(({ Body = '' }) => JSON.parse(Body) as Told);
  }
}

const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QUEUE}`;

const policyFor = (topicArn: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE_ARN,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
  ],
});
