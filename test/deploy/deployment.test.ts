import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetBucketVersioningCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { DIMENSION, ENV, METRIC, METRICS_NAMESPACE, QUEUE } from '../../lambda/platform/names.ts';
import { FIRST_CYCLE_EVENTS } from '../../local/tenant/attacks/plan.ts';
import { runCommand } from '../e2e/command.ts';
import { CdkApp, type TenantEntry } from './cdk.ts';
import { Deployed, type LogLine, until } from './deployed.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { leadToTenant, setVariable, withImpatientQueue, withImpatientRule } from './repairs.ts';
import { Subscriber, type Told } from './subscriber.ts';
import { CANONICAL_DOMAIN, type Source, startSource } from './tenants.ts';

const SHARED = 'Auth0Collector';
const ACME = 'Auth0Collector-acme';
const SHOP = 'Auth0Collector-acme-shop';

const ENTRY = {
  // A name that no resolver knows: a poller that is not led to its simulated tenant reaches nobody.
  domain: 'login.acme.invalid',
  canonicalDomain: CANONICAL_DOMAIN,
  plan: 'enterprise',
  collectionStart: 'oldest',
} as const;
const ACME_ENTRY = {
  name: 'acme',
  ...ENTRY,
  pollIntervalMinutes: 1,
  // What its events would raise otherwise.
  detection: { off: ['A0-ADM-13'] },
} as const;
const SHOP_ENTRY = { name: 'acme-shop', ...ENTRY, enabled: false } as const;

let folder: string;
let ministack: MiniStack;
let app: CdkApp;
let aws: Deployed;
let acme: Source;
let shop: Source;
let subscriber: Subscriber;
/** Everything that `cdk` wrote so far. */
let cdkText = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deployment-'));
  ministack = await startMiniStack(folder);
  app = new CdkApp(folder, ministack);
  aws = new Deployed(ministack);
  // So many have each attack once.
  acme = await startSource(folder, 'acme', FIRST_CYCLE_EVENTS, ['brute-force']);
  shop = await startSource(folder, 'acme-shop', 350);
  await app.bootstrap();
});

afterAll(async () => {
  await acme?.tenant.stop();
  await shop?.tenant.stop();
  await ministack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function deploy(tenants: readonly TenantEntry[], ...parameters: string[]): Promise<string> {
  const { outputs, text } = await app.deploy(tenants, parameters);
  aws.outputs = outputs;
  cdkText += text;
  await leadToTenant(aws.lambda, aws.output(ACME, 'PollerName'), acme.tenant.host);
  if (tenants.some(({ name }) => name === SHOP_ENTRY.name)) {
    await leadToTenant(aws.lambda, aws.output(SHOP, 'PollerName'), shop.tenant.host);
  }
  return text;
}

const pollerLog = (stack: string) => aws.output(stack, 'LogGroup');
const ingestLog = () => aws.output(SHARED, 'IngestLogGroup');
const queueAttributes = async (url: string) =>
  (await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })))
    .Attributes ?? {};
const isSummary = (line: LogLine) => String(line['message']).startsWith('auth0: fetched');
const hasCode = (code: string) => (line: LogLine) => line['code'] === code;
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('a deployment', () => {
  it('comes about from the templates, with the state that they describe', async () => {
    await deploy([ACME_ENTRY]);
    const bucket = { Bucket: aws.output(SHARED, 'BucketName') };
    const queue = await queueAttributes(aws.output(SHARED, 'QueueUrl'));
    const deadLetters = await queueAttributes(aws.output(SHARED, 'DeadLetterQueueUrl'));
    expect(queue).toMatchObject({
      VisibilityTimeout: String(QUEUE.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(QUEUE.retentionDays * 24 * 3600),
      MaximumMessageSize: String(QUEUE.messageBytesMax),
    });
    expect(JSON.parse(queue['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: deadLetters['QueueArn'],
      maxReceiveCount: QUEUE.maxReceiveCount,
    });
    expect((await aws.s3.send(new GetBucketVersioningCommand(bucket))).Status).toBe('Enabled');
    const { PublicAccessBlockConfiguration } = await aws.s3.send(
      new GetPublicAccessBlockCommand(bucket),
    );
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(await aws.logRetentionDays(ingestLog())).toBe(30);
    expect(await aws.ruleState(aws.output(ACME, 'RuleName'))).toBe('ENABLED');
    expect(await aws.checkpoint('acme')).toBeUndefined();
    subscriber = await Subscriber.of(aws.output(SHARED, 'IncidentTopicArn'), aws.sqs, ministack);
  });

  it('brings a poisoned message to the dead-letter queue, whole, and says so', async () => {
    const QueueUrl = aws.output(SHARED, 'QueueUrl');
    const deadLetterUrl = aws.output(SHARED, 'DeadLetterQueueUrl');
    await withImpatientQueue(aws.sqs, QueueUrl, async () => {
      await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'this is no batch' }));
      const { Body, ReceiptHandle } = await until('a dead letter', async () => {
        const received = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetterUrl }));
        return received.Messages?.[0];
      });
      expect(Body).toBe('this is no batch');
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetterUrl, ReceiptHandle }));
    });
    expect(
      await aws.logLine(ingestLog(), 'the failure', hasCode('ENVELOPE_INVALID')),
    ).toMatchObject({ level: 'ERROR', service: 'ingest', remedy: remedyOf('ENVELOPE_INVALID') });
    const lines = await aws.logLines(ingestLog());
    expect(lines.filter(hasCode('ENVELOPE_INVALID'))).toHaveLength(QUEUE.maxReceiveCount);
    expect(await queueAttributes(QueueUrl)).toMatchObject({
      VisibilityTimeout: String(QUEUE.visibilityTimeoutSeconds),
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('gives the tenant its turn in the compactor by its rule', async () => {
    const rule = await aws.ruleNamed('acme-TenantCompaction');
    const isTurn = ({ message }: LogLine) => /^lake: compacted/.test(String(message));
    const turn = await withImpatientRule(aws, rule, 'rate(1 hour)', () =>
      aws.logLine(aws.output(SHARED, 'CompactorLogGroup'), 'a turn', isTurn),
    );
    expect(turn).toMatchObject({ tenant: 'acme', events: 0, stopReason: 'caught-up' });
  });

  it('ticks by its rule, and asks for the credentials that nobody filled in yet', async () => {
    const checkpoint = await until('the first tick', () => aws.checkpoint('acme'));
    expect(checkpoint.status).toMatchObject({
      state: 'pending-credentials',
      lastError: { code: 'CREDENTIALS_NOT_SET', remedy: remedyOf('CREDENTIALS_NOT_SET') },
    });
    expect(checkpoint.eventsTotal).toBe(0);
    expect(
      await aws.logLine(pollerLog(ACME), 'the failure', hasCode('CREDENTIALS_NOT_SET')),
    ).toMatchObject({
      level: 'ERROR',
      service: 'poller',
      tenant: 'acme',
      remedy: remedyOf('CREDENTIALS_NOT_SET'),
    });
    const isMetric = (line: LogLine) => METRIC.credentialErrors in line;
    expect(await aws.logLine(pollerLog(ACME), 'the metric', isMetric)).toMatchObject({
      [METRIC.errors]: 1,
      [METRIC.credentialErrors]: 1,
    });
  });

  it('stops the ticks of a tenant by its parameter', async () => {
    await deploy([ACME_ENTRY], `${ACME}:Enabled=false`);
    expect(await aws.ruleState(aws.output(ACME, 'RuleName'))).toBe('DISABLED');
  });

  it('archives every event once and as it was served when the credentials are there', async () => {
    await aws.putCredentials(ACME, acme.credentials);
    expect(await aws.poll(ACME)).toMatchObject({ stopReason: 'caught-up', fetched: 5_000 });
    const rows = await aws.storedLedger('acme', 5_000);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(await aws.archive('acme')).toEqual(acme.served());
    expect(await aws.verify('acme')).toMatchObject({ events: 5_000, batches: 5, breaks: [] });
    expect((await aws.checkpoint('acme'))?.status.state).toBe('healthy');
  });

  it('raises incidents of an attack by itself, and tells the subscribers of the topic', async () => {
    // Nobody but ingest invokes the detector within the minutes that this takes.
    const incident = await until('the incident', async () =>
      (await aws.incidents('acme')).find(({ ruleId }) => ruleId === 'A0-LOG-01'),
    );
    expect(incident).toMatchObject({ family: 'login', entity: { kind: 'user' } });
    expect(incident.count).toBeGreaterThanOrEqual(10);
    const served = new Set(acme.served().map((text) => JSON.parse(text).log_id));
    for (const { logId } of incident.timeline) expect(served).toContain(logId);
    const told: Told[] = [];
    const message = await until('the message', async () => {
      told.push(...(await subscriber.take()));
      return told.find(
        ({ MessageAttributes }) => MessageAttributes['ruleId']?.Value === 'A0-LOG-01',
      );
    });
    expect(message.MessageAttributes['tenant']?.Value).toBe('acme');
    expect(message.Message).toContain(incident.entity.value);
    const key = `incidents/tenant=acme/${incident.id}.json`;
    const finding = await until('the object of the incident', () => aws.readObject(key));
    expect(JSON.parse(finding.toString('utf8'))).toMatchObject({
      class_uid: 2004,
      finding_info: { uid: incident.id },
    });
  });

  it('raises an incident once, however often the detector has its turn', async () => {
    const turn = () =>
      until('a turn that is not locked', async () => {
        const summary = await aws.turn('DetectorName', 'acme');
        return summary['stopReason'] === 'locked' ? undefined : summary;
      });
    await turn();
    const before = await aws.incidents('acme');
    expect(before.filter(({ ruleId }) => ruleId === 'A0-ADM-13')).toEqual([]);
    expect(await turn()).toMatchObject({ stopReason: 'caught-up', events: 0, opened: 0, holes: 0 });
    expect(await aws.incidents('acme')).toEqual(before);
  });

  it('brings every event once into the lake, by class and day', async () => {
    expect(await aws.turn('CompactorName', 'acme')).toMatchObject({
      stopReason: 'caught-up',
      events: 5_000,
      holes: 0,
      lagSeconds: 0,
    });
    const tables = await aws.lakeTables();
    const templates = tables.flatMap(
      ({ Parameters = {} }) => Parameters['storage.location.template'] ?? [],
    );
    const bucket = aws.output(SHARED, 'BucketName');
    for (const key of await aws.objects('lake/')) {
      // Athena looks into the folder that the table's template makes of tenant and day.
      const [, folder = '', day = ''] = /^(.+\/tenant=)acme\/day=([\d-]+)\//.exec(key) ?? [];
      const known = templates.map((one) =>
        one.replace(/\$\{tenant\}/, 'acme').replace(/\$\{day\}/, day),
      );
      expect(known).toContain(`s3://${bucket}/${folder}acme/day=${day}/`);
      expect(key).toMatch(
        /^lake\/class=(authentication|account_change|api_activity)\/tenant=acme\/day=\d{4}-\d\d-\d\d\/\d{10}-\d{10}\.parquet$/,
      );
    }
    expect(tables.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['archive', 'events']));
    const served = acme.served().map((text) => String(JSON.parse(text).log_id));
    expect(await aws.lakeLogIds('acme')).toEqual(served.sort());
    expect(await aws.turn('CompactorName', 'acme')).toMatchObject({ events: 0, objects: 0 });
  });

  it("is proved complete by the operator's command, which finds the stack by itself", async () => {
    const command = (...args: string[]) =>
      runCommand('cli/collector.ts', args, { ...ministack.environment });
    const verified = await command('verify');
    expect(verified.stdout).toMatch(/^acme: 5,000 events in 5 batches from .*, complete\n$/);
    expect(verified.code).toBe(0);
    const exported = await command('export', '--tenant', 'acme');
    expect(exported.stdout.split('\n').slice(0, -1)).toEqual(acme.served());
    expect((await command('verify', '--tenant', 'nobody')).code).toBe(2);
  });

  it('says in one line per invocation what was done', async () => {
    const poll = await aws.logLine(
      pollerLog(ACME),
      'the summary',
      (line) => isSummary(line) && line['fetched'] === 5_000,
    );
    expect(poll).toMatchObject({
      level: 'INFO',
      service: 'poller',
      timestamp: isoTime,
      message: 'auth0: fetched 5000 log events',
      tenant: 'acme',
      batches: 5,
      pages: expect.any(Number),
      stopReason: 'caught-up',
      duplicates: 0,
      late: 0,
      gaps: 0,
      tokenRequests: 1,
      throttles: 0,
      cursor: JSON.parse(acme.served().at(-1) ?? '').log_id,
      cursorAgeSeconds: expect.any(Number),
      hoursToLoss: expect.any(Number),
      durationMs: expect.any(Number),
    });
    const isIngest = ({ message }: LogLine) => /^ingest: archived \d+ log/.test(String(message));
    const archived = (await aws.logLines(ingestLog())).filter(
      (line) => isIngest(line) && line['failures'] === 0,
    );
    for (const line of archived) {
      expect(line).toMatchObject({
        level: 'INFO',
        service: 'ingest',
        timestamp: isoTime,
        archived: expect.any(Number),
        duplicates: 0,
        quarantined: 0,
        batches: expect.any(Number),
        durationMs: expect.any(Number),
      });
    }
    expect(archived.reduce((sum, line) => sum + Number(line['archived']), 0)).toBe(5_000);
  });

  it('publishes its metrics with the tenant as the only dimension', async () => {
    const published = new Set<string>();
    const shared = ['CompactorLogGroup', 'DetectorLogGroup'].map((name) =>
      aws.output(SHARED, name),
    );
    for (const group of [pollerLog(ACME), ingestLog(), ...shared]) {
      const lines = (await aws.logLines(group)).filter((line) => '_aws' in line);
      for (const line of lines) {
        const { CloudWatchMetrics } = line['_aws'] as { CloudWatchMetrics: Embedded[] };
        expect(line[DIMENSION.tenant]).toBe('acme');
        for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
          expect(Namespace).toBe(METRICS_NAMESPACE);
          expect(Dimensions).toEqual([[DIMENSION.tenant]]);
          for (const { Name } of Metrics) {
            expect(line[Name]).toEqual(expect.any(Number));
            published.add(Name);
          }
        }
      }
    }
    const all: readonly string[] = Object.values(METRIC);
    expect([...published].filter((name) => !all.includes(name))).toEqual([]);
    // What has happened to it so far.
    expect([...published]).toEqual(
      expect.arrayContaining([METRIC.eventsFetched, METRIC.errors, METRIC.credentialErrors]),
    );
  });

  it('takes in a second tenant beside the first', async () => {
    const before = await aws.checkpoint('acme');
    await deploy([ACME_ENTRY, SHOP_ENTRY]);
    await aws.putCredentials(SHOP, shop.credentials);
    expect(await aws.poll(SHOP)).toMatchObject({ stopReason: 'caught-up', fetched: 350 });
    const rows = await aws.storedLedger('acme-shop', 350);
    for (const { stored } of rows) expect(stored?.key).toMatch(/^archive\/tenant=acme-shop\/day=/);
    expect(await aws.archive('acme-shop')).toEqual(shop.served());
    expect(await aws.verify('acme-shop')).toMatchObject({ events: 350, breaks: [] });
    expect(await aws.checkpoint('acme')).toEqual(before);
    expect(await aws.archive('acme')).toEqual(acme.served());
  });

  it('applies a changed parameter to its own stack only', async () => {
    const others = () =>
      Promise.all(
        [aws.output(SHARED, 'IngestName'), aws.output(SHOP, 'PollerName')].map((name) =>
          aws.functionOf(name).then(({ CodeSha256, Environment, Timeout, MemorySize, Role }) => ({
            CodeSha256,
            Environment,
            Timeout,
            MemorySize,
            Role,
          })),
        ),
      );
    const before = await others();
    const text = await deploy([ACME_ENTRY, SHOP_ENTRY], `${ACME}:RateShare=0.25`);
    const { Environment } = await aws.functionOf(aws.output(ACME, 'PollerName'));
    expect(Environment?.Variables?.[ENV.rateShare]).toBe('0.25');
    expect(text).toContain(`✅  ${SHARED} (no changes)`);
    expect(text).toContain(`✅  ${SHOP} (no changes)`);
    expect(await others()).toEqual(before);
    // The parameter of the deployment before keeps its value.
    expect(await aws.ruleState(aws.output(ACME, 'RuleName'))).toBe('DISABLED');
  });

  it('lets a poller read the credentials of its own tenant only', async () => {
    const before = await aws.checkpoint('acme');
    const pollerName = aws.output(ACME, 'PollerName');
    const useSecretOf = (stack: string) =>
      setVariable(aws.lambda, pollerName, ENV.credentialsSecretArn, aws.output(stack, 'SecretArn'));
    await useSecretOf(SHOP);
    expect(await aws.poll(ACME)).toMatchObject({ stopReason: 'failed', fetched: 0 });
    const checkpoint = await aws.checkpoint('acme');
    expect(checkpoint?.status).toMatchObject({
      state: 'failed',
      lastError: { code: 'CREDENTIALS_UNREADABLE', remedy: remedyOf('CREDENTIALS_UNREADABLE') },
    });
    expect(checkpoint?.status.lastError?.message).toContain('AccessDenied');
    expect(checkpoint?.cursor).toEqual(before?.cursor);
    await useSecretOf(ACME);
  });

  it('goes on from its checkpoint after an update of code and settings', async () => {
    const before = {
      checkpoint: await aws.checkpoint('acme'),
      ledger: await aws.ledger('acme'),
      poller: await aws.functionOf(aws.output(ACME, 'PollerName')),
      ingest: await aws.functionOf(aws.output(SHARED, 'IngestName')),
    };
    app.changeCode();
    await deploy([ACME_ENTRY, SHOP_ENTRY], `${ACME}:LogRetentionDays=90`);
    const poller = await aws.functionOf(aws.output(ACME, 'PollerName'));
    const ingest = await aws.functionOf(aws.output(SHARED, 'IngestName'));
    expect(poller.CodeSha256).not.toBe(before.poller.CodeSha256);
    expect(ingest.CodeSha256).not.toBe(before.ingest.CodeSha256);
    expect(await aws.logRetentionDays(pollerLog(ACME))).toBe(90);
    expect(await aws.checkpoint('acme')).toEqual(before.checkpoint);

    acme.add(40);
    expect(await aws.poll(ACME)).toMatchObject({ stopReason: 'caught-up', fetched: 40 });
    const rows = await aws.storedLedger('acme', 5_040);
    expect(rows.slice(0, before.ledger.length)).toEqual(before.ledger);
    expect(await aws.archive('acme')).toEqual(acme.served());
    expect(await aws.verify('acme')).toMatchObject({ events: 5_040, batches: 6, breaks: [] });
    expect((await aws.logLines(pollerLog(ACME))).filter(isSummary)).toHaveLength(4);
  });

  it('shows no client secret in logs, templates, outputs or state', async () => {
    const assembly = readdirSync(app.assembly).filter((name) => name.endsWith('.json'));
    const places: Readonly<Record<string, string>> = {
      logs: await aws.allLogText(),
      templates: assembly.map((name) => readFileSync(join(app.assembly, name), 'utf8')).join(),
      outputs: JSON.stringify(aws.outputs),
      cdk: cdkText,
      functions: JSON.stringify([
        await aws.functionOf(aws.output(ACME, 'PollerName')),
        await aws.functionOf(aws.output(SHOP, 'PollerName')),
      ]),
      table: await aws.allTableText(),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(100);
      for (const { credentials } of [acme, shop]) {
        expect(text.includes(credentials.clientSecret), place).toBe(false);
      }
    }
    expect(places['logs']).toContain('auth0: fetched 5000 log events');
  });

  it('keeps what was collected when the stacks are destroyed', async () => {
    const pollerName = aws.output(SHOP, 'PollerName');
    await app.destroy(SHOP);
    await expect(aws.functionOf(pollerName)).rejects.toThrow(ResourceNotFoundException);
    acme.add(5);
    expect(await aws.poll(ACME)).toMatchObject({ stopReason: 'caught-up', fetched: 5 });
    await aws.storedLedger('acme', 5_045);
    await app.destroy(ACME);
    await app.destroy(SHARED);
    expect(await aws.archive('acme')).toEqual(acme.served());
    expect(await aws.archive('acme-shop')).toEqual(shop.served());
    expect(await aws.verify('acme')).toMatchObject({ events: 5_045, breaks: [] });
  });
});

interface Embedded {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}
