/** Publishes each metric and writes each kind of log line once, as the deployed functions do. */
import { reportPoll } from '../../lambda/collect/report-poll.ts';
import { reportDetection } from '../../lambda/detect/report-detection.ts';
import { reportIngest } from '../../lambda/ingest/report-ingest.ts';
import { reportCompaction } from '../../lambda/lake/report-compaction.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { COMPACTOR } from '../../lambda/platform/names.ts';
import { powertoolsTelemetry } from '../../lambda/platform/telemetry.ts';

const AT = '2026-11-22T10:00:00.000Z';
const AT_MS = Date.parse(AT);

reportPoll(powertoolsTelemetry('poller'), {
  tenant: 'acme',
  summary: {
    stopReason: 'failed',
    isFirst: true,
    fetched: 1,
    rejected: 0,
    duplicates: 0,
    backfilled: 0,
    late: 1,
    pages: 1,
    batches: 1,
    auditedBatches: 0,
    requests: 2,
    tokenRequests: 1,
    throttles: 1,
    rateShareUsed: 0.1,
    gaps: [{ from: AT, to: AT, reason: 'cursor-refused', afterLogId: '90', recordedAt: AT }],
    cursor: `900${'20261122095959000'.padEnd(53, '0')}`,
    hoursToLoss: 24,
    error: new CollectorError('AUTH0_401_CREDENTIALS', 'Auth0 answered 401'),
  },
  start: { since: AT, clampedFrom: '2020-01-01' },
  startedAtMs: AT_MS,
  endedAtMs: AT_MS + 1000,
});

reportIngest(
  powertoolsTelemetry('ingest'),
  [
    {
      messageId: '1',
      result: { tenant: 'acme', batchId: '1', archived: 1, duplicates: 1, quarantined: 1 },
      error: undefined,
    },
    { messageId: '2', result: undefined, error: new CollectorError('AWS_CALL', 'It failed') },
  ],
  10,
);

reportDetection(
  powertoolsTelemetry('detector'),
  'acme',
  {
    events: 1,
    runs: 1,
    opened: 1,
    grown: 0,
    published: 1,
    holes: 0,
    stopReason: 'failed',
    error: new CollectorError('AWS_CALL', 'It failed'),
    missing: [{ seq: 1, error: undefined }],
    unpublished: [new CollectorError('AWS_CALL', 'The topic refused')],
  },
  10,
);

reportCompaction(
  powertoolsTelemetry('compactor'),
  'acme',
  {
    events: 1,
    ranges: 1,
    objects: 1,
    bytes: 1,
    holes: 1,
    lagSeconds: COMPACTOR.lateSeconds,
    stopReason: 'failed',
    error: new CollectorError('AWS_CALL', 'It failed'),
    missing: [{ seq: 1, error: new CollectorError('ARCHIVE_UNREADABLE', 'It is missing') }],
  },
  10,
);
