import { IdSet } from '../ledger/id-set.ts';

/** A page that comes again is one of the last; more of them is remembered, which costs little. */
const REMEMBERED_MIN = 5_000;

/** The ids that were read last, to know a page that comes again: 5,000 at least, twice as many at most. */
export class RecentIds {
  /** Taking single ids out of a large set is slow, so the older half is dropped as a whole. */
  #older: IdSet;
  #newer = new IdSet();

  /** @param idHashes of ids that were delivered before */
  constructor(idHashes?: Uint8Array) {
    this.#older = new IdSet(idHashes);
  }

  /** @returns whether it is new */
  add(logId: string): boolean {
    if (this.#older.has(logId) || !this.#newer.add(logId)) return false;
    if (this.#newer.size >= REMEMBERED_MIN) {
      this.#older = this.#newer;
      this.#newer = new IdSet();
    }
    return true;
  }
}
