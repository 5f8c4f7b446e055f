import type { ProfileState } from './profile-state.ts';
import type { Entry, History, ProfileName, Rule } from './rule.ts';

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
export const merge = (older: readonly Entry[], newer: readonly Entry[]): readonly Entry[] =>
  [...older, ...newer].sort((a, b) => a.ms - b.ms || compare(a.logId, b.logId));

/**
 * What is worth keeping of entries in time order: those that a pattern can still be completed with.
 *
 * @param isDistinct only one entry of a value is needed when there are too many
 */
export function prune(
  entries: readonly Entry[],
  windowMs: number,
  entriesMax: number,
  isDistinct: boolean,
): readonly Entry[] {
  const newestMs = entries.at(-1)?.ms ?? 0;
  const fresh = entries.filter(({ ms }) => newestMs - ms <= windowMs + LATENESS_MS);
  if (fresh.length <= entriesMax) return fresh;
  return (isDistinct ? newestOfEachValue(fresh) : fresh).slice(-entriesMax);
}

/** Counts without the buckets that no bucket to come is compared with. */
export function pruneCounts(counts: History, historyMs: number): History {
  const newestMs = Math.max(...counts.keys());
  return new Map([...counts].filter(([startMs]) => newestMs - startMs <= historyMs + LATENESS_MS));
}

/** Whether the rule compares values rather than counting events. */
export const isDistinct = ({ kind }: Rule): boolean => kind === 'distinct count';

function newestOfEachValue(entries: readonly Entry[]): readonly Entry[] {
  const newest = new Map(entries.map((entry) => [`${entry.mark} ${entry.value}`, entry]));
  const kept = new Set(newest.values());
  return entries.filter((entry) => kept.has(entry));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
