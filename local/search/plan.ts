import { ingestedAtMs } from '../../lambda/auth0/log-id.ts';
import type { CompactionStore } from '../../lambda/lake/compaction-store.ts';
import { type LakeObject, lakePrefix, parseLakeKey } from '../../lambda/lake/lake-object.ts';
import type { LedgerRow } from '../../lambda/ledger/ledger-row.ts';
import type { LedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { OCSF_CLASSES } from '../../lambda/ocsf/shape.ts';

/** One object to look through: of the lake, or of the archive where the lake does not have it yet. */
export interface Unit {
  readonly kind: 'lake' | 'archive';
  readonly tenant: string;
  readonly key: string;
  /** Its events are not newer than this, as far as they tell their time truly. */
  readonly newestMs: number;
}

/** What a plan is made from: the books of a tenant. */
export interface Shelves {
  readonly compactions: Pick<CompactionStore, 'load'>;
  readonly ledger: Pick<LedgerStore, 'row' | 'rows'>;
  listKeys(prefix: string): AsyncIterable<string>;
}

/** Milliseconds since 1970, `toMs` excluded; an end may be open. */
export interface TimeRange {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

const DAY_MS = 24 * 3600_000;
/** Auth0 hands out nothing older than 30 days, so no event is older when it is collected. */
const AGE_MAX_MS = 31 * DAY_MS;

/** The objects that hold the events of a tenant, each event in one of them, the newest first. */
export async function planOf(shelves: Shelves, tenant: string, range: TimeRange): Promise<Unit[]> {
  // First of all: what is compacted after this is still read from the archive.
  const { compactedSeq = 0, holes = [] } = (await shelves.compactions.load(tenant)) ?? {};
  const units: Unit[] = [];
  for (const ocsfClass of OCSF_CLASSES.filter((name) => name !== 'detection_finding')) {
    for await (const key of shelves.listKeys(lakePrefix(ocsfClass, tenant))) {
      const object = parseLakeKey(key);
      if (object === undefined || !isCounted(object, compactedSeq, holes)) continue;
      const startMs = Date.parse(`${object.day}T00:00:00Z`);
      if (!overlaps({ startMs, endMs: startMs + DAY_MS }, range)) continue;
      units.push({ kind: 'lake', tenant, key, newestMs: startMs + DAY_MS });
    }
  }
  for (const seq of holes) pushBatch(units, tenant, await shelves.ledger.row(tenant, seq), range);
  for await (const row of shelves.ledger.rows(tenant, compactedSeq))
    pushBatch(units, tenant, row, range);
  return units.sort((one, other) => other.newestMs - one.newestMs);
}

/** What is written of a range that is not committed is still read from the archive. */
const isCounted = (
  { fromSeq, toSeq }: LakeObject,
  compactedSeq: number,
  holes: readonly number[],
): boolean => toSeq <= compactedSeq && !(fromSeq === toSeq && holes.includes(fromSeq));

function pushBatch(
  units: Unit[],
  tenant: string,
  row: LedgerRow | undefined,
  range: TimeRange,
): void {
  if (row?.stored === undefined) return;
  const firstMs = ingestedAtMs(row.firstLogId ?? '') ?? Number.NEGATIVE_INFINITY;
  const lastMs = ingestedAtMs(row.lastLogId ?? '') ?? Number.POSITIVE_INFINITY;
  const span = { startMs: firstMs - AGE_MAX_MS, endMs: lastMs + DAY_MS };
  if (!overlaps(span, range)) return;
  units.push({ kind: 'archive', tenant, key: row.stored.key, newestMs: span.endMs });
}

const overlaps = (
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  { fromMs, toMs }: TimeRange,
): boolean => (fromMs === undefined || endMs > fromMs) && (toMs === undefined || startMs < toMs);
