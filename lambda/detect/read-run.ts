import { factsOf, object } from '../auth0/event-facts.ts';
import type { ArchivedBatch, ReadArchived } from '../ledger/archive-reader.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { RangeLimits } from '../ledger/ranges.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import type { RuleSet } from './rule-set.ts';
import { Reading, type Readings } from './touches.ts';

/** A row of the ledger that the archive does not have; with the error, not readable. */
export interface MissingRow {
  readonly seq: number;
  readonly error: CollectorError | undefined;
}

/** What rules and profiles see in a run of ledger rows. */
export interface RunContent {
  readonly readings: Readings;
  readonly events: number;
  readonly missing: readonly MissingRow[];
}

/**
 * A run's events go by one batch at a time, and only what rules see in them is kept: so it may be long,
 * and reads and writes each entity that often occurs in it once.
 */
export const RUN_LIMITS: RangeLimits = {
  events: 50_000,
  contentBytes: 128 * 1024 * 1024,
  rows: 500,
};

/** Fetched while the rules look at another; a batch may take several MB. */
const FETCHED_AHEAD = 3;

/**
 * Reads the events of a run, few batches in memory at a time.
 *
 * @param without rows that are not to be read
 * @throws {CollectorError} AWS_CALL
 */
export async function readRun(
  rows: readonly LedgerRow[],
  ruleSet: RuleSet,
  readArchived: ReadArchived,
  without: readonly number[] = [],
): Promise<RunContent> {
  const readings = new Reading(ruleSet);
  const missing: MissingRow[] = [];
  let events = 0;
  const read = (row: LedgerRow) => readRow(row, readArchived, without);
  for await (const batch of fetchedAhead(rows, read)) {
    if ('seq' in batch) {
      missing.push(batch);
      continue;
    }
    for (const line of batch.lines) readings.add(factsOf(object(parsed(line)) ?? {}));
    events += batch.lines.length;
  }
  return { readings, events, missing };
}

type Fetched = ArchivedBatch | MissingRow;

/** What is read of each row, in order; the rows behind it are on their way meanwhile. */
async function* fetchedAhead(
  rows: readonly LedgerRow[],
  read: (row: LedgerRow) => Promise<Fetched>,
): AsyncGenerator<Fetched> {
  const waiting = rows.values();
  const underWay: Promise<Fetched>[] = [];
  const fetchNext = () => {
    const { value: row } = waiting.next();
    if (row === undefined) return;
    const fetching = read(row);
    // It is thrown when its turn comes; if an earlier one fails, nobody asks for it.
    fetching.catch(() => undefined);
    underWay.push(fetching);
  };
  for (let count = 0; count < FETCHED_AHEAD; count += 1) fetchNext();
  for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) {
    const batch = await next;
    fetchNext();
    yield batch;
  }
}

/** The batch of a row, or that it is missing. */
async function readRow(
  row: LedgerRow,
  readArchived: ReadArchived,
  without: readonly number[],
): Promise<Fetched> {
  const { seq, stored } = row;
  if (stored === undefined || without.includes(seq)) return { seq, error: undefined };
  try {
    return await readArchived(row);
  } catch (thrown) {
    const error = asCollectorError(thrown);
    if (error.code === 'AWS_CALL') throw error;
    return { seq, error };
  }
}

/** What can't be parsed never came into a batch; a line that is none all the same says nothing. */
function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}
