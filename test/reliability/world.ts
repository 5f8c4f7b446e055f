import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readCredentials, readPreviousCredentials } from '../../lambda/auth0/credentials.ts';
import { parseDomain } from '../../lambda/auth0/domain.ts';
import { createHttp, HTTP_LIMITS, type Http, type HttpLimits } from '../../lambda/auth0/http.ts';
import { createLogsApi } from '../../lambda/auth0/logs-api.ts';
import { PLANS, type RateLimitRule } from '../../lambda/auth0/plan.ts';
import { createSource } from '../../lambda/auth0/source.ts';
import { createTokenKeeper } from '../../lambda/auth0/token-keeper.ts';
import { createTokenStore } from '../../lambda/auth0/token-store.ts';
import { type Backfill, newBackfill } from '../../lambda/collect/backfill/backfill.ts';
import { createBackfillStore } from '../../lambda/collect/backfill/store.ts';
import type { Checkpoint } from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import type { PollParts, PollSummary } from '../../lambda/collect/poll.ts';
import { pollTenant } from '../../lambda/collect/poll-tenant.ts';
import { createArchive } from '../../lambda/ingest/archive.ts';
import {
  createOverflowReader,
  type IngestResult,
  ingestBatch,
} from '../../lambda/ingest/ingest-batch.ts';
import { createGapStore, type Gap } from '../../lambda/ledger/gap-store.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { type Verification, verify } from '../../lambda/ledger/verify.ts';
import type { Clock } from '../../lambda/platform/clock.ts';
import { type AuditMode, ENV, type PlanName } from '../../lambda/platform/names.ts';
import { decodeEnvelope, readPointer, splitLines } from '../../lambda/queue/envelope.ts';
import { createLargeBatchStore } from '../../lambda/queue/large-batches.ts';
import { createBatchQueue } from '../../lambda/queue/send.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { EventBlocks, TextBlock, type TextEvent } from '../../local/tenant/event-block.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../local/tenant/server.ts';
import type { Application } from '../../local/tenant/token-endpoint.ts';
import { putTenantSecret, secretName } from '../../local/tenant-secret.ts';
import { Outside } from './outside.ts';
import { SkippingClock } from './skipping-clock.ts';
import { watched } from './watched.ts';

export interface WorldOptions {
  readonly events?: number;
  readonly pageEventsMax?: number;
  readonly rateLimit?: RateLimitRule;
  readonly retentionDays?: number;
  readonly tokenLifetimeSeconds?: number;
  readonly auditMode?: AuditMode;
  readonly since?: string;
  readonly plan?: PlanName;
  readonly httpLimits?: Partial<HttpLimits>;
  /** Every answer of Auth0 waits this long, by the clock on the wall. */
  readonly latencyMs?: number;
  readonly clock?: SkippingClock;
}

/** One poll, as far as a test wants it special. */
export interface PollOptions {
  readonly outside?: Outside;
  readonly deadlineInMs?: number;
  readonly rateShare?: number;
  /** The collector's own clock may be wrong. */
  readonly clock?: Clock;
  /** What stands between the collector and Auth0. */
  readonly http?: (http: Http) => Http;
  readonly parts?: (parts: PollParts) => Partial<PollParts>;
}

export interface Message {
  readonly messageId: string;
  readonly body: string;
}

const UNLIMITED: RateLimitRule = { burst: 1e9, sustained: 1e9, perSeconds: 1 };
const BATCH_LIMITS = { events: 20, contentBytes: 256 * 1024 };
const POLL_MS = 14 * 60_000;
const EVENT_EVERY_MS = 1_000;

let worlds = 0;

/**
 * A simulated tenant, the embedded AWS and the collector's own code between them: polls and
 * deliveries are made one by one, so that anything may happen in between. Many worlds share the
 * services and differ by tenant name.
 */
export class World {
  readonly tenant: string;
  readonly clock: SkippingClock;
  readonly warnings: string[] = [];
  /** Events that no cursor can have seen when it passed them. */
  readonly lateIds = new Set<string>();
  readonly #aws: EmbeddedAws;
  readonly #options: WorldOptions;
  readonly #text: TextBlock;
  readonly #plain: ReturnType<World['connect']>;
  #simulated: SimulatedTenant | undefined;
  #made = 0;
  #nextMs: number;

  private constructor(aws: EmbeddedAws, options: WorldOptions) {
    worlds += 1;
    this.tenant = `world-${process.pid}-${worlds}`;
    this.#aws = aws;
    this.#options = options;
    this.clock = options.clock ?? new SkippingClock();
    this.#text = new TextBlock();
    this.#nextMs = this.clock.nowMs() - (options.events ?? 0) * EVENT_EVERY_MS - 60_000;
    this.#plain = this.connect(new Outside());
  }

  static async create(aws: EmbeddedAws, options: WorldOptions = {}): Promise<World> {
    const world = new World(aws, options);
    world.addEvents(options.events ?? 0);
    await world.#start();
    return world;
  }

  async #start(): Promise<void> {
    const { pageEventsMax, rateLimit = UNLIMITED, plan = 'enterprise' } = this.#options;
    const { retentionDays, tokenLifetimeSeconds, latencyMs = 0 } = this.#options;
    const events = new EventBlocks();
    events.add(this.#text);
    const credentials = { clientId: 'collector', clientSecret: `secret-of-${this.tenant}` };
    await putTenantSecret(this.tenant, credentials);
    this.#simulated = await startSimulatedTenant({
      events,
      applications: [{ ...credentials, mayUseClientCredentials: true, scopes: ['read:logs'] }],
      plan,
      rateLimit,
      pageEventsMax: pageEventsMax ?? 10,
      latencyMs,
      nowMs: () => this.clock.nowMs(),
      ...(retentionDays !== undefined && { retentionDays }),
      ...(tokenLifetimeSeconds !== undefined && { tokenLifetimeSeconds }),
    });
  }

  get simulated(): SimulatedTenant {
    if (this.#simulated === undefined) throw new Error('the world is over');
    return this.#simulated;
  }

  /** The collection table. */
  get table(): string {
    return this.#aws.resources[ENV.collectionTable];
  }

  get application(): Application {
    const [first] = this.simulated.applications;
    if (first === undefined) throw new Error('the tenant has no application');
    return first;
  }

  /** New events, ingested one second after the other. */
  addEvents(count: number, text: (index: number) => object = () => ({})): TextEvent[] {
    return Array.from({ length: count }, (_, index) => {
      const event = this.makeEvent(this.#nextMs, text(index));
      this.#text.append(event);
      this.#nextMs += EVENT_EVERY_MS;
      return event;
    });
  }

  /** The next events are ingested from now on. */
  skipTo(ms: number): void {
    this.#nextMs = Math.max(this.#nextMs, ms);
  }

  makeEvent(ingestedMs: number, fields: object = {}): TextEvent {
    this.#made += 1;
    const logId = makeLogId(ingestedMs, 0, this.#made);
    const dateMs = ingestedMs - 40;
    const event = { date: new Date(dateMs).toISOString(), type: 's', ...fields, log_id: logId };
    return { logId, dateMs, ingestedMs, json: Buffer.from(JSON.stringify(event)) };
  }

  /** An event that becomes visible after events with higher ids were served. */
  insertLate(index: number): TextEvent {
    const event = this.makeEvent(this.#text.ingestedMs(index) + 1);
    this.#text.insert(event);
    this.lateIds.add(event.logId ?? '');
    return event;
  }

  append(event: TextEvent): void {
    this.#text.append(event);
  }

  /** Every event that the tenant has now, in the order of ids. */
  held(): string[] {
    return Array.from({ length: this.#text.count }, (_, index) =>
      this.#text.json(index).toString('utf8'),
    );
  }

  /** The collector's clients, with every call going through `outside`. */
  connect(outside: Outside) {
    const plainHttp = createHttp({ ...HTTP_LIMITS, ...this.#options.httpLimits });
    return {
      dynamo: watched(new DynamoDBClient({ maxAttempts: 3 }), outside),
      s3: watched(new S3Client({ maxAttempts: 3 }), outside),
      sqs: watched(new SQSClient({ maxAttempts: 3 }), outside),
      secrets: watched(new SecretsManagerClient({ maxAttempts: 3 }), outside),
      http: ((request) =>
        outside.call(`${request.method} ${new URL(request.url).pathname}`, () =>
          plainHttp(request),
        )) satisfies typeof plainHttp,
    };
  }

  async poll(options: PollOptions = {}): Promise<PollSummary> {
    const { outside = new Outside(), rateShare = 1, clock = this.clock } = options;
    const { dynamo, s3, sqs, secrets, http: plainHttp } = this.connect(outside);
    const http = options.http?.(plainHttp) ?? plainHttp;
    const queueUrl = this.#aws.resources[ENV.queueUrl];
    const bucket = this.#aws.resources[ENV.bucket];
    const domain = parseDomain(this.simulated.host);
    const deadlineMs = clock.nowMs() + (options.deadlineInMs ?? POLL_MS);
    const tokens = createTokenKeeper({
      http,
      domain,
      readCredentials: () => readCredentials(secrets, secretName(this.tenant)),
      readPreviousCredentials: () => readPreviousCredentials(secrets, secretName(this.tenant)),
      store: createTokenStore(dynamo, this.table, this.tenant),
      clock,
    });
    const parts: PollParts = {
      tenant: this.tenant,
      since: this.#options.since ?? 'oldest',
      plan: PLANS[this.#options.plan ?? 'enterprise'],
      auditMode: this.#options.auditMode ?? 'off',
      checkpoints: createCheckpointStore(dynamo, this.table),
      ledger: createLedgerStore(dynamo, this.table),
      gaps: createGapStore(dynamo, this.table),
      backfills: createBackfillStore(dynamo, this.table),
      queue: createBatchQueue({ sqs, queueUrl, storeLarge: createLargeBatchStore(s3, bucket) }),
      source: createSource({
        api: createLogsApi(http, domain, clock),
        tokens,
        clock,
        deadlineMs,
        rateShare,
        warn: (message) => this.warnings.push(message),
      }),
      clock,
      owner: `poll-${Math.random()}`,
      deadlineMs,
      limits: BATCH_LIMITS,
    };
    const summary = await pollTenant({ ...parts, ...options.parts?.(parts) });
    for (const client of [dynamo, s3, sqs, secrets]) client.destroy();
    return summary;
  }

  /** Takes all messages off the queue. */
  async receive(): Promise<Message[]> {
    const messages: Message[] = [];
    const QueueUrl = this.#aws.resources[ENV.queueUrl];
    for (;;) {
      const { Messages = [] } = await this.#plain.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return messages;
      for (const { MessageId = '', Body = '', ReceiptHandle } of Messages) {
        messages.push({ messageId: MessageId, body: Body });
        await this.#plain.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  /** Hands one message to ingest; throws what ingest throws. */
  async ingest({ body }: Message, outside: Outside = new Outside()): Promise<IngestResult> {
    const { dynamo, s3 } = this.connect(outside);
    const bucket = this.#aws.resources[ENV.bucket];
    try {
      return await ingestBatch(
        {
          archive: createArchive(s3, bucket),
          ledger: createLedgerStore(dynamo, this.table),
          readOverflow: createOverflowReader(s3, bucket),
          clock: this.clock,
        },
        body,
      );
    } finally {
      dynamo.destroy();
      s3.destroy();
    }
  }

  async ingestAll(): Promise<void> {
    for (const message of await this.receive()) await this.ingest(message);
  }

  /** Polls until nothing is left, as later ticks would, and ingests everything. */
  async settle(options: PollOptions = {}): Promise<PollSummary> {
    for (let tick = 0; tick < TICKS_MAX; tick += 1) {
      const summary = await this.poll(options);
      await this.ingestAll();
      if (summary.stopReason === 'caught-up') return summary;
      this.clock.skip(TICK_MS);
    }
    throw new Error(`${this.tenant} was not caught up after ${TICKS_MAX} ticks`);
  }

  checkpoint(): Promise<Checkpoint | undefined> {
    return createCheckpointStore(this.#plain.dynamo, this.table).load(this.tenant);
  }

  backfill(): Promise<Backfill | undefined> {
    return createBackfillStore(this.#plain.dynamo, this.table).load(this.tenant);
  }

  /** Asks for what was ingested in a range of time, as an operator would. */
  async askFor(fromMs: number, toMs: number): Promise<Backfill> {
    const store = createBackfillStore(this.#plain.dynamo, this.table);
    const version = (await this.backfill())?.version ?? 0;
    const plan = PLANS[this.#options.plan ?? 'enterprise'];
    const range = { fromMs, toMs };
    return store.save(this.tenant, newBackfill(range, plan, this.clock.nowMs(), version));
  }

  /** The highest id of the ranges that were audited. */
  async auditedUpTo(): Promise<string> {
    const seqMax = (await this.checkpoint())?.auditedSeq ?? 0;
    let highest = '';
    for await (const row of createLedgerStore(this.#plain.dynamo, this.table).rows(this.tenant)) {
      if (row.seq <= seqMax && (row.lastLogId ?? '') > highest) highest = row.lastLogId ?? '';
    }
    return highest;
  }

  gaps(): Promise<Gap[]> {
    return createGapStore(this.#plain.dynamo, this.table).list(this.tenant);
  }

  async verify(): Promise<Verification> {
    return verify({
      rows: createLedgerStore(this.#plain.dynamo, this.table).rows(this.tenant),
      head: (await this.checkpoint())?.head,
      readObject: (key) => this.#readObject(key).catch(() => undefined),
    });
  }

  /** The archive as the ledger names it, in ledger order. */
  async archived(): Promise<string[]> {
    const lines: string[] = [];
    for await (const { stored } of createLedgerStore(this.#plain.dynamo, this.table).rows(
      this.tenant,
    )) {
      if (stored === undefined) continue;
      const content = gunzipSync(await this.#readObject(stored.key));
      lines.push(...splitLines(content).map((line) => line.toString('utf8')));
    }
    return lines;
  }

  /** The ids of the events in these messages. */
  async idsOf(messages: readonly Message[]): Promise<string[]> {
    const ids: string[] = [];
    for (const { body } of messages) {
      const pointer = readPointer(body);
      const text = pointer ? (await this.#readObject(pointer.overflow)).toString('utf8') : body;
      const { lines } = await decodeEnvelope(text);
      ids.push(...lines.map((line) => JSON.parse(line.toString('utf8')).log_id));
    }
    return ids;
  }

  async #readObject(key: string): Promise<Buffer> {
    const Bucket = this.#aws.resources[ENV.bucket];
    const { Body } = await this.#plain.s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async end(): Promise<void> {
    await this.simulated.stop();
    const { dynamo, s3, sqs, secrets } = this.#plain;
    for (const client of [dynamo, s3, sqs, secrets]) client.destroy();
  }
}

const TICKS_MAX = 60;
const TICK_MS = 5 * 60_000;
