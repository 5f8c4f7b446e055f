import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsCall } from '../../lambda/platform/aws.ts';
import type { QueueDepths } from '../../local/checks/subject.ts';

/**
 * Reads how many messages are in a queue and in its dead-letter queue, which its redrive policy
 * names.
 *
 * @throws {CollectorError} AWS_CALL
 */
export async function readQueueDepths(sqs: SQSClient, queueUrl: string): Promise<QueueDepths> {
  const queue = await attributesOf(sqs, queueUrl);
  const deadLetters = await attributesOf(sqs, deadLettersOf(queue, queueUrl));
  return {
    waiting: Number(queue['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(queue['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    deadLetters: Number(deadLetters['ApproximateNumberOfMessages'] ?? 0),
  };
}

/**
 * The dead-letter queue of a queue.
 *
 * @throws {CollectorError} AWS_CALL
 */
export const deadLetterQueueUrl = async (sqs: SQSClient, queueUrl: string): Promise<string> =>
  deadLettersOf(await attributesOf(sqs, queueUrl), queueUrl);

/** Both are of one account and region, so they differ in the last part of their URLs only. */
const deadLettersOf = (queue: Record<string, string>, queueUrl: string): string =>
  new URL(nameIn(queue['RedrivePolicy']), queueUrl).href;

async function attributesOf(sqs: SQSClient, QueueUrl: string): Promise<Record<string, string>> {
  const answer = await awsCall(`Reading the depth of ${QueueUrl}`, () =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
  );
  return answer.Attributes ?? {};
}

/** The queue's name is the last part of its ARN. */
function nameIn(redrivePolicy: string | undefined): string {
  const { deadLetterTargetArn } = JSON.parse(redrivePolicy ?? '{}');
  return String(deadLetterTargetArn).split(':').at(-1) ?? '';
}
