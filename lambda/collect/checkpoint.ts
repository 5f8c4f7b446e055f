import { CURSOR, type Cursor } from '../auth0/cursor.ts';
import { hashIds, ID_HASH_BYTES } from '../ledger/id-set.ts';
import { chainRow, FIRST_PREVIOUS_HASH, type SentRow } from '../ledger/ledger-row.ts';
import * as z from '../platform/schema.ts';
import type { Batch } from '../queue/batch.ts';
import type { TenantStatus } from './status.ts';
import { TENANT_STATUS } from './status.ts';

const BYTES = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const PENDING_ROW = z.object({
  seq: z.number(),
  previousHash: z.string(),
  hash: z.string(),
  from: z.string(),
  firstLogId: z.string(),
  lastLogId: z.string(),
  count: z.number(),
  rejectedCount: z.number(),
  contentBytes: z.number(),
  contentDigest: z.string(),
  idsDigest: z.string(),
  day: z.string(),
  isLate: z.boolean(),
}) satisfies z.ZodMiniType<SentRow>;

const PENDING = z.object({
  row: PENDING_ROW,
  /** Where its events are read again from, and where collection goes on once it is delivered. */
  cursorBefore: CURSOR,
  cursorAfter: CURSOR,
  /** The version of the checkpoint that made the promise; a later promise wins over an earlier. */
  promise: z.number(),
  /** Hashes of the keys of its events, in order: tells what was promised. */
  idHashes: BYTES,
  /** It was asked for, and is no sign of events that appeared late. */
  isBackfill: z.optional(z.boolean()),
});

/** The durable state of a tenant's collection; {@link version} moves with every write. */
export const CHECKPOINT = z.object({
  schema: z.literal(1),
  version: z.number(),
  cursor: CURSOR,
  /** The last committed ledger row. */
  head: z.object({ seq: z.number(), hash: z.string() }),
  /** Hashes of the last ids that were committed: a page that comes again is known by them. */
  recentIdHashes: BYTES,
  /** A batch that was promised and whose delivery is not known yet. */
  pending: z.optional(PENDING),
  lease: z.optional(z.object({ owner: z.string(), expiresAtMs: z.number() })),
  status: TENANT_STATUS,
  eventsTotal: z.number(),
  /** Everything that Auth0 ingested up to this ISO time was read. */
  collectedUntil: z.optional(z.string()),
  /** The last ledger row that was audited. */
  auditedSeq: z.number(),
});

export type Checkpoint = z.infer<typeof CHECKPOINT>;
export type Pending = z.infer<typeof PENDING>;

/** A poll holds the lease this long after each write; another may take over after that. */
export const LEASE_MS = 120_000;
/** The clocks of two pollers differ a little, and two ticks may come in the same moment. */
export const CLOCK_SKEW_MAX_MS = 10_000;

/** One page: more than that never comes again. */
const RECENT_IDS = 100;

export function firstCheckpoint(since: string, status: TenantStatus): Checkpoint {
  return {
    schema: 1,
    version: 0,
    cursor: { kind: 'start', since },
    head: { seq: 0, hash: FIRST_PREVIOUS_HASH },
    recentIdHashes: new Uint8Array(),
    status,
    eventsTotal: 0,
    auditedSeq: 0,
  };
}

/** True while somebody else polls. A lease from a clock that is far ahead doesn't count. */
export function isLeased(checkpoint: Checkpoint, owner: string, nowMs: number): boolean {
  const lease = checkpoint.lease;
  if (lease === undefined || lease.owner === owner) return false;
  return lease.expiresAtMs > nowMs && lease.expiresAtMs <= nowMs + LEASE_MS + CLOCK_SKEW_MAX_MS;
}

/** A batch with the range it was read from. */
export interface ReadBatch {
  readonly batch: Batch;
  /** What each event is known by, see `keyOfEvent`. */
  readonly keys: readonly string[];
  readonly cursorBefore: Cursor;
  readonly cursorAfter: Cursor;
  /** Its events slipped into a range that had been read already. */
  readonly isLate: boolean;
  /** Somebody asked for them; see `Backfill`. */
  readonly isBackfill?: boolean | undefined;
}

/** Promises a batch: nothing is sent that is not written down here first. */
export function intend(checkpoint: Checkpoint, read: ReadBatch): Checkpoint {
  const { batch, keys, cursorBefore, cursorAfter, isLate, isBackfill } = read;
  const { seq, hash } = checkpoint.head;
  const row = chainRow(seq + 1, { ...batch, isLate }, hash);
  const pending: Pending = {
    row,
    cursorBefore,
    // What is late lies behind the cursor and doesn't move it.
    cursorAfter: isLate ? checkpoint.cursor : cursorAfter,
    promise: checkpoint.version + 1,
    idHashes: hashIds(keys),
    ...(isBackfill && { isBackfill }),
  };
  return { ...checkpoint, pending };
}

/** Moves the cursor behind the pending batch, which the queue has acknowledged. */
export function commit(checkpoint: Checkpoint): Checkpoint {
  const { pending, ...rest } = checkpoint;
  if (pending === undefined) return checkpoint;
  return {
    ...rest,
    cursor: pending.cursorAfter,
    head: { seq: pending.row.seq, hash: pending.row.hash },
    // What a backfill found lies far behind the cursor: no page there comes again.
    recentIdHashes: pending.isBackfill
      ? checkpoint.recentIdHashes
      : lastIds(checkpoint.recentIdHashes, pending.idHashes),
    eventsTotal: checkpoint.eventsTotal + pending.row.count,
  };
}

export function withLease(checkpoint: Checkpoint, owner: string, nowMs: number): Checkpoint {
  return { ...checkpoint, lease: { owner, expiresAtMs: nowMs + LEASE_MS } };
}

export function withoutLease(checkpoint: Checkpoint): Checkpoint {
  const { lease: _released, ...rest } = checkpoint;
  return rest;
}

const lastIds = (before: Uint8Array, added: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([before, added]).subarray(-RECENT_IDS * ID_HASH_BYTES));
