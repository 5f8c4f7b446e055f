/** The deployed handlers on the embedded AWS, called one by one, with everything counted. */
import {
  DeleteItemCommand,
  DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { PollSummary } from '../../lambda/collect/poll.ts';
import { createCompactor } from '../../lambda/compactor.ts';
import { createDetector } from '../../lambda/detector.ts';
import { createIngest, type Ingest } from '../../lambda/ingest.ts';
import { COMPACTOR, DETECTOR, ENV, POLLER, TABLE } from '../../lambda/platform/names.ts';
import { powertoolsTelemetry } from '../../lambda/platform/telemetry.ts';
import { createPoller, type Poller } from '../../lambda/poller.ts';
import { type EmbeddedAws, pointSdkAt, startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { putTenantSecret, secretName } from '../../local/tenant-secret.ts';
import { LAMBDA_LINES, LOG_LINE_OVERHEAD_BYTES } from './assumptions.ts';
import type { FunctionName } from './counted.ts';
import { GrowingTenant } from './growing-tenant.ts';
import { listen } from './listen.ts';
import { Meter, sqsRequests } from './meter.ts';
import { add, addEfforts, type Effort, NOTHING } from './units.ts';

const TENANT = 'acme';
const ENDPOINT = /^AWS_ENDPOINT_URL_(.+)$/;

/** A poll, and what it took. */
export interface CountedPoll {
  readonly summary: PollSummary;
  readonly effort: Effort;
}

export class Collecting {
  readonly #meter = new Meter();
  readonly #tenant: GrowingTenant;
  readonly #aws: EmbeddedAws;
  /** These reach the services past the meter. */
  readonly #dynamo: DynamoDBClient;
  readonly #sqs: SQSClient;
  /** The metrics published since they were taken last: namespace, name and dimensions. */
  #metrics = new Set<string>();
  #environment: Readonly<Record<string, string>> = {};
  #poller: Poller | undefined;
  #ingest: Ingest | undefined;

  private constructor(aws: EmbeddedAws, tenant: GrowingTenant) {
    this.#aws = aws;
    this.#tenant = tenant;
    this.#dynamo = new DynamoDBClient({ endpoint: endpointOf(aws, 'DYNAMODB') });
    this.#sqs = new SQSClient({ endpoint: endpointOf(aws, 'SQS') });
  }

  /** @param backlog the events that are to be there before the first poll */
  static async start(dir: string, backlog = 0): Promise<Collecting> {
    const aws = await startEmbeddedAws(dir);
    const tenant = await GrowingTenant.start(backlog);
    tenant.add(backlog);
    const collecting = new Collecting(aws, tenant);
    await putTenantSecret(TENANT, tenant.credentials);
    await collecting.#coverServices();
    collecting.startCold();
    return collecting;
  }

  async #coverServices(): Promise<void> {
    const covered: Record<string, string> = {};
    for (const [name, target] of Object.entries(this.#aws.sdkEnvironment)) {
      const service = ENDPOINT.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
      if (service !== undefined) covered[name] = await this.#meter.cover(service, target);
    }
    pointSdkAt(covered);
    const queue = new URL(this.#aws.resources[ENV.queueUrl]).pathname;
    this.#environment = {
      ...this.#aws.resources,
      [ENV.queueUrl]: `${covered['AWS_ENDPOINT_URL_SQS']}${queue}`,
      [ENV.tenant]: TENANT,
      [ENV.auth0Domain]: this.#tenant.host,
      [ENV.credentialsSecretArn]: secretName(TENANT),
      [ENV.collectionStart]: 'oldest',
      [ENV.auth0Plan]: 'enterprise',
    };
  }

  /** The next poll runs in a new execution environment. */
  startCold(): void {
    this.#poller = createPoller(this.#environment, powertoolsTelemetry('poller'));
    this.#ingest ??= createIngest(this.#environment, powertoolsTelemetry('ingest'));
  }

  addEvents(count: number): void {
    this.#tenant.add(count);
  }

  async poll(): Promise<CountedPoll> {
    const poller = this.#poller;
    if (poller === undefined) throw new Error('not started');
    const context = contextOf(POLLER);
    const { value: summary, effort } = await this.#invoke('poller', () => poller({}, context));
    if (summary.stopReason !== 'caught-up') throw new Error(`a poll ended: ${summary.stopReason}`);
    const counted = add(effort.counted, { 'auth0-requests': summary.requests });
    return { summary, effort: { ...effort, counted } };
  }

  /** A turn of the detector; topic and bus, which are not here, are told of what it published. */
  async detect(): Promise<Effort> {
    const detector = createDetector(this.#environment, powertoolsTelemetry('detector'));
    const { value: summary, effort } = await this.#invoke('detector', () =>
      detector({ tenant: TENANT }, contextOf(DETECTOR)),
    );
    if (summary.stopReason !== 'caught-up') throw new Error(`it ended: ${summary.stopReason}`);
    const told = { 'sns-publishes': summary.published, 'bus-events': summary.published };
    return { ...effort, counted: add(effort.counted, told) };
  }

  /** A turn of the compactor. */
  async compact(): Promise<Effort> {
    const compactor = createCompactor(this.#environment, powertoolsTelemetry('compactor'));
    const { value: summary, effort } = await this.#invoke('compactor', () =>
      compactor({ tenant: TENANT }, contextOf(COMPACTOR)),
    );
    if (summary.stopReason !== 'caught-up') throw new Error(`it ended: ${summary.stopReason}`);
    return effort;
  }

  takeMetrics(): string[] {
    const taken = [...this.#metrics].sort();
    this.#metrics = new Set();
    return taken;
  }

  /**
   * What is in the queue, or so many batches of it: one message an invocation, which is the most that
   * it can cost.
   */
  async ingestAll(batchesMax = Number.POSITIVE_INFINITY): Promise<Effort> {
    const ingest = this.#ingest;
    if (ingest === undefined) throw new Error('not started');
    const QueueUrl = this.#aws.resources[ENV.queueUrl];
    let total = NOTHING;
    for (let batches = 0; batches < batchesMax; batches += 1) {
      const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const [message] = Messages;
      if (message === undefined) break;
      const { MessageId: messageId = '', Body: body = '', ReceiptHandle } = message;
      const { value, effort } = await this.#invoke('ingest', () =>
        ingest({ Records: [{ messageId, body }] }),
      );
      if (value.batchItemFailures.length > 0) throw new Error('a message was not ingested');
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      // The mapping receives the message and deletes it; these clients went past the meter.
      const receiving = { 'sqs-requests': sqsRequests(body) + 1 };
      total = addEfforts(total, { ...effort, counted: add(effort.counted, receiving) });
    }
    return total;
  }

  /** Lets batches be older than they are, as if time had passed. */
  async passMinutes(minutes: number): Promise<void> {
    for (const { item, sentAt } of await this.#rows()) {
      const earlier = new Date(Date.parse(sentAt) - minutes * 60_000).toISOString();
      await this.#dynamo.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: marshall({ [TABLE.partitionKey]: TENANT, [TABLE.sortKey]: item }),
          UpdateExpression: 'SET sentAt = :earlier',
          ExpressionAttributeValues: marshall({ ':earlier': earlier }),
        }),
      );
    }
  }

  async forgetToken(): Promise<void> {
    const key = { [TABLE.partitionKey]: TENANT, [TABLE.sortKey]: TABLE.tokenItem };
    await this.#dynamo.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall(key) }));
  }

  /** How much of the table the ledger takes, in bytes, in steps of 4 KB as DynamoDB reads. */
  async ledgerBytes(): Promise<number> {
    const { ConsumedCapacity } = await this.#queryRows();
    return (ConsumedCapacity?.CapacityUnits ?? 0) * 4096;
  }

  async stop(): Promise<void> {
    this.#dynamo.destroy();
    this.#sqs.destroy();
    await this.#meter.stop();
    await this.#tenant.stop();
    await this.#aws.stop();
  }

  async #invoke<T>(name: FunctionName, run: () => Promise<T>) {
    this.#meter.take();
    const startedAtMs = performance.now();
    const { value, lines } = await listen(run);
    const measuredMs = { [name]: Math.round((performance.now() - startedAtMs) * 10) / 10 };
    for (const metric of lines.flatMap(metricsIn)) this.#metrics.add(metric);
    const { counted, bytes } = this.#meter.take();
    const logBytes = [...lines, ...LAMBDA_LINES].reduce(
      (sum, line) => sum + Buffer.byteLength(line) + LOG_LINE_OVERHEAD_BYTES,
      0,
    );
    const effort: Effort = {
      counted: add(counted, { 'lambda-requests': 1 }),
      bytes: add(bytes, { log: logBytes }),
      measuredMs,
    };
    return { value, effort };
  }

  async #rows(): Promise<{ readonly item: string; readonly sentAt: string }[]> {
    const { Items = [] } = await this.#queryRows();
    return Items.map((item) => unmarshall(item) as { item: string; sentAt: string });
  }

  #queryRows() {
    return this.#dynamo.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: '#tenant = :tenant AND begins_with(#item, :prefix)',
        ExpressionAttributeNames: { '#tenant': TABLE.partitionKey, '#item': TABLE.sortKey },
        ExpressionAttributeValues: marshall({ ':tenant': TENANT, ':prefix': TABLE.ledgerPrefix }),
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
  }

  get #table(): string {
    return this.#aws.resources[ENV.collectionTable];
  }
}

function contextOf({ timeoutSeconds }: { readonly timeoutSeconds: number }) {
  const endsAtMs = Date.now() + timeoutSeconds * 1000;
  return {
    awsRequestId: `invocation-${Math.random()}`,
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
  };
}

/** The metrics that CloudWatch takes out of a log line; what Node itself writes is no JSON. */
function metricsIn(line: string): string[] {
  if (!line.startsWith('{')) return [];
  const { _aws, ...fields } = JSON.parse(line) as Embedded;
  return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const place = names.map((name) => `${name}=${String(fields[name])}`).join(',');
      return Metrics.map(({ Name }) => `${Namespace} ${Name} ${place}`);
    }),
  );
}

interface Embedded extends Readonly<Record<string, unknown>> {
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

function endpointOf({ sdkEnvironment }: EmbeddedAws, service: string): string {
  return sdkEnvironment[`AWS_ENDPOINT_URL_${service}`] ?? '';
}
