import { ingestedAtMs } from '../auth0/log-id.ts';
import { remedyOf } from '../platform/errors.ts';
import { METRIC } from '../platform/names.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { CollectionStart } from './collection-start.ts';
import type { PollSummary } from './poll.ts';

/** The failures that only somebody with access to the Auth0 dashboard or the secret can end. */
const OF_CREDENTIALS = /^(?:AUTH0_401|AUTH0_403|CREDENTIALS)_/;

export interface PollReport {
  readonly tenant: string;
  readonly summary: PollSummary;
  readonly start: CollectionStart;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** Says what a poll did: one summary line, the failure if there was one, and the metrics. */
export function reportPoll(telemetry: Telemetry, report: PollReport): void {
  const { tenant, summary, start, startedAtMs, endedAtMs } = report;
  const { error, isFirst: _first, gaps, ...counts } = summary;
  const cursorAtMs = summary.cursor === undefined ? undefined : ingestedAtMs(summary.cursor);
  const cursorAgeSeconds =
    cursorAtMs === undefined ? undefined : Math.max(0, Math.round((endedAtMs - cursorAtMs) / 1000));
  telemetry.summary(`auth0: fetched ${summary.fetched} log events`, {
    tenant,
    ...counts,
    gaps: gaps.length,
    cursorAgeSeconds,
    durationMs: endedAtMs - startedAtMs,
    errorCode: error?.code,
  });
  if (summary.isFirst && start.clampedFrom !== undefined) {
    telemetry.warn(
      `auth0: the collection start ${start.clampedFrom} is older than Auth0 keeps log events; starting at ${start.since}`,
      { tenant },
    );
  }
  for (const { from, to, reason, afterLogId } of gaps) {
    const code = reason === 'cursor-refused' ? 'GAP_CURSOR_REFUSED' : 'GAP_RETENTION_PASSED';
    const fields = { tenant, code, from, to, afterLogId, remedy: remedyOf(code) };
    telemetry.error(`auth0: log events from ${from} to ${to} could not be collected`, fields);
  }
  if (error !== undefined) {
    const say = error.kind === 'permanent' ? telemetry.error : telemetry.warn;
    say(`auth0: ${error.message}`, { tenant, code: error.code, remedy: error.remedy });
  }
  telemetry.metrics(tenant, {
    [METRIC.eventsFetched]: summary.fetched,
    [METRIC.throttles]: summary.throttles,
    [METRIC.errors]: error === undefined ? 0 : 1,
    [METRIC.credentialErrors]: error !== undefined && OF_CREDENTIALS.test(error.code) ? 1 : 0,
    [METRIC.gaps]: gaps.length,
    [METRIC.auditDifferences]: summary.late,
    ...(summary.stopReason !== 'caught-up' && {
      ...(summary.hoursToLoss !== undefined && { [METRIC.hoursToLoss]: summary.hoursToLoss }),
      ...(cursorAgeSeconds !== undefined && { [METRIC.pollLagSeconds]: cursorAgeSeconds }),
    }),
  });
}
