import { OCSF_CLASSES } from '../ocsf/shape.ts';
import * as z from '../platform/schema.ts';
import { type Partition, parsePartition, partitionText, type SeqRange } from './lake-object.ts';

const PARTITION = z
  .string()
  .check(z.regex(new RegExp(`^(?:${OCSF_CLASSES.join('|')})/\\d{4}-\\d{2}-\\d{2}$`)));

/** How far the lake has followed the ledger of a tenant; {@link version} moves with every write. */
export const COMPACTION = z.object({
  schema: z.literal(1),
  version: z.number(),
  /** Every row of the ledger up to this one is in the lake, or a hole. */
  compactedSeq: z.number(),
  /** Rows that were passed because the archive did not have them. They are looked at in every run. */
  holes: z.array(z.number()),
  /** A range whose objects are being written. `partitions`: every object that it may have by now. */
  pending: z.optional(
    z.object({ fromSeq: z.number(), toSeq: z.number(), partitions: z.array(PARTITION) }),
  ),
  eventsTotal: z.number(),
});

export type Compaction = z.infer<typeof COMPACTION>;

export const firstCompaction = (): Compaction => ({
  schema: 1,
  version: 0,
  compactedSeq: 0,
  holes: [],
  eventsTotal: 0,
});

/** Promises the objects of a range: nothing is written that is not written down here first. */
export function promise(
  compaction: Compaction,
  { fromSeq, toSeq }: SeqRange,
  partitions: readonly Partition[],
): Compaction {
  return {
    ...compaction,
    pending: { fromSeq, toSeq, partitions: partitions.map(partitionText) },
  };
}

/** What came of the promised range. */
export interface Written {
  readonly events: number;
  /** Rows of the range that the archive did not have. */
  readonly missing: readonly number[];
}

/** The promised range is in the lake, but for the rows that are missing. */
export function commit(compaction: Compaction, { events, missing }: Written): Compaction {
  const { pending, ...rest } = compaction;
  if (pending === undefined) return compaction;
  const { fromSeq, toSeq } = pending;
  const others = compaction.holes.filter((seq) => seq < fromSeq || seq > toSeq);
  return {
    ...rest,
    compactedSeq: Math.max(compaction.compactedSeq, toSeq),
    holes: [...others, ...missing].sort((a, b) => a - b),
    eventsTotal: compaction.eventsTotal + events,
  };
}

/** The partitions that were promised, for writing the same range again. */
export const promisedPartitions = ({ pending }: Compaction): Partition[] =>
  (pending?.partitions ?? []).map(parsePartition);
