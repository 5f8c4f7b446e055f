import type { Entry } from '../rule.ts';

/**
 * The last stretch of a series of entries: those not older than a span of time when the newest was
 * added. It counts as it slides, so that a series of thousands takes no longer than it must.
 */
export class Sliding {
  readonly #windowMs: number;
  readonly #entries: Entry[] = [];
  readonly #values = new Map<string, Map<string, number>>();
  #start = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Adds an entry; they have to come in time order. */
  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#count(entry, 1);
    for (let first = this.#entries[this.#start]; first; first = this.#entries[this.#start]) {
      if (entry.ms - first.ms <= this.#windowMs) break;
      this.#count(first, -1);
      this.#start += 1;
    }
  }

  /** How many entries have the mark. */
  size(mark: string): number {
    let size = 0;
    for (const count of this.#values.get(mark)?.values() ?? []) size += count;
    return size;
  }

  /** How many different values the entries with the mark have. */
  distinct(mark: string): number {
    return this.#values.get(mark)?.size ?? 0;
  }

  /** True when an entry has the mark and the value. */
  has(mark: string, value: string): boolean {
    return this.#values.get(mark)?.has(value) ?? false;
  }

  /** The entries, in time order. */
  entries(): readonly Entry[] {
    return this.#entries.slice(this.#start);
  }

  #count({ mark, value }: Entry, by: 1 | -1): void {
    const counts = this.#values.get(mark) ?? new Map<string, number>();
    this.#values.set(mark, counts);
    const count = (counts.get(value) ?? 0) + by;
    if (count === 0) counts.delete(value);
    else counts.set(value, count);
  }
}
