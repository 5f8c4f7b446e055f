import { factsOf, object } from '../auth0/event-facts.ts';
import type { ReadArchived } from '../ledger/archive-reader.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import type { RuleSet } from './rule-set.ts';
import { Reading, type Readings } from './touches.ts';

/** What rules and profiles see in a run of ledger rows. */
export interface RunContent {
  readonly readings: Readings;
  readonly events: number;
  /** Rows that the archive does not have; with the error, not readable. */
  readonly missing: readonly { readonly seq: number; readonly error: CollectorError | undefined }[];
}

/**
 * Reads the events of a run, one batch in memory at a time.
 *
 * @param without rows that are not to be read
 * @throws {CollectorError} AWS_CALL
 */
export async function readRun(
  rows: Iterable<LedgerRow>,
  ruleSet: RuleSet,
  readArchived: ReadArchived,
  without: readonly number[] = [],
): Promise<RunContent> {
  const readings = new Reading(ruleSet);
  const missing: { seq: number; error: CollectorError | undefined }[] = [];
  let events = 0;
  for (const row of rows) {
    if (row.stored === undefined || without.includes(row.seq)) {
      missing.push({ seq: row.seq, error: undefined });
      continue;
    }
    try {
      for (const line of (await readArchived(row)).lines) {
        const event = object(JSON.parse(line.toString('utf8')));
        if (event !== undefined) readings.add(factsOf(event));
        events += 1;
      }
    } catch (thrown) {
      const error = asCollectorError(thrown);
      if (error.code === 'AWS_CALL') throw error;
      missing.push({ seq: row.seq, error });
    }
  }
  return { readings, events, missing };
}
