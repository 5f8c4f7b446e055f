import type { Plan } from '../../auth0/plan.ts';

/** No plan that is known needs more at the usual time of an answer. */
export const LANES_MAX = 10;
/** What is drawn for a while waits for the bucket; twice as many lanes make up for that. */
const LANES_PER_NEED = 2;
/** What the pages that are on their way together may come to. */
const PAGES_BYTES_MAX = 32 * 1024 * 1024;
/** A part of fewer pages is not worth the search that it takes to find it. */
const PART_PAGES_MIN = 3;

/** What was seen of the pages of a backfill in one poll: how fast they come and how dense they are. */
export class BackfillPace {
  #answerMs = Number.POSITIVE_INFINITY;
  #pageBytesMax = 0;
  #pages = 0;
  #spanMs = 0;

  /**
   * @param answerMs how long its request took. Some of that may be waiting for the rate limit, so the
   *   shortest counts.
   * @param spanMs between the ingestion of the last event before it and that of its own last one
   */
  pageRead(answerMs: number, bytes: number, spanMs: number): void {
    this.#answerMs = Math.min(this.#answerMs, answerMs);
    this.#pageBytesMax = Math.max(this.#pageBytesMax, bytes);
    this.#pages += 1;
    this.#spanMs += spanMs;
  }

  /** How many may read at once; before the first page nobody knows, and one finds out. */
  lanes({ rateLimit: { sustained, perSeconds } }: Plan): number {
    if (this.#pages === 0) return 1;
    const needed = (sustained / (perSeconds * 1000)) * this.#answerMs;
    const inMemory = Math.floor(PAGES_BYTES_MAX / Math.max(1, this.#pageBytesMax));
    return Math.max(1, Math.min(LANES_MAX, Math.ceil(LANES_PER_NEED * needed), inMemory));
  }

  /** Into how many parts a time of ingestion may be cut, if it is as dense as what was read. */
  partsIn(spanMs: number): number {
    if (this.#spanMs === 0) return 1;
    return Math.floor((spanMs * this.#pages) / this.#spanMs / PART_PAGES_MIN);
  }
}
