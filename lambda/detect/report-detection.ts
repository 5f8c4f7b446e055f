import { METRIC } from '../platform/names.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { DetectionSummary } from './detect-tenant.ts';

/** Says what detection did: one summary line, what is missing or unpublished, and the metrics. */
export function reportDetection(
  telemetry: Telemetry,
  tenant: string,
  summary: DetectionSummary,
  durationMs: number,
): void {
  const { error, missing, unpublished, ...counts } = summary;
  telemetry.summary(`incidents: ${summary.opened} opened in ${summary.events} log events`, {
    tenant,
    ...counts,
    unpublished: unpublished.length,
    durationMs,
    errorCode: error?.code,
  });
  for (const { seq, error: why } of missing) {
    if (why === undefined) {
      telemetry.warn(`incidents: batch ${seq} is overdue and was passed for now`, { tenant, seq });
    } else {
      const { code, remedy } = why;
      telemetry.error(`incidents: ${why.message}`, { tenant, seq, code, remedy });
    }
  }
  for (const { message, code, remedy } of unpublished) {
    telemetry.error(`incidents: not published yet: ${message}`, { tenant, code, remedy });
  }
  if (error !== undefined) {
    const say = error.kind === 'permanent' ? telemetry.error : telemetry.warn;
    say(`incidents: ${error.message}`, { tenant, code: error.code, remedy: error.remedy });
  }
  if (summary.stopReason === 'locked') return;
  telemetry.metrics(tenant, {
    [METRIC.incidents]: summary.opened,
    [METRIC.incidentsUnpublished]: unpublished.length,
  });
}
