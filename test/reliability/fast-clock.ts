import { setTimeout as sleep } from 'node:timers/promises';
import { SkippingClock } from './skipping-clock.ts';

/** A clock that goes so many times as fast as the one on the wall. */
export class FastClock extends SkippingClock {
  readonly #factor: number;
  readonly #startedAtMs = super.nowMs();

  constructor(factor: number) {
    super();
    this.#factor = factor;
  }

  override nowMs(): number {
    const nowMs = super.nowMs();
    return this.#startedAtMs + (nowMs - this.#startedAtMs) * this.#factor;
  }

  override async sleep(ms: number): Promise<void> {
    await sleep(ms / this.#factor);
  }
}
