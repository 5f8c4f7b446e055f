import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../lambda/platform/clock.ts';

/** Virtual time for work that overlaps: it moves to the next waking when nobody has work left. */
export class SteppedClock implements Clock {
  readonly #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  #nowMs: number;

  constructor(startMs: number = Date.parse('2026-05-04T10:00:00Z')) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ atMs: this.#nowMs + ms, wake }));
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => undefined);
    for (;;) {
      await turn();
      if (isOver) return work;
      this.#sleepers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('the work waits for nothing');
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
  }
}
