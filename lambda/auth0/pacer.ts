import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import { isShareLeft, type RateLimit } from './rate-limit.ts';

/** What answers told of the bucket. */
interface Seen {
  readonly limit: number;
  readonly remaining: number;
  /** By the server's clock, milliseconds since 1970. */
  readonly refillAtServerMs: number;
}

/** How an answer to a request came out. */
export type Answered =
  | { readonly rateLimit: RateLimit | undefined }
  | { readonly refusedForMs: number | undefined };

/**
 * Lets requests to one tenant through, several at a time, so that the customer's share of the bucket
 * stays untouched: other applications of the tenant draw from the same bucket.
 *
 * Requests whose answer is still out count as drawn. After a refill nobody knows how much there is,
 * so one request goes ahead and the others wait for what it is told.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  /** How far the server's clock is ahead of ours at least, so that no wait is too short. */
  #serverAheadMs = Number.NEGATIVE_INFINITY;
  #seen: Seen | undefined;
  /** A refusal said to send nothing before (milliseconds since 1970). */
  #heldUntilMs = 0;
  /** The server answers without telling its limits. */
  #isUntold = false;
  #requests = 0;
  #inFlight = 0;
  /** The request that finds out what there is. */
  #scout: number | undefined;
  #waiting: (() => void)[] = [];

  /** @param deadlineMs no wait reaches past this time (milliseconds since 1970) */
  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Resolves with the number of the request when it may be sent.
   *
   * @param share the part of the bucket that it may draw from, in (0, 1]
   * @throws {CollectorError} AUTH0_429_RATE when it would have to wait past the deadline
   */
  async enter(share: number): Promise<number> {
    for (let waitMs = this.#waitMs(share); waitMs !== 0; waitMs = this.#waitMs(share)) {
      if (waitMs === 'for-answer') {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      if (this.#clock.nowMs() + waitMs >= this.#deadlineMs) {
        throw new CollectorError(
          'AUTH0_429_RATE',
          "The collector's share of the rate limit is used",
          { retryAfterMs: waitMs },
        );
      }
      await this.#clock.sleep(waitMs);
    }
    this.#requests += 1;
    this.#inFlight += 1;
    if (!this.#isUntold && !this.#mayDraw(share)) {
      this.#scout = this.#requests;
      this.#seen = undefined;
    }
    return this.#requests;
  }

  /** Takes what the answer to a request told; without an answer there is nothing to tell. */
  left(request: number, answered?: Answered): void {
    this.#inFlight -= 1;
    if (request === this.#scout) this.#scout = undefined;
    if (answered !== undefined) {
      if ('refusedForMs' in answered) this.#refused(answered.refusedForMs);
      else if (answered.rateLimit !== undefined) this.#told(answered.rateLimit);
      else if (this.#seen === undefined) this.#isUntold = true;
      else this.#seen = { ...this.#seen, remaining: this.#seen.remaining - 1 };
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #told(rateLimit: RateLimit): void {
    const { limit, remaining, servedAtMs, resetInMs } = rateLimit;
    this.#isUntold = false;
    this.#serverAheadMs = Math.max(this.#serverAheadMs, servedAtMs - this.#clock.nowMs());
    this.#seeAt(servedAtMs + resetInMs, { limit, remaining });
  }

  #refused(forMs: number | undefined): void {
    if (forMs === undefined) return;
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.nowMs() + forMs);
    this.#seen = undefined;
  }

  /** Answers overtake each other, so up to one refill the least counts that any of them told. */
  #seeAt(refillAtServerMs: number, { limit, remaining }: Pick<Seen, 'limit' | 'remaining'>): void {
    const before = this.#seen;
    if (before !== undefined && refillAtServerMs < before.refillAtServerMs) return;
    const isSameRefill = refillAtServerMs === before?.refillAtServerMs;
    const least = isSameRefill ? Math.min(before.remaining, remaining) : remaining;
    this.#seen = { limit, remaining: least, refillAtServerMs };
  }

  #waitMs(share: number): number | 'for-answer' {
    const heldMs = this.#heldUntilMs - this.#clock.nowMs();
    if (heldMs > 0) return heldMs;
    if (this.#isUntold || this.#mayDraw(share)) return 0;
    if (this.#seen !== undefined) {
      const { refillAtServerMs } = this.#seen;
      const leftMs = refillAtServerMs - this.#serverAheadMs - this.#clock.nowMs();
      if (leftMs > 0) return leftMs;
    }
    const isFoundOut = this.#seen !== undefined ? this.#inFlight > 0 : this.#scout !== undefined;
    return isFoundOut ? 'for-answer' : 0;
  }

  #mayDraw(share: number): boolean {
    if (this.#seen === undefined) return false;
    const { limit, remaining } = this.#seen;
    return isShareLeft({ limit, remaining: remaining - this.#inFlight }, share);
  }
}
