import type { BatchPoint } from './reading.ts';

/** Milliseconds since 1970. */
export interface ChartRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One column of the chart. */
export interface Bucket extends ChartRange {
  readonly events: number;
  /** The largest of its batches; undefined when none was sent, or no id tells. */
  readonly lagMs: number | undefined;
}

export const BUCKETS = 60;

const MINUTE_MS = 60_000;
const RANGES_MS = [10, 60, 6 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS);
const RANGE_MAX_MS = 24 * 60 * MINUTE_MS;

/** The shortest range on offer that shows all batches of the last day. */
export function rangeFor(batches: readonly BatchPoint[], nowMs: number): ChartRange {
  const recent = batches.filter(({ sentAtMs }) => nowMs - sentAtMs <= RANGE_MAX_MS);
  const oldestMs = recent.reduce((oldest, { sentAtMs }) => Math.min(oldest, sentAtMs), nowMs);
  const rangeMs = RANGES_MS.find((ms) => nowMs - oldestMs <= ms - bucketMsOf(ms)) ?? RANGE_MAX_MS;
  const bucketMs = bucketMsOf(rangeMs);
  // Whole columns, so that a batch stays in its own while time goes on.
  const toMs = Math.floor(nowMs / bucketMs + 1) * bucketMs;
  return { fromMs: toMs - rangeMs, toMs };
}

const bucketMsOf = (rangeMs: number): number => rangeMs / BUCKETS;

/** Sorts batches into the columns of a range; what lies outside is left out. */
export function bucketsOf(batches: readonly BatchPoint[], range: ChartRange): readonly Bucket[] {
  const { fromMs, toMs } = range;
  const bucketMs = (toMs - fromMs) / BUCKETS;
  const buckets = Array.from({ length: BUCKETS }, (_, index) => ({
    fromMs: fromMs + index * bucketMs,
    toMs: fromMs + (index + 1) * bucketMs,
    events: 0,
    lagMs: undefined as number | undefined,
  }));
  for (const { sentAtMs, count, lagMs } of batches) {
    const bucket =
      sentAtMs < toMs ? buckets[Math.floor((sentAtMs - fromMs) / bucketMs)] : undefined;
    if (bucket === undefined) continue;
    bucket.events += count;
    if (lagMs !== undefined) bucket.lagMs = Math.max(bucket.lagMs ?? 0, lagMs);
  }
  return buckets;
}

/** A round number that is not smaller: one digit, or 15, with zeros behind. */
export function roundUp(value: number): number {
  if (value <= 10) return Math.max(1, Math.ceil(value));
  const unit = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * unit).find((round) => round >= value) ??
    value
  );
}

const LAG_SHOWN_MIN_MS = 1_000;
const LAG_SHOWN_MAX_MS = 30 * 24 * 3600_000;

/** Where on the axis of the lag a value stands, 0 to 1, on a scale of powers. */
export function lagShare(lagMs: number): number {
  const shown = Math.min(LAG_SHOWN_MAX_MS, Math.max(LAG_SHOWN_MIN_MS, lagMs));
  return Math.log(shown / LAG_SHOWN_MIN_MS) / Math.log(LAG_SHOWN_MAX_MS / LAG_SHOWN_MIN_MS);
}
