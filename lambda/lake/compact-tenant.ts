import { contiguous, RANGE_LIMITS, type RangeLimits, rangesOf } from '../ledger/ranges.ts';
import type { Clock } from '../platform/clock.ts';
import { asCollectorError, type CollectorError } from '../platform/errors.ts';
import { type KeeperParts, RangeKeeper } from './range-keeper.ts';
import type { MissingBatch } from './read-range.ts';

export interface CompactParts extends KeeperParts {
  /** The last row that the checkpoint has committed; what is behind it may still be replaced. */
  readonly headSeq: () => Promise<number>;
  readonly clock: Clock;
  /** No range is begun after this. */
  readonly deadlineMs: number;
  readonly limits?: RangeLimits;
}

/**
 * Why a compaction ended. `caught-up`: all that is stored is in the lake. `locked`: another one was
 * under way. `holes`: too many batches are missing, so the lake waits for them.
 */
export type CompactionStop = 'caught-up' | 'time-budget' | 'locked' | 'holes' | 'failed';

export interface CompactionSummary {
  readonly events: number;
  readonly ranges: number;
  readonly objects: number;
  readonly bytes: number;
  /** Batches that the lake passed because the archive does not have them. */
  readonly holes: number;
  /** Age of the oldest delivered batch that the lake has not come to; 0 without one. */
  readonly lagSeconds: number | undefined;
  readonly stopReason: CompactionStop;
  readonly error: CollectorError | undefined;
  /** The batches that this run found missing. */
  readonly missing: readonly MissingBatch[];
}

/** With more holes than this something is wrong that passing more batches would only hide. */
export const HOLES_MAX = 200;

/**
 * Follows the ledger of a tenant: brings every stored batch behind the compaction item into the lake,
 * range by range, and the batches that were passed earlier if they are stored by now.
 *
 * @throws {CollectorError} when the compaction item can't be read
 */
export async function compactTenant(parts: CompactParts): Promise<CompactionSummary> {
  const keeper = await RangeKeeper.open(parts);
  const { stopReason, error } = await endOf(follow(parts, keeper));
  return {
    ...keeper.written,
    holes: keeper.compaction.holes.length,
    lagSeconds: stopReason === 'locked' ? undefined : await lagSeconds(parts, keeper),
    stopReason,
    error,
    missing: keeper.missing,
  };
}

async function endOf(
  following: Promise<CompactionStop>,
): Promise<Pick<CompactionSummary, 'stopReason' | 'error'>> {
  try {
    return { stopReason: await following, error: undefined };
  } catch (thrown) {
    const error = asCollectorError(thrown);
    if (error.code === 'LAKE_CONFLICT') return { stopReason: 'locked', error: undefined };
    return { stopReason: 'failed', error };
  }
}

async function follow(parts: CompactParts, keeper: RangeKeeper): Promise<CompactionStop> {
  try {
    const stopReason = await bringAll(parts, keeper);
    await keeper.save();
    return stopReason;
  } catch (thrown) {
    // What was written before is committed if that is still possible; the failure is what counts.
    await keeper.save().catch(() => undefined);
    throw thrown;
  }
}

async function bringAll(parts: CompactParts, keeper: RangeKeeper): Promise<CompactionStop> {
  const { ledger, tenant, clock, deadlineMs, limits = RANGE_LIMITS } = parts;
  const isSpent = () => clock.nowMs() >= deadlineMs;
  const upToSeq = await parts.headSeq();
  await keeper.recover();
  for (const seq of keeper.compaction.holes) {
    if (isSpent()) return 'time-budget';
    await keeper.fill(seq);
  }
  const afterSeq = keeper.compaction.compactedSeq;
  const rows = contiguous(ledger.rows(tenant, afterSeq), { afterSeq, upToSeq });
  for await (const range of rangesOf(rows, clock.nowMs(), limits)) {
    if (keeper.compaction.holes.length >= HOLES_MAX) return 'holes';
    if (isSpent()) return 'time-budget';
    await keeper.bring(range);
  }
  return 'caught-up';
}

async function lagSeconds(
  { ledger, tenant, clock }: CompactParts,
  { compaction }: RangeKeeper,
): Promise<number | undefined> {
  try {
    const next = await ledger.row(tenant, compaction.compactedSeq + 1);
    const sentAt = next?.sentAt;
    if (sentAt === undefined) return 0;
    return Math.max(0, Math.round((clock.nowMs() - Date.parse(sentAt)) / 1000));
  } catch {
    return undefined;
  }
}
