import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { readLogEvent } from '../../lambda/auth0/log-event.ts';
import { firstCheckpoint } from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { NEW_STATUS } from '../../lambda/collect/status.ts';
import { createArchive } from '../../lambda/ingest/archive.ts';
import { createOverflowReader, ingestBatch } from '../../lambda/ingest/ingest-batch.ts';
import {
  type CompactionSummary,
  type CompactParts,
  compactTenant,
} from '../../lambda/lake/compact-tenant.ts';
import type { Compaction } from '../../lambda/lake/compaction.ts';
import { createCompactionStore } from '../../lambda/lake/compaction-store.ts';
import { type LakeObject, parseLakeKey } from '../../lambda/lake/lake-object.ts';
import { createOwnWriter } from '../../lambda/lake/lake-writer.ts';
import { openLakeObject, wholeFile } from '../../lambda/lake/read-parquet.ts';
import { createArchiveReader } from '../../lambda/ledger/archive-reader.ts';
import { chainRow, FIRST_PREVIOUS_HASH } from '../../lambda/ledger/ledger-row.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import type { RangeLimits } from '../../lambda/ledger/ranges.ts';
import { ENV, PREFIX, TABLE } from '../../lambda/platform/names.ts';
import { BatchBuilder } from '../../lambda/queue/batch.ts';
import { encodeEnvelope } from '../../lambda/queue/envelope.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { Outside } from '../reliability/outside.ts';
import { SkippingClock } from '../reliability/skipping-clock.ts';
import { watched } from '../reliability/watched.ts';

/** One compaction, as far as a test wants it special. */
export interface CompactOptions {
  readonly outside?: Outside;
  readonly deadlineInMs?: number;
  readonly limits?: RangeLimits;
  /** Changes the compactor under test; the tests themselves are put to the test this way. */
  readonly tampering?: Tampering;
}

export type Tampering = (parts: CompactParts) => Partial<CompactParts>;

export interface SavedLake {
  readonly item: Compaction | undefined;
  readonly objects: ReadonlyMap<string, Buffer>;
}

const SMALL_RANGES: RangeLimits = { events: 12, contentBytes: 1e6, rows: 10 };
const COMPACTION_MS = 10 * 60_000;
/** Three classes, so that a range has several objects. */
const CODES = ['s', 'fp', 'sapi', 'scp'];
let worlds = 0;

/**
 * A ledger and an archive as poller and ingest leave them, made batch by batch, and the compactor
 * behind them. Many worlds share the services and differ by tenant name.
 */
export class LakeWorld {
  readonly tenant: string;
  readonly clock = new SkippingClock();
  readonly #aws: EmbeddedAws;
  readonly #plain: ReturnType<LakeWorld['connect']>;
  #head = { seq: 0, hash: FIRST_PREVIOUS_HASH };
  #made = 0;

  constructor(aws: EmbeddedAws) {
    worlds += 1;
    this.tenant = `lake-${process.pid}-${worlds}`;
    this.#aws = aws;
    this.#plain = this.connect(new Outside());
  }

  /** The last row that the checkpoint has committed. */
  get headSeq(): number {
    return this.#head.seq;
  }

  connect(outside: Outside) {
    const dynamo = watched(new DynamoDBClient({ maxAttempts: 3 }), outside);
    const s3 = watched(new S3Client({ maxAttempts: 3 }), outside);
    const table = this.#aws.resources[ENV.collectionTable];
    const bucket = this.#aws.resources[ENV.bucket];
    return {
      dynamo,
      s3,
      table,
      bucket,
      ledger: createLedgerStore(dynamo, table),
      checkpoints: createCheckpointStore(dynamo, table),
      compactions: createCompactionStore(dynamo, table),
    };
  }

  /** The next event, as served. */
  makeEvent(fields: object = {}): string {
    const nowMs = this.clock.nowMs();
    this.#made += 1;
    const event = {
      date: new Date(nowMs).toISOString(),
      type: CODES[this.#made % CODES.length],
      ip: `192.0.2.${this.#made % 250}`,
      user_id: `auth0|${this.#made}`,
      ...fields,
      log_id: makeLogId(nowMs, 0, this.#made),
    };
    return JSON.stringify(event);
  }

  /** What the poller does with a batch; returns its message, which nobody has ingested yet. */
  async send(events: readonly string[]): Promise<string> {
    const message = await this.note(events);
    const { checkpoints } = this.#plain;
    const checkpoint = await checkpoints.load(this.tenant);
    await checkpoints.save(this.tenant, {
      ...(checkpoint ?? firstCheckpoint('oldest', NEW_STATUS)),
      head: this.#head,
    });
    return message;
  }

  /** The same without the last step: the checkpoint has not committed the batch. */
  async note(events: readonly string[]): Promise<string> {
    const { ledger } = this.#plain;
    const builder = new BatchBuilder('');
    for (const json of events) {
      const event = readLogEvent(Buffer.from(json));
      if ('logId' in event) builder.add(event);
    }
    const batch = await builder.close();
    const seq = this.#head.seq + 1;
    const row = chainRow(seq, { ...batch, isLate: false }, this.#head.hash);
    const sent = { row, promise: seq, idHashes: new Uint8Array() };
    await ledger.markSent(this.tenant, sent, new Date(this.clock.nowMs()));
    this.#head = { seq, hash: row.hash };
    return encodeEnvelope(this.tenant, seq, batch);
  }

  async ingest(message: string): Promise<void> {
    const { s3, bucket, ledger } = this.#plain;
    const readOverflow = createOverflowReader(s3, bucket);
    const archive = createArchive(s3, bucket);
    await ingestBatch({ archive, ledger, readOverflow, clock: this.clock }, message);
  }

  /** A batch of new events, all the way into the archive. */
  async addBatch(count: number, fields: object = {}): Promise<void> {
    await this.ingest(await this.send(this.makeEvents(count, fields)));
  }

  makeEvents(count: number, fields: object = {}): string[] {
    return Array.from({ length: count }, () => this.makeEvent(fields));
  }

  async compact(options: CompactOptions = {}): Promise<CompactionSummary> {
    const { outside = new Outside(), limits = SMALL_RANGES } = options;
    const { dynamo, s3, bucket, ledger, checkpoints, compactions } = this.connect(outside);
    try {
      const parts: CompactParts = {
        tenant: this.tenant,
        ledger,
        compactions,
        readArchived: createArchiveReader(s3, bucket),
        pseudonymise: undefined,
        writers: [createOwnWriter(s3, bucket)],
        headSeq: async () => (await checkpoints.load(this.tenant))?.head.seq ?? 0,
        clock: this.clock,
        deadlineMs: this.clock.nowMs() + (options.deadlineInMs ?? COMPACTION_MS),
        limits,
      };
      return await compactTenant({ ...parts, ...options.tampering?.(parts) });
    } finally {
      dynamo.destroy();
      s3.destroy();
    }
  }

  compaction(): Promise<Compaction | undefined> {
    return this.#plain.compactions.load(this.tenant);
  }

  /** Takes the compactor back to its beginning: no item, no objects. */
  async forgetLake(): Promise<void> {
    const { dynamo, s3, table, bucket } = this.#plain;
    const key = { [TABLE.partitionKey]: this.tenant, [TABLE.sortKey]: TABLE.compactionItem };
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: marshall(key) }));
    for (const Key of await this.lakeKeys()) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    }
  }

  /** Item and objects as they are now. */
  async saveLake(): Promise<SavedLake> {
    const objects = new Map<string, Buffer>();
    for (const key of await this.lakeKeys()) objects.set(key, await this.readObject(key));
    return { item: await this.compaction(), objects };
  }

  async restoreLake({ item, objects }: SavedLake): Promise<void> {
    await this.forgetLake();
    for (const [key, bytes] of objects) await this.putObject(key, bytes);
    const { dynamo, table } = this.#plain;
    const key = { [TABLE.partitionKey]: this.tenant, [TABLE.sortKey]: TABLE.compactionItem };
    const Item = marshall({ ...key, ...item }, { removeUndefinedValues: true });
    await dynamo.send(new PutItemCommand({ TableName: table, Item }));
  }

  async lakeKeys(): Promise<string[]> {
    const keys = await this.#keys(PREFIX.lake);
    return keys.filter((key) => parseLakeKey(key)?.tenant === this.tenant);
  }

  async lakeObjects(): Promise<LakeObject[]> {
    return (await this.lakeKeys()).flatMap((key) => parseLakeKey(key) ?? []);
  }

  /** The ids of all events in the lake, one for each time that it is there. */
  async lakeIds(): Promise<string[]> {
    const ids: string[] = [];
    for (const key of await this.lakeKeys()) {
      const reader = await openLakeObject(wholeFile(await this.readObject(key)));
      for (const range of reader.ranges) {
        for (const id of await reader.readColumn('log_id', range)) ids.push(String(id));
      }
    }
    return ids.sort();
  }

  /** The ids of all events in the archive, as far as the ledger says that they are stored. */
  async archivedIds(): Promise<string[]> {
    const { ledger, s3, bucket } = this.#plain;
    const readArchived = createArchiveReader(s3, bucket);
    const ids: string[] = [];
    for await (const row of ledger.rows(this.tenant)) {
      if (row.stored === undefined) continue;
      const { lines } = await readArchived(row);
      ids.push(...lines.map((line): string => JSON.parse(line.toString('utf8')).log_id));
    }
    return ids.sort();
  }

  async archiveKey(seq: number): Promise<string> {
    return (await this.#plain.ledger.row(this.tenant, seq))?.stored?.key ?? '';
  }

  async readObject(Key: string): Promise<Buffer> {
    const { s3, bucket } = this.#plain;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async putObject(Key: string, Body: Buffer): Promise<void> {
    const { s3, bucket } = this.#plain;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }

  async deleteObject(Key: string): Promise<void> {
    const { s3, bucket } = this.#plain;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }

  end(): void {
    this.#plain.dynamo.destroy();
    this.#plain.s3.destroy();
  }

  async #keys(Prefix: string): Promise<string[]> {
    const { s3, bucket } = this.#plain;
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix,
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }
}

/** What distinguishes the lake from the archive, if anything does. */
export async function lakeDiffers(world: LakeWorld): Promise<string | undefined> {
  const [lake, archive] = [await world.lakeIds(), await world.archivedIds()];
  const lost = archive.filter((id) => !lake.includes(id)).length;
  if (lost > 0) return `${lost} events are not in the lake`;
  const extra = lake.length - archive.length;
  return extra === 0 ? undefined : `${extra} events too many in the lake`;
}
