import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AWS_CLIENT, isAwsError } from '../../lambda/platform/aws.ts';
import { QUEUE } from '../../lambda/platform/names.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { temporaryFolder } from './tenant-client.ts';

/** The embedded AWS on a folder; a second start goes on where the first one stopped. */
async function start(dir: string) {
  const aws = await startEmbeddedAws(dir);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    sqs.destroy();
    s3.destroy();
    await aws.stop();
  };
  onTestFinished(stop);
  const sqs = new SQSClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  return { aws, stop, ...queueOf(aws, sqs), ...bucketOf(aws, s3) };
}

function queueOf(aws: EmbeddedAws, client: SQSClient) {
  const QueueUrl = aws.resources.QUEUE_URL;
  return {
    send: (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    receive: async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
      return (await client.send(command)).Messages ?? [];
    },
    remove: ({ ReceiptHandle }: Message) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
}

function bucketOf(aws: EmbeddedAws, client: S3Client) {
  const Bucket = aws.resources.BUCKET;
  return {
    put: (Key: string, Body: string | Buffer) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body })),
    create: (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' })),
    read: async (Key: string): Promise<string | undefined> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString('latin1');
    },
    keys: async (): Promise<(string | undefined)[]> => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key }) => Key);
    },
  };
}

const bodies = (messages: readonly Message[]): (string | undefined)[] =>
  messages.map(({ Body }) => Body).sort();

describe('a queue', () => {
  it('keeps its messages over a restart, and not those that were deleted', async () => {
    const dir = temporaryFolder();
    const first = await start(dir);
    await first.send('done');
    const [done] = await first.receive();
    if (done !== undefined) await first.remove(done);
    await first.send('waiting');
    await first.stop();
    const second = await start(dir);
    expect(second.aws.queueDepth()).toBe(1);
    expect(bodies(await second.receive())).toEqual(['waiting']);
  });

  it('gives messages again after a restart that were in flight before', async () => {
    const dir = temporaryFolder();
    const first = await start(dir);
    await first.send('one');
    await first.send('two');
    expect(bodies(await first.receive())).toEqual(['one', 'two']);
    expect(await first.receive()).toEqual([]);
    await first.stop();
    const second = await start(dir);
    const again: Message[] = [];
    for (let tries = 0; tries < 5 && again.length < 2; tries += 1) {
      again.push(...(await second.receive({ WaitTimeSeconds: 2 })));
    }
    expect(bodies(again)).toEqual(['one', 'two']);
  });

  it('gives up on a message after as many receives as on AWS, and keeps it aside', async () => {
    const { send, receive, aws } = await start(temporaryFolder());
    await send('poison');
    // Visible again at once, as it is later on for a receiver that failed.
    const fail = () => receive({ VisibilityTimeout: 0 });
    for (let count = 0; count < QUEUE.maxReceiveCount; count += 1) {
      expect(bodies(await fail())).toEqual(['poison']);
    }
    expect(bodies(await fail())).toEqual([]);
    expect([aws.queueDepth(), aws.deadLetterDepth()]).toEqual([0, 1]);
  });

  it('takes a message of 1 MiB whole, and none above', async () => {
    const { send, receive } = await start(temporaryFolder());
    const largest = 'x'.repeat(QUEUE.messageBytesMax);
    await send(largest);
    const [message] = await receive();
    expect(message?.Body === largest).toBe(true);
    await expect(send(`${largest}x`)).rejects.toThrow();
  });
});

describe('a bucket', () => {
  it('keeps its objects over a restart, byte for byte', async () => {
    const dir = temporaryFolder();
    const first = await start(dir);
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    await first.put('archive/tenant=acme/a.gz', bytes);
    await first.stop();
    const second = await start(dir);
    expect(await second.keys()).toEqual(['archive/tenant=acme/a.gz']);
    expect(await second.read('archive/tenant=acme/a.gz')).toBe(bytes.toString('latin1'));
  });

  it.each(['archive/tenant=acme/day=2026-01-01/a+b.gz', 'at 12:30 "é" 50%?*.json'])(
    'refuses to create %s a second time, also after a restart, and keeps what is there',
    async (key) => {
      const dir = temporaryFolder();
      const first = await start(dir);
      await first.create(key, 'first');
      await expectRefusal(first, key);
      await first.stop();
      await expectRefusal(await start(dir), key);
    },
  );

  async function expectRefusal({ create, read }: Awaited<ReturnType<typeof start>>, key: string) {
    const refused = await create(key, 'second').catch((thrown: unknown) => thrown);
    expect(isAwsError(refused, 'PreconditionFailed')).toBe(true);
    expect(await read(key)).toBe('first');
  }

  it('replaces an object that is put without a condition', async () => {
    const { put, read } = await start(temporaryFolder());
    await put('a', 'first');
    await put('a', 'second');
    expect(await read('a')).toBe('second');
  });

  it('starts without the objects that a kill left half written', async () => {
    const dir = temporaryFolder();
    const first = await start(dir);
    await first.put('archive/whole', 'whole');
    await first.stop();
    const archive = join(
      dir,
      'sqs-s3',
      'objects',
      'buckets',
      first.aws.resources.BUCKET,
      'objects',
      'archive',
    );
    mkdirSync(archive, { recursive: true });
    writeFileSync(join(archive, 'no-note.data'), 'half');
    writeFileSync(join(archive, 'half-note.data'), 'half');
    writeFileSync(join(archive, 'half-note.meta.json'), '{"key":"archive/half-n');
    writeFileSync(join(archive, 'empty-note.data'), 'half');
    writeFileSync(join(archive, 'empty-note.meta.json'), '');
    const second = await start(dir);
    expect(await second.keys()).toEqual(['archive/whole']);
    for (const key of ['archive/no-note', 'archive/half-note', 'archive/empty-note']) {
      await second.create(key, 'now whole');
      expect(await second.read(key)).toBe('now whole');
    }
  });
});
