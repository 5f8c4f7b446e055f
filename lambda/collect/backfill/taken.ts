import type { Cursor } from '../../auth0/cursor.ts';
import { isRejected } from '../../auth0/log-event.ts';
import type { Page } from '../../auth0/page.ts';
import { BatchBuilder } from '../../queue/batch.ts';
import type { ReadBatch } from '../checkpoint.ts';
import { isAfter } from '../gaps.ts';
import type { BatchLimits } from '../read-batch.ts';

/** The pages of a window that were read in one step, and the batch that they make. */
export class TakenPages {
  pages = 0;
  held = 0;
  reachedMs: number | undefined;
  cursor: Cursor;
  /** Before the first page that had news: what is read again after a crash is no more than needed. */
  #batchFrom: Cursor | undefined;
  #builder = new BatchBuilder('');

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  get stored(): number {
    return this.#builder.eventCount;
  }

  get rejected(): number {
    return this.#builder.rejectedCount;
  }

  isFull({ events, contentBytes }: BatchLimits): boolean {
    return this.#builder.eventCount >= events || this.#builder.contentBytes >= contentBytes;
  }

  /**
   * @param events of the page, as far as they are of the window
   * @param news those among them that nobody has
   */
  add(next: Cursor, events: Page['events'], news: Page['events'], reachedMs?: number): void {
    this.pages += 1;
    this.held += events.length - news.length;
    if (news.length > 0 && this.#batchFrom === undefined) {
      this.#batchFrom = this.cursor;
      this.#builder = new BatchBuilder(isAfter(this.cursor) ? this.cursor.from : '');
    }
    for (const event of news) {
      if (isRejected(event)) this.#builder.reject(event);
      else this.#builder.add(event);
    }
    this.reachedMs = reachedMs ?? this.reachedMs;
    this.cursor = next;
  }

  /** @param live where the running collection is, and stays */
  async batch(live: Cursor): Promise<ReadBatch | undefined> {
    if (this.#batchFrom === undefined) return undefined;
    const { keys } = this.#builder;
    const range = { cursorBefore: this.#batchFrom, cursorAfter: live };
    return { batch: await this.#builder.close(), keys, ...range, isLate: true, isBackfill: true };
  }
}
