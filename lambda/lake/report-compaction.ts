import { remedyOf } from '../platform/errors.ts';
import { COMPACTOR, METRIC } from '../platform/names.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import { type CompactionSummary, HOLES_MAX } from './compact-tenant.ts';
import type { MissingBatch } from './read-range.ts';

/** Says what a compaction did: one summary line, what is missing, the failure, and the metrics. */
export function reportCompaction(
  telemetry: Telemetry,
  tenant: string,
  summary: CompactionSummary,
  durationMs: number,
): void {
  const { error, missing, ...counts } = summary;
  telemetry.summary(`lake: compacted ${summary.events} log events`, {
    tenant,
    ...counts,
    durationMs,
    errorCode: error?.code,
  });
  for (const batch of missing) reportMissing(telemetry, tenant, batch);
  if (summary.stopReason === 'holes') {
    const fields = { tenant, code: 'LAKE_HOLES', remedy: remedyOf('LAKE_HOLES') };
    telemetry.warn(`lake: ${HOLES_MAX} batches or more are missing, so the lake waits`, fields);
  }
  if (error !== undefined) {
    const say = error.kind === 'permanent' ? telemetry.error : telemetry.warn;
    say(`lake: ${error.message}`, { tenant, code: error.code, remedy: error.remedy });
  }
  telemetry.metrics(tenant, {
    [METRIC.lakeHoles]: summary.holes,
    ...(isLate(summary.lagSeconds) && { [METRIC.lakeLagSeconds]: summary.lagSeconds }),
  });
}

const isLate = (lagSeconds: number | undefined): lagSeconds is number =>
  lagSeconds !== undefined && lagSeconds >= COMPACTOR.lateSeconds;

function reportMissing(telemetry: Telemetry, tenant: string, { seq, error }: MissingBatch): void {
  if (error === undefined) {
    const message = `lake: batch ${seq} is overdue, so the lake goes on without it until it is stored`;
    telemetry.warn(message, { tenant, seq });
    return;
  }
  const { code, remedy, message } = error;
  telemetry.error(`lake: ${message}`, { tenant, seq, code, remedy });
}
