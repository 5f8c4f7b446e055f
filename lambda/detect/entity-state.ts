import type { ProfileState } from './profile-state.ts';
import type { Entry, History, ProfileName } from './rule.ts';

/** All that is remembered of one entity: one item of the detection table. */
export interface EntityState {
  /** The run of ledger rows that was applied last; a run that is repeated finds itself here. */
  readonly lastRun: string;
  /** Entries by rule, in time order. */
  readonly entries: Readonly<Record<string, readonly Entry[]>>;
  readonly profiles: Readonly<Partial<Record<ProfileName, ProfileState>>>;
  /** Counts by rule and by start of the bucket. */
  readonly counts: Readonly<Record<string, History>>;
}

export const EMPTY_STATE: EntityState = { lastRun: '', entries: {}, profiles: {}, counts: {} };

/** How late an event may come after younger ones of its entity and still complete a pattern. */
export const LATENESS_MS = 3_600_000;

const ENTRIES_MIN = 64;
const ENTRIES_MAX = 1_000;

/** How many entries a rule keeps of an entity: twice what its largest threshold asks for. */
export function entriesKept(limits: Readonly<Record<string, number>>): number {
  const counts = Object.entries(limits).flatMap(([name, limit]) =>
    /count$/i.test(name) ? [2 * limit] : [],
  );
  return Math.min(Math.max(ENTRIES_MIN, ...counts), ENTRIES_MAX);
}

/** Entries of two runs as one, in time order; ids settle ties, so that arrival does not. */
export function merge(older: readonly Entry[], newer: readonly Entry[]): readonly Entry[] {
  const all = [...older, ...newer];
  // Most come in order, and looking is cheaper than sorting.
  return isInOrder(all) ? all : all.sort(byTime);
}

const byTime = (a: Entry, b: Entry): number => a.ms - b.ms || compare(a.logId, b.logId);

function isInOrder(entries: readonly Entry[]): boolean {
  let before: Entry | undefined;
  for (const entry of entries) {
    if (before !== undefined && byTime(before, entry) > 0) return false;
    before = entry;
  }
  return true;
}

/** How much of what a rule saw is kept of an entity. */
export interface Keeps {
  readonly windowMs: number;
  readonly entriesMax: number;
  /** Only one entry of a value is needed when there are too many. */
  readonly isDistinct: boolean;
}

/** What is worth keeping of entries in time order: those that can still complete a pattern. */
export function prune(
  entries: readonly Entry[],
  { windowMs, entriesMax, isDistinct }: Keeps,
): readonly Entry[] {
  const oldestMs = (entries.at(-1)?.ms ?? 0) - windowMs - LATENESS_MS;
  const first = entries.findIndex(({ ms }) => ms >= oldestMs);
  const fresh = first > 0 ? entries.slice(first) : entries;
  if (fresh.length <= entriesMax) return fresh;
  return (isDistinct ? newestOfEachValue(fresh) : fresh).slice(-entriesMax);
}

/** Counts without the buckets that no bucket to come is compared with. */
export function pruneCounts(counts: History, historyMs: number): History {
  const newestMs = Math.max(...counts.keys());
  return new Map([...counts].filter(([startMs]) => newestMs - startMs <= historyMs + LATENESS_MS));
}

function newestOfEachValue(entries: readonly Entry[]): readonly Entry[] {
  const newest = new Map(entries.map((entry) => [`${entry.mark} ${entry.value}`, entry]));
  const kept = new Set(newest.values());
  return entries.filter((entry) => kept.has(entry));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
