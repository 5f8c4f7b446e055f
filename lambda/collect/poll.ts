import type { Plan } from '../auth0/plan.ts';
import type { SourceCounts } from '../auth0/requests.ts';
import type { Source } from '../auth0/source.ts';
import type { Gap, GapStore } from '../ledger/gap-store.ts';
import type { CollectorError } from '../platform/errors.ts';
import type { AuditMode } from '../platform/names.ts';
import type { BackfillStore } from './backfill/store.ts';
import type { DelivererParts } from './deliverer.ts';
import type { BatchLimits } from './read-batch.ts';
import type { StopReason } from './status.ts';

/** What one poll needs; all of it belongs to one tenant. */
export interface PollParts extends DelivererParts {
  /** `newest`, `oldest` or an ISO time: where a tenant without a checkpoint starts. */
  readonly since: string;
  readonly plan: Plan;
  readonly auditMode: AuditMode;
  readonly gaps: GapStore;
  readonly backfills: BackfillStore;
  readonly source: Source;
  /** No page is begun after this time (milliseconds since 1970). */
  readonly deadlineMs: number;
  readonly limits?: BatchLimits;
}

/** What one poll did. */
export interface PollSummary extends SourceCounts {
  readonly stopReason: StopReason;
  /** The tenant had no checkpoint before. */
  readonly isFirst: boolean;
  readonly fetched: number;
  readonly rejected: number;
  readonly duplicates: number;
  /** Events among the fetched that had slipped into a range read before. */
  readonly late: number;
  /** Events among the fetched that a backfill asked for. */
  readonly backfilled: number;
  readonly pages: number;
  readonly batches: number;
  readonly auditedBatches: number;
  readonly gaps: readonly Gap[];
  /** The last log id delivered, over all polls. */
  readonly cursor: string | undefined;
  readonly hoursToLoss: number | undefined;
  readonly error: CollectorError | undefined;
}
