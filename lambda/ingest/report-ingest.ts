import type { CollectorError } from '../platform/errors.ts';
import { METRIC } from '../platform/names.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { IngestResult } from './ingest-batch.ts';

export interface MessageOutcome {
  readonly messageId: string;
  readonly result: IngestResult | undefined;
  readonly error: CollectorError | undefined;
}

/** Says what an ingest invocation did: one summary line, its failures, metrics per tenant. */
export function reportIngest(
  telemetry: Telemetry,
  outcomes: readonly MessageOutcome[],
  durationMs: number,
): void {
  const results = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const total = sum(results);
  telemetry.summary(`ingest: archived ${total.archived} log events`, {
    ...total,
    batches: results.length,
    failures: outcomes.length - results.length,
    batchIds: results.map(({ batchId }) => batchId).join(' '),
    durationMs,
  });
  for (const { messageId, error } of outcomes) {
    if (error === undefined) continue;
    const say = error.kind === 'permanent' ? telemetry.error : telemetry.warn;
    say(`ingest: ${error.message}`, { messageId, code: error.code, remedy: error.remedy });
  }
  for (const [tenant, own] of Map.groupBy(results, (result) => result.tenant)) {
    const { duplicates, quarantined } = sum(own);
    telemetry.metrics(tenant, {
      [METRIC.eventsDuplicate]: duplicates,
      [METRIC.eventsQuarantined]: quarantined,
    });
  }
}

function sum(results: readonly IngestResult[]) {
  const total = { archived: 0, duplicates: 0, quarantined: 0 };
  for (const { archived, duplicates, quarantined } of results) {
    total.archived += archived;
    total.duplicates += duplicates;
    total.quarantined += quarantined;
  }
  return total;
}
