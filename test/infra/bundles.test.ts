import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { BUNDLE_ENTRY, bundle } from '../../infra/bundle/bundle.ts';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { decodeEnvelope, readPointer } from '../../lambda/queue/envelope.ts';
import { startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { putTenantSecret, secretName } from '../../local/tenant-secret.ts';
import { runCommand } from '../e2e/command.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  makeEvent,
  serve,
  temporaryFolder,
} from '../local/tenant-client.ts';
import { type BundleFacts, bundleFacts } from './bundle-facts.ts';

/** What a cold start may load, in bytes. */
const BYTES_AT_START_MAX = {
  poller: 550_000,
  ingest: 545_000,
  compactor: 600_000,
  detector: 850_000,
  console: 320_000,
} as const;
type FunctionName = keyof typeof BYTES_AT_START_MAX;
const NAMES = Object.keys(BYTES_AT_START_MAX) as FunctionName[];

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const facts = new Map<string, BundleFacts>();

beforeAll(async () => {
  for (const name of NAMES) {
    facts.set(name, bundleFacts(await bundle(`lambda/${name}.ts`, join(folder, name))));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function factsOf(name: string): BundleFacts {
  const found = facts.get(name);
  if (found === undefined) throw new Error(`${name} was not bundled`);
  return found;
}

describe('the bundle of each function', () => {
  test.each(NAMES)('%s is no larger than it has to be for a cold start', (name) => {
    expect(factsOf(name).bytesAtStart).toBeLessThanOrEqual(BYTES_AT_START_MAX[name]);
  });

  test.each(NAMES)('%s brings the packages it needs, and none for developers', (name) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const { packages } = factsOf(name);
    expect([...packages].filter((used) => used in devDependencies)).toEqual([]);
    expect([...packages].filter((used) => used in dependencies)).toContain(
      '@aws-sdk/client-dynamodb',
    );
  });

  test.each(NAMES)('%s has zod in its small form alone', (name) => {
    const zod = [...factsOf(name).sources].filter((source) => source.includes('/zod/v4/'));
    expect(zod.some((source) => source.includes('/mini/'))).toBe(true);
    expect(zod.filter((source) => source.includes('/classic/'))).toEqual([]);
  });

  test.each(NAMES)('%s names the sources in a map beside each file', (name) => {
    const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.mjs'));
    expect(files).toContain(BUNDLE_ENTRY);
    const missing = files.filter((file) => !existsSync(join(folder, name, `${file}.map`)));
    expect(missing).toEqual([]);
    const { sources } = JSON.parse(readFileSync(join(folder, name, 'index.mjs.map'), 'utf8'));
    expect(sources).toContain(`../lambda/${name}.ts`);
  });

  test.each(NAMES)('%s loads neither HTTP/2 nor fetch when it is imported', async (name) => {
    const { stdout, stderr } = await runBundle(
      name,
      `process.stdout.write(JSON.stringify({ handler: typeof handler, loaded: process.moduleLoadList }));`,
    );
    const { handler, loaded } = JSON.parse(stdout || stderr);
    expect(handler).toBe('function');
    expect(loaded.filter((module: string) => /undici|http2/.test(module))).toEqual([]);
  });

  test('is the same wherever it is written, so that nothing is deployed without a change', async () => {
    const elsewhere = join(folder, 'else', 'where');
    await bundle('lambda/console.ts', elsewhere);
    expect(digests(elsewhere)).toEqual(digests(join(folder, 'console')));
  });
});

describe('the S3 client of the poller', () => {
  test('is no part of what a cold start loads', () => {
    const { packages, packagesAtStart } = factsOf('poller');
    expect(packages).toContain('@aws-sdk/client-s3');
    expect(packagesAtStart).toContain('@aws-sdk/client-sqs');
    expect(packagesAtStart).not.toContain('@aws-sdk/client-s3');
  });

  test('is loaded by a batch that is too large for a message', async () => {
    const aws = await startEmbeddedAws(temporaryFolder());
    onTestFinished(() => aws.stop());
    const nowMs = Date.now();
    const events = Array.from({ length: 20 }, (_, at) =>
      makeEvent(nowMs - (60 - at) * 1000, at, { noise: noise(at, 100_000) }),
    );
    const { tenant } = await serve(events, { nowMs: Date.now });
    await putTenantSecret('acme', { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

    const { code, stdout, stderr } = await runBundle(
      'poller',
      `await handler({}, { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 });`,
      {
        ...aws.sdkEnvironment,
        ...aws.resources,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        [ENV.tenant]: 'acme',
        [ENV.auth0Domain]: tenant.host,
        [ENV.auth0Plan]: 'enterprise',
        [ENV.credentialsSecretArn]: secretName('acme'),
        [ENV.collectionStart]: new Date(nowMs - 3600_000).toISOString(),
      },
    );

    expect(`${stdout}${stderr}`).toContain('fetched 20 log events');
    expect(code).toBe(0);
    const { overflow } = readPointer(await onlyMessage(aws.resources.QUEUE_URL)) ?? {};
    const delivery = await decodeEnvelope(await objectAt(aws.resources.BUCKET, overflow));
    expect(delivery.lines.map(String)).toEqual(events.map(({ json }) => String(json)));
  });
});

/** Runs a script in a process of its own, with the `handler` of a bundle and these variables beside the tests' own. */
const runBundle = (
  name: string,
  script: string,
  environment: Readonly<Record<string, string>> = {},
) =>
  runCommand(
    '--input-type=module',
    ['--eval', `import { handler } from '${join(folder, name, BUNDLE_ENTRY)}';\n${script}`],
    environment,
  );

/** Text that gzip can't make much smaller. */
function noise(seed: number, chars: number): string {
  let text = '';
  for (let at = 0; text.length < chars; at += 1) {
    text += createHash('sha512').update(`${seed} ${at}`).digest('base64');
  }
  return text.slice(0, chars);
}

function digests(of: string): [string, string][] {
  return readdirSync(of).map((name) => [
    basename(name),
    createHash('sha256')
      .update(readFileSync(join(of, name)))
      .digest('hex'),
  ]);
}

async function onlyMessage(QueueUrl: string): Promise<string> {
  const sqs = new SQSClient(AWS_CLIENT);
  onTestFinished(() => sqs.destroy());
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  expect(Messages).toHaveLength(1);
  return Messages[0]?.Body ?? '';
}

async function objectAt(Bucket: string, Key: string | undefined): Promise<string> {
  const s3 = new S3Client(AWS_CLIENT);
  onTestFinished(() => s3.destroy());
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
