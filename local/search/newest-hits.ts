import { byNewest, type Hit } from '../../lambda/search/hit.ts';

/** Keeps so many of the newest of all hits that come along, in any order. */
export class NewestHits {
  readonly #limit: number;
  #kept: Hit[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(hits: readonly Hit[]): void {
    if (hits.length === 0) return;
    this.#kept = [...this.#kept, ...hits].sort(byNewest).slice(0, this.#limit);
  }

  /** Nothing older than this can be among the newest any more; undefined while there is room. */
  get oldestNeededMs(): number | undefined {
    return this.#kept.length < this.#limit ? undefined : this.#kept.at(-1)?.timeMs;
  }

  get hits(): readonly Hit[] {
    return this.#kept;
  }
}
