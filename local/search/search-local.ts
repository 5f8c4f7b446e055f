import type { Hit } from '../../lambda/search/hit.ts';
import type { Query } from '../../lambda/search/query.ts';
import { NewestHits } from './newest-hits.ts';
import { planOf, type Shelves, type TimeRange, type Unit } from './plan.ts';
import { openScanPool, type ScanPool } from './scan-pool.ts';

export interface LocalSearch extends TimeRange {
  readonly query: Query;
  readonly tenants: readonly string[];
  /** So many of the newest. */
  readonly limit: number;
  readonly bucket: string;
}

export interface Found {
  readonly hits: readonly Hit[];
  /** Events that were looked at. */
  readonly events: number;
  /** False when looking at older events was not needed any more. */
  readonly isWhole: boolean;
  /** Objects that are missing or damaged, so that their events are not among these. */
  readonly unreadable: readonly string[];
}

/** Looks through the objects of the tenants, the newest first, until enough is found. */
export async function searchLocal(shelves: Shelves, search: LocalSearch): Promise<Found> {
  const units: Unit[] = [];
  for (const tenant of search.tenants) units.push(...(await planOf(shelves, tenant, search)));
  units.sort((one, other) => other.newestMs - one.newestMs);
  const pool = openScanPool(search, units.length);
  try {
    return await scanAll(pool, units, search);
  } finally {
    await pool.close();
  }
}

async function scanAll(
  pool: ScanPool,
  units: readonly Unit[],
  { limit, fromMs, toMs }: LocalSearch,
): Promise<Found> {
  const newest = new NewestHits(limit);
  const unreadable: string[] = [];
  let events = 0;
  let next = 0;
  const takeUnits = async (): Promise<void> => {
    for (let unit = units[next]; unit !== undefined; unit = units[next]) {
      const { oldestNeededMs } = newest;
      if (oldestNeededMs !== undefined && unit.newestMs < oldestNeededMs) return;
      next += 1;
      const neededMs = Math.max(
        fromMs ?? Number.NEGATIVE_INFINITY,
        oldestNeededMs ?? Number.NEGATIVE_INFINITY,
      );
      const scanned = await pool.scan({
        unit,
        fromMs: neededMs === Number.NEGATIVE_INFINITY ? undefined : neededMs,
        toMs,
      });
      newest.add(scanned.hits);
      events += scanned.events;
      if (scanned.isUnreadable) unreadable.push(unit.key);
    }
  };
  await Promise.all(Array.from({ length: pool.tasksAtOnce }, takeUnits));
  const isWhole = newest.oldestNeededMs === undefined;
  return { hits: newest.hits, events, isWhole, unreadable };
}
