import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { readLogEvent } from '../../lambda/auth0/log-event.ts';
import {
  type Checkpoint,
  commit,
  firstCheckpoint,
  intend,
} from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { NEW_STATUS } from '../../lambda/collect/status.ts';
import { createArchive } from '../../lambda/ingest/archive.ts';
import { createOverflowReader, ingestBatch } from '../../lambda/ingest/ingest-batch.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { systemClock } from '../../lambda/platform/clock.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { BatchBuilder } from '../../lambda/queue/batch.ts';
import { encodeEnvelope } from '../../lambda/queue/envelope.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { takeDataFolder } from '../../local/data-folder.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { temporaryFolder } from '../e2e/command.ts';

/** An event to collect. */
export interface WrittenEvent {
  readonly ingestedMs: number;
  readonly fields?: object;
}

/** A data folder that this process runs on, with books that a test writes as the functions would. */
export interface WrittenBooks {
  readonly path: string;
  readonly aws: EmbeddedAws;
  /** Collects a batch; returns the text of its message. */
  addBatch(tenant: string, events: readonly WrittenEvent[], sentMs?: number): Promise<string>;
  /** Stores a batch as ingest would. */
  ingest(message: string): Promise<void>;
  changeCheckpoint(tenant: string, change: (before: Checkpoint) => Checkpoint): Promise<void>;
  stop(): Promise<void>;
}

export async function startWrittenBooks(): Promise<WrittenBooks> {
  const folder = temporaryFolder();
  const aws = await takeDataFolder(folder.path);
  const dynamo = new DynamoDBClient({});
  const s3 = new S3Client({});
  const checkpoints = createCheckpointStore(dynamo, aws.resources[ENV.collectionTable]);
  const ledger = createLedgerStore(dynamo, aws.resources[ENV.collectionTable]);
  const bucket = aws.resources[ENV.bucket];
  let made = 0;
  const load = async (tenant: string) =>
    (await checkpoints.load(tenant)) ?? firstCheckpoint('oldest', NEW_STATUS);
  return {
    path: folder.path,
    aws,
    addBatch: async (tenant, events, sentMs = Date.now()) => {
      const before = await load(tenant);
      const builder = new BatchBuilder('');
      for (const { ingestedMs, fields } of events) {
        made += 1;
        const log_id = makeLogId(ingestedMs, 0, made);
        const date = new Date(ingestedMs).toISOString();
        const event = readLogEvent(
          Buffer.from(JSON.stringify({ date, type: 's', ...fields, log_id })),
        );
        if ('logId' in event) builder.add(event);
      }
      const batch = await builder.close();
      const { cursor } = before;
      const range = { cursorBefore: cursor, cursorAfter: cursor, isLate: false };
      const promised = await checkpoints.save(
        tenant,
        intend(before, { batch, keys: builder.keys, ...range }),
      );
      if (promised.pending) await ledger.markSent(tenant, promised.pending, new Date(sentMs));
      await checkpoints.save(tenant, commit(promised));
      return encodeEnvelope(tenant, promised.pending?.row.seq ?? 0, batch);
    },
    ingest: async (message) => {
      await ingestBatch(
        {
          archive: createArchive(s3, bucket),
          ledger,
          readOverflow: createOverflowReader(s3, bucket),
          clock: systemClock,
        },
        message,
      );
    },
    changeCheckpoint: async (tenant, change) => {
      await checkpoints.save(tenant, change(await load(tenant)));
    },
    stop: async () => {
      dynamo.destroy();
      s3.destroy();
      await aws.stop();
      folder.remove();
    },
  };
}
