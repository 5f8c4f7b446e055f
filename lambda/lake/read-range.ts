import type { JsonObject } from '../auth0/event-facts.ts';
import { compareLogIds } from '../auth0/log-id.ts';
import { type ReadArchived, unreadable } from '../ledger/archive-reader.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import { asCollectorError, CollectorError } from '../platform/errors.ts';
import { type Partition, partitionText } from './lake-object.ts';
import { type LakeRow, lakeRow } from './lake-row.ts';

export interface RangeReaderParts {
  readonly tenant: string;
  readonly readArchived: ReadArchived;
  readonly pseudonymise: ((event: JsonObject) => JsonObject) | undefined;
}

/** The rows of one object, in their order. */
export interface PartitionRows extends Partition {
  readonly rows: readonly LakeRow[];
}

/** A batch of the ledger that the archive does not have: not stored yet, or with the error not readable. */
export interface MissingBatch {
  readonly seq: number;
  readonly error: CollectorError | undefined;
}

/** The events of a range of the ledger, and the batches that the archive does not have. */
export interface RangeContent {
  readonly partitions: readonly PartitionRows[];
  readonly events: number;
  readonly missing: readonly MissingBatch[];
}

/** Fetching is waiting, for the most part; a batch may take several MB. */
const FETCHES_AT_ONCE = 4;

/**
 * Reads and maps the events of a range. A batch that can't be read is named as missing and the others
 * go on; a call that failed ends it all.
 *
 * @throws {CollectorError} AWS_CALL
 */
export async function readRange(
  parts: RangeReaderParts,
  range: readonly LedgerRow[],
): Promise<RangeContent> {
  const rows: LakeRow[] = [];
  const missing: MissingBatch[] = [];
  for (let at = 0; at < range.length; at += FETCHES_AT_ONCE) {
    const some = range.slice(at, at + FETCHES_AT_ONCE);
    for (const batch of await Promise.all(some.map((row) => readBatch(parts, row)))) {
      if ('seq' in batch) missing.push(batch);
      else for (const row of batch) rows.push(row);
    }
  }
  return { partitions: partitionsOf(rows), events: rows.length, missing };
}

async function readBatch(
  parts: RangeReaderParts,
  row: LedgerRow,
): Promise<LakeRow[] | MissingBatch> {
  if (row.stored === undefined) return { seq: row.seq, error: undefined };
  try {
    return await mapBatch(parts, row);
  } catch (thrown) {
    const error = asCollectorError(thrown);
    if (error.code !== 'ARCHIVE_UNREADABLE') throw error;
    return { seq: row.seq, error };
  }
}

async function mapBatch(
  { tenant, readArchived, pseudonymise }: RangeReaderParts,
  row: LedgerRow,
): Promise<LakeRow[]> {
  const { key, lines } = await readArchived(row);
  const sentAtMs = Date.parse(row.sentAt ?? row.stored?.at ?? '');
  const context = { tenant, archiveKey: key, sentAtMs, pseudonymise };
  return lines.map((line, index) => {
    try {
      return lakeRow(line, context);
    } catch (thrown) {
      if (thrown instanceof CollectorError) throw thrown;
      throw unreadable(`Line ${index + 1} of ${key} can't be mapped: ${String(thrown)}`, thrown);
    }
  });
}

function partitionsOf(rows: readonly LakeRow[]): PartitionRows[] {
  const groups = [...Map.groupBy(rows, partitionText).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ class: first.class, day: first.day, rows: group.sort(byTime) }];
  });
}

const byTime = (a: LakeRow, b: LakeRow): number =>
  a.timeMs - b.timeMs || compareLogIds(a.logId, b.logId);
