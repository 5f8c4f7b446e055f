import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadLetterQueueUrl } from '../../cli/checks/queue-depths.ts';
import { createIncidentStore } from '../../lambda/detect/incident-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { encodePointer, overflowKey } from '../../lambda/queue/envelope.ts';
import { incident } from '../console/readings.ts';
import type { Outcome } from '../e2e/command.ts';
import { type FakeDeployment, REGION, startFakeDeployment } from './fake-deployment.ts';
import { startTenant } from './subject.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const INCIDENT = 'A0-LOG-02-20261122-3f9ac01b7d2e';

let deployment: FakeDeployment;
let sqs: SQSClient;
beforeAll(async () => {
  deployment = await startFakeDeployment();
  const { books } = deployment;
  sqs = new SQSClient({});
  const nowMs = Date.now();
  deployment.addTenant('acme');
  deployment.addTenant('staging');
  deployment.rules['staging-rule'] = 'DISABLED';
  const leaked = { type: 'pwd_leak', user_name: 'anna@example.com', ip: '192.0.2.7' };
  for (const [agoMs, fields] of [
    [30 * HOUR_MS, { type: 's' }],
    [HOUR_MS / 2, leaked],
  ] as const) {
    const date = new Date(nowMs - agoMs).toISOString();
    const event = { ingestedMs: nowMs - agoMs, fields: { ...fields, date } };
    await books.ingest(await books.addBatch('acme', [event], nowMs - agoMs + 1_000));
  }
  const at = new Date(nowMs - 5 * MINUTE_MS).toISOString();
  for (const tenant of ['acme', 'staging']) {
    await books.changeCheckpoint(tenant, (before) => ({
      ...before,
      collectedUntil: at,
      status: { state: 'healthy', lastPollAt: at, lastSuccessAt: at, rateShareUsed: 0.25 },
    }));
  }
  const dynamo = new DynamoDBClient({});
  await createIncidentStore(dynamo, books.aws.resources[ENV.detectionTable]).create(
    incident({ id: INCIDENT, lastSeenMs: nowMs - HOUR_MS }),
  );
  dynamo.destroy();
}, 60_000);
afterAll(async () => {
  sqs.destroy();
  await deployment.stop();
});

/** The actions that each command asked AWS for. */
const asked = new Map<string, Set<string>>();

async function collector(
  line: string,
  environment?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  deployment.gate.actions.clear();
  const outcome = await deployment.start(line.split(' '), environment).outcome;
  noteAsked(line);
  return outcome;
}

function noteAsked(line: string): void {
  const [command = ''] = line.split(' ');
  asked.set(command, new Set([...(asked.get(command) ?? []), ...deployment.gate.actions]));
}

/** Without what differs from run to run; what has a width keeps it. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?/g, (time) =>
      time.replaceAll(/\d/g, '0'),
    )
    .replaceAll(/-\d{8}-[0-9a-f]{12}/g, (id) => id.replaceAll(/[0-9a-f]/g, '0'))
    .replaceAll(/"9\d{40,}"/g, '"LOG_ID"')
    .replaceAll(/\$\d+\.\d\d/g, '$0.00')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');

const told = ({ code, stdout, stderr }: Outcome): string =>
  steady(`${stdout}--- stderr\n${stderr}--- exit code ${code}\n`);

describe('a command on a deployment', () => {
  it('raises nothing without the permission for it', async () => {
    deployment.deny('dynamodb:UpdateItem', 'TABLE');
    const { code, stdout, stderr } = await collector('replay --tenant acme');
    deployment.gate.refusals.clear();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^The AWS credentials lack the permission dynamodb:UpdateItem on TABLE: /,
    );
  });

  it.each([
    ['status', 'status'],
    ['verify', 'verify'],
    ['export', 'export'],
    ['incidents', 'incidents'],
    ['incident', `incident ${INCIDENT}`],
    ['backtest', 'backtest --rule a0-log-07 --tenant acme'],
    ['replay', 'replay --tenant acme'],
    ['cost', 'cost --tenant acme'],
    ['backfill', 'backfill acme --from 2d --no-wait'],
    ['backfill-again', 'backfill acme --no-wait'],
  ])('says what it finds there: %s', async (name, line) => {
    const outcome = await collector(line);
    await expect(told(outcome)).toMatchFileSnapshot(`golden/aws-${name}.txt`);
  });

  it('shows events as they come', async () => {
    deployment.gate.actions.clear();
    const tail = deployment.start(['tail', 'acme']);
    await tail.shows('Waiting for new events of acme');
    const ingestedMs = Date.now();
    const date = new Date(ingestedMs).toISOString();
    const { books } = deployment;
    await books.ingest(
      await books.addBatch('acme', [{ ingestedMs, fields: { type: 'fp', date } }]),
    );
    await tail.shows('Login failed');
    tail.process.kill('SIGINT');
    await expect(told(await tail.outcome)).toMatchFileSnapshot('golden/aws-tail.txt');
    noteAsked('tail');
  });

  it('sends dead letters back', async () => {
    const { books } = deployment;
    const whole = await books.addBatch('staging', [{ ingestedMs: Date.now() }]);
    const queueUrl = books.aws.resources[ENV.queueUrl];
    const QueueUrl = await deadLetterQueueUrl(sqs, queueUrl);
    const gone = encodePointer(overflowKey('acme', 7, 'a'.repeat(64)));
    for (const MessageBody of [whole, 'no batch', gone]) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    await expect(told(await collector('redrive'))).toMatchFileSnapshot('golden/aws-redrive.txt');
    expect([books.aws.queueDepth(), books.aws.deadLetterDepth()]).toEqual([1, 2]);
  });

  it('checks a tenant', async () => {
    const tenant = await startTenant();
    deployment.addTenant('acme', { Auth0Domain: tenant.host });
    const { code, stdout, stderr } = await collector('check acme --json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).tenant).toBe('acme');
  });

  it('looks at the stack of the product alone, whatever else is deployed', async () => {
    deployment.stacks['Auth0CollectorOther'] = {
      outputs: { ...deployment.stacks['Auth0Collector']?.outputs, CollectionTable: 'another' },
    };
    const { code } = await collector('verify --tenant acme');
    expect(code).toBe(0);
  });
});

describe('the permissions of an operator', () => {
  it('are in docs/operating.md, command by command', () => {
    const table = readFileSync('docs/operating.md', 'utf8').split('\n## Permissions\n')[1] ?? '';
    const rows = [...table.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(
      ([, command, actions = '']) => [command, actions.replaceAll('`', '').split(', ')] as const,
    );
    const right = [...asked].map(([command, actions]) => [command, [...actions].sort()] as const);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(right));
  });
});

describe('what a command on a deployment can not work with', () => {
  const sentence = async (
    line: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const { code, stdout, stderr } = await collector(line, environment);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr.trimEnd();
  };

  it('is said: no credentials', async () => {
    const none = { AWS_PROFILE: '', AWS_CONFIG_FILE: '/no/such/file' };
    expect(await sentence('status', none)).toMatch(
      /^There are no AWS credentials to go by \(.*\): sign in, for instance with aws sso login, or set AWS_PROFILE/,
    );
  });

  it('is said: a profile that is not there', async () => {
    expect(await sentence('verify', { AWS_PROFILE: 'nobody' })).toMatch(
      /^There are no AWS credentials to go by \(.*\): sign in/,
    );
  });

  it('is said: credentials that have expired, or that AWS does not know', async () => {
    const { refusals } = deployment.gate;
    refusals.set('*', { name: 'ExpiredToken', message: 'The security token is expired' });
    expect(await sentence('incidents')).toBe(
      'The AWS credentials have expired: sign in again, for instance with aws sso login',
    );
    refusals.set('*', { name: 'InvalidClientTokenId', message: 'The token is invalid' });
    expect(await sentence('incidents')).toBe(
      'AWS does not accept the credentials (InvalidClientTokenId): check AWS_PROFILE, or sign in again',
    );
    refusals.clear();
    const { name, message } = { name: 'ExpiredTokenException', message: 'expired' };
    refusals.set('dynamodb:Scan', { name, message });
    expect(await sentence('incidents')).toMatch(/^The AWS credentials have expired: /);
    refusals.clear();
  });

  it('is said: another region, and none', async () => {
    expect(await sentence('status', { AWS_REGION: 'us-east-1' })).toBe(
      "The stack Auth0Collector can't be looked up (Stack with id Auth0Collector does not exist): check AWS_PROFILE and AWS_REGION, or name a data folder with --local",
    );
    expect(await sentence('status', { AWS_REGION: '' })).toMatch(/AWS_REGION/);
    expect(REGION).not.toBe('us-east-1');
  });

  it.each([
    [
      'verify --tenant acmee',
      'There is no tenant "acmee" here: did you mean "acme"? (there is: acme, staging)',
    ],
    [
      'tail stagin',
      'There is no tenant "stagin" here: did you mean "staging"? (there is: acme, staging)',
    ],
    ['backfill shop', 'There is no tenant "shop" here (there is: acme, staging)'],
    [
      'incident A0-LOG-02-20261122-000000000000',
      'There is no incident "A0-LOG-02-20261122-000000000000": collector incidents lists those there are',
    ],
    [
      'check acmee',
      'There is no stack Auth0Collector-acmee in this account and region: did you mean "acme"? If not, deploy the tenant, or check AWS_PROFILE and AWS_REGION',
    ],
  ])('is said: %s', async (line, words) => {
    expect(await sentence(line)).toBe(words);
  });

  it.each([
    ['status', 'cloudformation:DescribeStacks'],
    ['status', 'dynamodb:Scan'],
    ['status', 'dynamodb:GetItem'],
    ['status', 'dynamodb:Query'],
    ['status', 'events:DescribeRule'],
    ['status', 'sqs:GetQueueAttributes'],
    ['verify', 's3:GetObject'],
    ['export', 's3:GetObject'],
    ['redrive', 'sqs:ReceiveMessage'],
  ])('is said with its name: %s without the permission %s', async (line, action) => {
    const resource = `arn:aws:any:${REGION}:111122223333:resource`;
    deployment.deny(action, resource);
    const said = await sentence(line).finally(() => deployment.gate.refusals.clear());
    expect(said).toBe(
      `The AWS credentials lack the permission ${action} on ${resource}: allow it to them, see "Permissions" in docs/operating.md`,
    );
  });
});
