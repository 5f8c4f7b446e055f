import * as z from '../platform/schema.ts';

/** How far detection has followed the ledger of a tenant; `version` moves with every write. */
export const DETECTION = z.object({
  schema: z.literal(1),
  version: z.number(),
  /** Every row of the ledger up to this one was looked at, or is a hole. */
  detectedSeq: z.number(),
  /** Rows that were passed because the archive did not have them; every run looks for them. */
  holes: z.array(z.number()),
  /** A run whose incidents and states are being saved, and what of it the archive did not have. */
  pending: z.optional(
    z.object({ fromSeq: z.number(), toSeq: z.number(), missing: z.array(z.number()) }),
  ),
  /** How long the tenant was without events so far; see `Quiet`. */
  quiet: z.optional(z.object({ firstMs: z.number(), lastMs: z.number(), longestMs: z.number() })),
  /** Who detects; longer than an invocation lasts, so that nobody who lost it can still write. */
  lease: z.optional(z.object({ owner: z.string(), untilMs: z.number() })),
});

export type Detection = z.infer<typeof DETECTION>;
export type PendingRun = NonNullable<Detection['pending']>;

export const firstDetection = (): Detection => ({
  schema: 1,
  version: 0,
  detectedSeq: 0,
  holes: [],
});

/** Promises a run: what a repetition of it will look at is settled before anything is saved. */
export const promiseRun = (detection: Detection, pending: PendingRun): Detection => ({
  ...commitRun(detection),
  pending,
});

/** The promised run is saved. */
export function commitRun(detection: Detection): Detection {
  const { pending, ...rest } = detection;
  if (pending === undefined) return detection;
  const { fromSeq, toSeq, missing } = pending;
  const others = detection.holes.filter((seq) => seq < fromSeq || seq > toSeq);
  return {
    ...rest,
    detectedSeq: Math.max(detection.detectedSeq, toSeq),
    holes: [...others, ...missing].sort((a, b) => a - b),
  };
}

export const runName = ({ fromSeq, toSeq }: Pick<PendingRun, 'fromSeq' | 'toSeq'>): string =>
  `${fromSeq}-${toSeq}`;

export const isLeased = ({ lease }: Detection, nowMs: number): boolean =>
  lease !== undefined && lease.untilMs > nowMs;

export function withoutLease(detection: Detection): Detection {
  const { lease: _, ...rest } = detection;
  return rest;
}
