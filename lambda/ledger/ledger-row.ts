import { createHash } from 'node:crypto';
import { TABLE } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import { type BatchFacts, paddedSeq } from '../queue/batch.ts';

/** What the poller knows of a batch once the queue has acknowledged it. */
export interface SentRow extends BatchFacts {
  readonly seq: number;
  /** Its events slipped into a range that another row had covered before. */
  readonly isLate: boolean;
  /** Hash of the row before; the ledger of a tenant is a chain. */
  readonly previousHash: string;
  readonly hash: string;
}

/** What the chain of a tenant begins with. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

const STORED = z.object({
  contentDigest: z.string(),
  key: z.string(),
  count: z.number(),
  at: z.string(),
});

const ROW = z.looseObject({
  seq: z.number(),
  from: z.optional(z.string()),
  firstLogId: z.optional(z.string()),
  lastLogId: z.optional(z.string()),
  count: z.optional(z.number()),
  rejectedCount: z.optional(z.number()),
  contentBytes: z.optional(z.number()),
  contentDigest: z.optional(z.string()),
  idsDigest: z.optional(z.string()),
  day: z.optional(z.string()),
  previousHash: z.optional(z.string()),
  hash: z.optional(z.string()),
  sentAt: z.optional(z.string()),
  isLate: z.optional(z.boolean()),
  /** See `Pending.idHashes` of the checkpoint. */
  idHashes: z.optional(z.custom<Uint8Array>((value) => value instanceof Uint8Array)),
});

export type StoredObject = z.infer<typeof STORED>;

/**
 * A row as it stands in the table. The poller writes one half and ingest the other, in any order.
 * `stored` is the archive object of the content that the poller promised.
 */
export type LedgerRow = z.infer<typeof ROW> & { readonly stored: StoredObject | undefined };

/**
 * The attribute under which ingest notes an archive object. Its name holds the digest, so that
 * content which was promised and then superseded can't be taken for the content that counts.
 */
export const storedAttribute = (contentDigest: string): string =>
  `stored_${contentDigest.slice(0, 16)}`;

export function readLedgerRow(item: Readonly<Record<string, unknown>>): LedgerRow {
  const row = ROW.parse(item);
  const note =
    row.contentDigest === undefined ? undefined : row[storedAttribute(row.contentDigest)];
  return { ...row, stored: note === undefined ? undefined : STORED.parse(note) };
}

/** Gives a batch its place in the ledger. */
export function chainRow(
  seq: number,
  facts: BatchFacts & { readonly isLate: boolean },
  previousHash: string,
): SentRow {
  const row = { ...pickFacts(facts), isLate: facts.isLate, seq, previousHash };
  return { ...row, hash: hashRow(row) };
}

/** SHA-256 over everything the row says, in a fixed order. */
export function hashRow(row: Omit<SentRow, 'hash'>): string {
  const { seq, previousHash, from, firstLogId, lastLogId, count, rejectedCount } = row;
  const { contentBytes, contentDigest, idsDigest, day, isLate } = row;
  const text = JSON.stringify([
    [seq, previousHash, from, firstLogId, lastLogId, count, rejectedCount],
    [contentBytes, contentDigest, idsDigest, day, isLate],
  ]);
  return createHash('sha256').update(text).digest('hex');
}

export const ledgerItem = (seq: number): string => `${TABLE.ledgerPrefix}${paddedSeq(seq)}`;

/** The facts of a batch without its content. */
export function pickFacts(facts: BatchFacts): BatchFacts {
  const { from, firstLogId, lastLogId, count, rejectedCount } = facts;
  const { contentBytes, contentDigest, idsDigest, day } = facts;
  return {
    from,
    firstLogId,
    lastLogId,
    count,
    rejectedCount,
    contentBytes,
    contentDigest,
    idsDigest,
    day,
  };
}
