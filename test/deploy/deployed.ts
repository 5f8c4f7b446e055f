/** Looks at a deployment from outside, through the APIs that an operator has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Checkpoint } from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import { createIncidentStore } from '../../lambda/detect/incident-store.ts';
import { openLakeObject } from '../../lambda/lake/read-parquet.ts';
import type { LedgerRow } from '../../lambda/ledger/ledger-row.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { type Verification, verify } from '../../lambda/ledger/verify.ts';
import type { SimulatedCredentials } from '../../local/simulate.ts';
import type { Outputs } from './cdk.ts';
import { ACCOUNT, type MiniStack, REGION } from './ministack.ts';

/** A line that a function wrote. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A table as Glue describes it. */
export interface LakeTable {
  readonly Name: string;
  readonly Parameters?: Readonly<Record<string, string>>;
}

const WAIT_MS_MAX = 100_000;
const WAIT_STEP_MS = 200;

/** Waits until the answer is there; it is an error when that takes too long. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadlineMs) throw new Error(`Waited in vain: ${what}`);
    await sleep(WAIT_STEP_MS);
  }
}

/** The clients, and what is asked through them. */
export class Deployed {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly lambda: LambdaClient;
  outputs: Outputs = {};
  readonly #endpoint: string;
  readonly #secrets: SecretsManagerClient;
  readonly #logs: CloudWatchLogsClient;
  readonly #dynamo: DynamoDBClient;

  constructor({ endpoint, client }: MiniStack) {
    this.#endpoint = endpoint;
    this.sqs = new SQSClient(client);
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.lambda = new LambdaClient(client);
    this.#secrets = new SecretsManagerClient(client);
    this.#logs = new CloudWatchLogsClient(client);
    this.#dynamo = new DynamoDBClient(client);
  }

  output(stack: string, name: string): string {
    const value = this.outputs[stack]?.[name];
    if (value === undefined) throw new Error(`The stack ${stack} has no output ${name}`);
    return value;
  }

  async putCredentials(stack: string, credentials: SimulatedCredentials): Promise<void> {
    await this.#secrets.send(
      new PutSecretValueCommand({
        SecretId: this.output(stack, 'SecretArn'),
        SecretString: JSON.stringify(credentials),
      }),
    );
  }

  /** Invokes a poller as its rule does. */
  poll(stack: string): Promise<LogLine> {
    return this.#invoke(this.output(stack, 'PollerName'), {});
  }

  /** Gives a tenant its turn in a shared function, as its rule does. */
  turn(functionOutput: 'CompactorName' | 'DetectorName', tenant: string): Promise<LogLine> {
    return this.#invoke(this.output('Auth0Collector', functionOutput), { tenant });
  }

  async #invoke(FunctionName: string, event: unknown): Promise<LogLine> {
    const { FunctionError, Payload } = await this.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const text = Payload?.transformToString('utf8') ?? '';
    if (FunctionError !== undefined) throw new Error(`${FunctionError}: ${text}`);
    return JSON.parse(text) as LogLine;
  }

  functionOf(name: string): Promise<FunctionConfiguration> {
    return this.lambda
      .send(new GetFunctionConfigurationCommand({ FunctionName: name }))
      .then(({ $metadata: _, ...configuration }) => configuration);
  }

  checkpoint(tenant: string): Promise<Checkpoint | undefined> {
    return createCheckpointStore(this.#dynamo, this.#table).load(tenant);
  }

  async ledger(tenant: string): Promise<LedgerRow[]> {
    const rows: LedgerRow[] = [];
    const ledger = createLedgerStore(this.#dynamo, this.#table);
    for await (const row of ledger.rows(tenant)) rows.push(row);
    return rows;
  }

  /** The rows of a tenant, once so many events are sent and all of them stored. */
  storedLedger(tenant: string, eventCount: number): Promise<LedgerRow[]> {
    return until(`${eventCount} stored events of ${tenant}`, async () => {
      const rows = await this.ledger(tenant);
      const count = rows.reduce((sum, row) => sum + (row.stored?.count ?? 0), 0);
      return count >= eventCount && rows.every(({ stored }) => stored) ? rows : undefined;
    });
  }

  /** The archived events of a tenant as text, in the order of the ledger. */
  async archive(tenant: string): Promise<string[]> {
    const lines: string[] = [];
    for (const { stored } of await this.ledger(tenant)) {
      const object = await this.readObject(stored?.key ?? 'nothing is stored');
      if (object === undefined) throw new Error(`${stored?.key} is missing`);
      lines.push(...gunzipSync(object).toString('utf8').split('\n').slice(0, -1));
    }
    return lines;
  }

  /** The names of the objects below a prefix. */
  async objects(prefix: string): Promise<string[]> {
    const bucket = { Bucket: this.output('Auth0Collector', 'BucketName') };
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.s3 },
      { ...bucket, Prefix: prefix },
    )) {
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    }
    return keys;
  }

  /** The ids of the events in the lake of a tenant, in order. */
  async lakeLogIds(tenant: string): Promise<string[]> {
    const ids: string[] = [];
    for (const key of await this.objects('lake/')) {
      if (!key.includes(`/tenant=${tenant}/`)) continue;
      const object = new Uint8Array((await this.readObject(key)) ?? []);
      const reader = await openLakeObject(object.buffer);
      const rows = { rowStart: 0, rowEnd: reader.rowCount };
      ids.push(...(await reader.readColumn('log_id', rows)).map(String));
    }
    return ids.sort();
  }

  async incidents(tenant: string): Promise<Incident[]> {
    const table = this.output('Auth0Collector', 'DetectionTable');
    const found: Incident[] = [];
    for await (const one of createIncidentStore(this.#dynamo, table).list(tenant)) found.push(one);
    return found;
  }

  async verify(tenant: string): Promise<Verification> {
    return verify({
      rows: createLedgerStore(this.#dynamo, this.#table).rows(tenant),
      head: (await this.checkpoint(tenant))?.head,
      readObject: (key) => this.readObject(key),
    });
  }

  /** What the functions wrote as JSON into a log group, oldest first. */
  async logLines(logGroupName: string): Promise<LogLine[]> {
    return (await this.#logText(logGroupName))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** The first line that the test accepts, once it is there. */
  logLine(logGroupName: string, what: string, isIt: (line: LogLine) => boolean): Promise<LogLine> {
    return until(`${what} in ${logGroupName}`, async () =>
      (await this.logLines(logGroupName)).find(isIt),
    );
  }

  async logRetentionDays(logGroupName: string): Promise<number | undefined> {
    const { logGroups = [] } = await this.#logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
    );
    return logGroups.find((group) => group.logGroupName === logGroupName)?.retentionInDays;
  }

  /** Everything in all log groups, those too that nobody made on purpose. */
  async allLogText(): Promise<string> {
    let text = '';
    for await (const { logGroups } of paginateDescribeLogGroups({ client: this.#logs }, {})) {
      for (const { logGroupName = '' } of logGroups ?? [])
        text += await this.#logText(logGroupName);
    }
    return text;
  }

  async allTableText(): Promise<string> {
    let text = '';
    const pages = paginateScan({ client: this.#dynamo }, { TableName: this.#table });
    for await (const { Items } of pages) text += JSON.stringify(Items);
    return text;
  }

  /** Whether EventBridge fires a rule. */
  async ruleState(name: string): Promise<unknown> {
    return (await this.#call('events', 'AWSEvents.DescribeRule', { Name: name }))['State'];
  }

  /** The name of a rule that has this in it, as CloudFormation made it out of the stack's. */
  async ruleNamed(part: string): Promise<string> {
    const { Rules } = await this.#call('events', 'AWSEvents.ListRules', {});
    const found = (Rules as { Name: string }[]).find(({ Name }) => Name.includes(part));
    if (found === undefined) throw new Error(`There is no rule ${part}`);
    return found.Name;
  }

  async setSchedule(rule: string, ScheduleExpression: string): Promise<void> {
    await this.#call('events', 'AWSEvents.PutRule', {
      Name: rule,
      ScheduleExpression,
      State: 'ENABLED',
    });
  }

  /** The tables and views of the lake's database, as Glue knows them. */
  async lakeTables(): Promise<readonly LakeTable[]> {
    const DatabaseName = this.output('Auth0Collector', 'LakeDatabase');
    const { TableList } = await this.#call('glue', 'AWSGlue.GetTables', { DatabaseName });
    return TableList as readonly LakeTable[];
  }

  /** A single call is not worth a client of its own. */
  async #call(service: string, target: string, body: unknown): Promise<LogLine> {
    const answer = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
        // The emulator looks at the key only.
        authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as LogLine;
  }

  async #logText(logGroupName: string): Promise<string> {
    let text = '';
    for await (const { events } of paginateFilterLogEvents(
      { client: this.#logs },
      { logGroupName },
    )) {
      for (const { message } of events ?? []) text += `${message}\n`;
    }
    return text;
  }

  async readObject(key: string): Promise<Buffer | undefined> {
    try {
      const object = await this.s3.send(
        new GetObjectCommand({ Bucket: this.output('Auth0Collector', 'BucketName'), Key: key }),
      );
      return Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    } catch (thrown) {
      if (thrown instanceof NoSuchKey) return undefined;
      throw thrown;
    }
  }

  get #table(): string {
    return this.output('Auth0Collector', 'CollectionTable');
  }
}
