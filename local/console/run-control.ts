import { setTimeout as sleep } from 'node:timers/promises';

/** The longest that a timer of Node can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a person asks of a run: to pause, to go on, to tick now. */
export class RunControl {
  #isPaused = false;
  #isTickAsked = false;
  #changed = new AbortController();

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#changed.abort();
  }

  /** Goes on with a tick at once. */
  resume(): void {
    this.#isPaused = false;
    this.tickNow();
  }

  /** Asks for one tick, also during a pause. */
  tickNow(): void {
    this.#isTickAsked = true;
    this.#changed.abort();
  }

  /** Resolves when the next tick is due: in so many milliseconds, when it is asked for, or at the end. */
  async nextTick(waitMs: number, stopping: AbortSignal): Promise<void> {
    const dueAtMs = Date.now() + waitMs;
    for (;;) {
      const leftMs = this.#isPaused ? TIMER_MAX_MS : dueAtMs - Date.now();
      if (stopping.aborted || this.#isTickAsked || leftMs <= 0) break;
      this.#changed = new AbortController();
      const signal = AbortSignal.any([this.#changed.signal, stopping]);
      await sleep(Math.min(leftMs, TIMER_MAX_MS), undefined, { signal }).catch(() => undefined);
    }
    this.#isTickAsked = false;
  }
}
