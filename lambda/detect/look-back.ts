import { ingestedAtMs } from '../auth0/log-id.ts';
import type { ReadArchived } from '../ledger/archive-reader.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { LedgerStore } from '../ledger/ledger-store.ts';
import { contiguous, rangesOf } from '../ledger/ranges.ts';
import type { Clock } from '../platform/clock.ts';
import { detect } from './engine.ts';
import type { EntityState } from './entity-state.ts';
import { grown, type Incident } from './incident.ts';
import { RUN_LIMITS, readRun } from './read-run.ts';
import type { RuleSet } from './rule-set.ts';

/** Stored history that rules are to look at again. */
export interface History {
  readonly tenant: string;
  readonly ledger: LedgerStore;
  readonly readArchived: ReadArchived;
  readonly headSeq: number;
  readonly clock: Clock;
}

/** From when to when incidents are wanted, milliseconds since 1970. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LookBack {
  readonly incidents: readonly Incident[];
  /** Events that were looked at, those that only taught what is usual included. */
  readonly events: number;
  /** Batches that the archive does not have. */
  readonly missing: number;
}

/** What is usual is learned from as much history as the longest memory of a rule that decides soon. */
const LEARNING_MS = 30 * 86_400_000;

/**
 * What the rules raise over stored history, with nothing remembered from before and nothing saved.
 * Over the whole archive it is what detection raised when the events came.
 *
 * @throws {CollectorError} AWS_CALL
 */
export async function lookBack(
  history: History,
  ruleSet: RuleSet,
  period: Period,
): Promise<LookBack> {
  const { tenant, ledger, readArchived, headSeq, clock } = history;
  const states = new Map<string, EntityState>();
  const incidents = new Map<string, Incident>();
  let events = 0;
  let missing = 0;
  const bounds = { afterSeq: 0, upToSeq: headSeq };
  const rows = within(contiguous(ledger.rows(tenant), bounds), period);
  for await (const range of rangesOf(rows, Number.POSITIVE_INFINITY, RUN_LIMITS)) {
    const content = await readRun(range, ruleSet, readArchived);
    events += content.events;
    missing += content.missing.length;
    const run = `look back ${range[0]?.seq}`;
    const detected = detect(tenant, run, content.readings, states, ruleSet);
    for (const [key, state] of detected.states) states.set(key, state);
    for (const change of detected.changes) {
      const { id } = change.incident;
      const after = grown(incidents.get(id), change, clock.nowMs());
      if (after !== undefined) incidents.set(id, after);
    }
  }
  const wanted = [...incidents.values()].filter(
    ({ firstSeenMs, lastSeenMs }) => lastSeenMs >= period.fromMs && firstSeenMs <= period.toMs,
  );
  return { incidents: wanted.sort((a, b) => a.firstSeenMs - b.firstSeenMs), events, missing };
}

/** The rows of a period and of the time before it that teaches what is usual. */
async function* within(
  rows: AsyncIterable<LedgerRow>,
  { fromMs, toMs }: Period,
): AsyncGenerator<LedgerRow> {
  for await (const row of rows) {
    const lastMs = ingestedAtMs(row.lastLogId ?? '');
    const firstMs = ingestedAtMs(row.firstLogId ?? '');
    if (lastMs !== undefined && lastMs < fromMs - LEARNING_MS) continue;
    if (firstMs !== undefined && firstMs > toMs) continue;
    yield row;
  }
}
