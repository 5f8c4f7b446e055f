import { compareLogIds } from '../../lambda/auth0/log-id.ts';

/** A run of events that a simulated tenant holds, in the order of their ids. */
export interface EventBlock {
  readonly count: number;
  /** Undefined for a damaged event without an id, which keeps its place all the same. */
  logId(index: number): string | undefined;
  /** When it happened and when it was ingested, milliseconds since 1970. */
  dateMs(index: number): number;
  ingestedMs(index: number): number;
  /** The longest time between the two. */
  readonly lagMaxMs: number;
  /** The JSON text that is served. */
  json(index: number): Buffer;
}

/** Several blocks as one. */
export class EventBlocks implements EventBlock {
  readonly #blocks: EventBlock[] = [];

  add(block: EventBlock): void {
    this.#blocks.push(block);
  }

  get count(): number {
    return this.#blocks.reduce((sum, block) => sum + block.count, 0);
  }

  get lagMaxMs(): number {
    return Math.max(0, ...this.#blocks.map(({ lagMaxMs }) => lagMaxMs));
  }

  logId(index: number): string | undefined {
    const [block, at] = this.#locate(index);
    return block.logId(at);
  }

  dateMs(index: number): number {
    const [block, at] = this.#locate(index);
    return block.dateMs(at);
  }

  ingestedMs(index: number): number {
    const [block, at] = this.#locate(index);
    return block.ingestedMs(at);
  }

  json(index: number): Buffer {
    const [block, at] = this.#locate(index);
    return block.json(at);
  }

  /**
   * The index of the first event with an id above `from`. An event without an id goes with the one
   * behind it, at the end with the one before.
   */
  indexAfter(from: string): number {
    return this.#firstIndex((index) => compareLogIds(this.#placeOf(index), from) > 0);
  }

  /** The index of the first event ingested at or after this time. */
  indexIngestedFrom(ms: number): number {
    return this.#firstIndex((index) => this.ingestedMs(index) >= ms);
  }

  /** Binary search: `isPast` is false up to some index and true from there on. */
  #firstIndex(isPast: (index: number) => boolean): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isPast(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #placeOf(index: number): string {
    for (let at = index; at < this.count; at += 1) {
      const logId = this.logId(at);
      if (logId !== undefined) return logId;
    }
    for (let at = index - 1; at >= 0; at -= 1) {
      const logId = this.logId(at);
      if (logId !== undefined) return logId;
    }
    return '';
  }

  #locate(index: number): [EventBlock, number] {
    let at = index;
    for (const block of this.#blocks) {
      if (at < block.count) return [block, at];
      at -= block.count;
    }
    throw new RangeError(`No event at ${index}`);
  }
}

/** Events that are held as text; new ones may be added, also between the old. */
export class TextBlock implements EventBlock {
  readonly #events: TextEvent[];
  #lagMaxMs = 0;

  constructor(events: readonly TextEvent[] = []) {
    this.#events = [...events];
    for (const event of events) this.#notice(event);
  }

  get lagMaxMs(): number {
    return this.#lagMaxMs;
  }

  get count(): number {
    return this.#events.length;
  }

  logId(index: number): string | undefined {
    return this.#at(index).logId;
  }

  dateMs(index: number): number {
    return this.#at(index).dateMs;
  }

  ingestedMs(index: number): number {
    return this.#at(index).ingestedMs;
  }

  json(index: number): Buffer {
    return this.#at(index).json;
  }

  append(event: TextEvent): void {
    this.#events.push(event);
    this.#notice(event);
  }

  /** Puts an event where its id belongs, as if it had become visible late. */
  insert(event: TextEvent): void {
    const logId = event.logId ?? '';
    const at = this.#events.findIndex((held) => compareLogIds(held.logId ?? '', logId) > 0);
    this.#events.splice(at === -1 ? this.#events.length : at, 0, event);
    this.#notice(event);
  }

  #notice({ dateMs, ingestedMs }: TextEvent): void {
    this.#lagMaxMs = Math.max(this.#lagMaxMs, Math.abs(ingestedMs - dateMs));
  }

  #at(index: number): TextEvent {
    const event = this.#events[index];
    if (event === undefined) throw new RangeError(`No event at ${index}`);
    return event;
  }
}

export interface TextEvent {
  readonly logId: string | undefined;
  readonly dateMs: number;
  readonly ingestedMs: number;
  readonly json: Buffer;
}
