import type { Entry, Severity, Verdict } from '../rule.ts';

/** How weighty a window is, when that depends on what is in it. */
export type SeverityOf = (window: readonly Entry[]) => Severity;

/** Every window of time in which there are at least `count` entries; the entries in time order. */
export const atLeast = (
  entries: readonly Entry[],
  count: number,
  windowMs: number,
  severityOf?: SeverityOf,
): Verdict[] => slide(entries, windowMs, (size) => size >= count, severityOf);

/** Every window of time in which the entries have at least `count` different values. */
export const distinctAtLeast = (
  entries: readonly Entry[],
  count: number,
  windowMs: number,
  severityOf?: SeverityOf,
): Verdict[] => slide(entries, windowMs, (_, distinct) => distinct >= count, severityOf);

/** Every entry marked `second` that has at least `count` entries marked `first` shortly before it. */
export function followedBy(
  entries: readonly Entry[],
  first: string,
  count: number,
  second: string,
  windowMs: number,
): Verdict[] {
  const verdicts: Verdict[] = [];
  let before: Entry[] = [];
  for (const entry of entries) {
    if (entry.mark === first) before.push(entry);
    if (entry.mark !== second) continue;
    before = before.filter(({ ms }) => entry.ms - ms <= windowMs);
    if (before.length >= count) verdicts.push({ evidence: [...before, entry] });
  }
  return verdicts;
}

/** The entries of the given mark. */
export const marked = (entries: readonly Entry[], mark: string): readonly Entry[] =>
  entries.filter((entry) => entry.mark === mark);

/** How many different values the entries have. */
export const distinctValues = (entries: readonly Entry[]): number =>
  new Set(entries.map(({ value }) => value)).size;

/**
 * Slides a window over the entries. While one match follows another, only what is new is evidence:
 * together the verdicts have every entry of every matching window.
 */
function slide(
  entries: readonly Entry[],
  windowMs: number,
  isMatch: (size: number, distinct: number) => boolean,
  severityOf: SeverityOf | undefined,
): Verdict[] {
  const verdicts: Verdict[] = [];
  const counts = new Map<string, number>();
  let start = 0;
  let wasMatch = false;
  for (const [end, entry] of entries.entries()) {
    counts.set(entry.value, (counts.get(entry.value) ?? 0) + 1);
    for (let first = entries[start]; first && entry.ms - first.ms > windowMs; ) {
      const left = (counts.get(first.value) ?? 1) - 1;
      if (left === 0) counts.delete(first.value);
      else counts.set(first.value, left);
      start += 1;
      first = entries[start];
    }
    const matches = isMatch(end - start + 1, counts.size);
    if (matches) {
      const evidence = wasMatch ? [entry] : entries.slice(start, end + 1);
      const severity = severityOf?.(entries.slice(start, end + 1));
      verdicts.push({ evidence, ...(severity && { severity }) });
    }
    wasMatch = matches;
  }
  return verdicts;
}
