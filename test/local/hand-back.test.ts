import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENV, QUEUE } from '../../lambda/platform/names.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { temporaryFolder } from '../e2e/command.ts';

let folder: ReturnType<typeof temporaryFolder>;
let aws: EmbeddedAws;
beforeEach(async () => {
  folder = temporaryFolder();
  aws = await startEmbeddedAws(folder.path);
});
afterEach(async () => {
  await aws.stop();
  folder.remove();
});

const queueUrl = () => aws.resources[ENV.queueUrl];

describe('a message that several killed runs had in their hands', () => {
  it('comes back from the dead letters with the next start', async () => {
    const before = new SQSClient({});
    await before.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: 'a batch' }));
    for (let received = 0; received <= QUEUE.maxReceiveCount; received += 1) {
      await before.send(new ReceiveMessageCommand({ QueueUrl: queueUrl(), VisibilityTimeout: 0 }));
    }
    before.destroy();
    expect([aws.queueDepth(), aws.deadLetterDepth()]).toEqual([0, 1]);
    await aws.stop();

    aws = await startEmbeddedAws(folder.path);
    expect([aws.queueDepth(), aws.deadLetterDepth()]).toEqual([1, 0]);
    const after = new SQSClient({});
    const { Messages } = await after.send(new ReceiveMessageCommand({ QueueUrl: queueUrl() }));
    after.destroy();
    expect(Messages?.map(({ Body }) => Body)).toEqual(['a batch']);
  });
});
