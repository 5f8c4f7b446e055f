import type { Clock } from '../../lambda/platform/clock.ts';

/** A clock that runs with the real one, and on which waiting costs nothing. */
export class SkippingClock implements Clock {
  #skippedMs = 0;

  nowMs(): number {
    return Date.now() + this.#skippedMs;
  }

  async sleep(ms: number): Promise<void> {
    this.#skippedMs += ms;
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}
