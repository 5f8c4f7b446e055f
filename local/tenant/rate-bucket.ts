import type { RateLimitRule } from '../../lambda/auth0/plan.ts';

/** What a request found in the bucket; goes into the `x-ratelimit-*` headers. */
export interface RateState {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** UNIX seconds of the next refill. */
  readonly resetSeconds: number;
}

/** A token bucket that refills second by second, as Auth0 describes its rate limits. */
export class RateBucket {
  readonly #rule: RateLimitRule;
  readonly #nowMs: () => number;
  #tokens: number;
  #refilledSecond: number;

  constructor(rule: RateLimitRule, nowMs: () => number) {
    this.#rule = rule;
    this.#nowMs = nowMs;
    this.#tokens = rule.burst;
    this.#refilledSecond = Math.floor(nowMs() / 1000);
  }

  take(): RateState {
    this.#refill();
    const isAllowed = this.#tokens >= 1;
    if (isAllowed) this.#tokens -= 1;
    return {
      isAllowed,
      limit: this.#rule.burst,
      remaining: Math.floor(this.#tokens),
      resetSeconds: this.#refilledSecond + this.#secondsToNextToken(),
    };
  }

  #refill(): void {
    const second = Math.floor(this.#nowMs() / 1000);
    const gained = (second - this.#refilledSecond) * this.#perSecond();
    this.#tokens = Math.min(this.#rule.burst, this.#tokens + Math.max(0, gained));
    this.#refilledSecond = second;
  }

  #secondsToNextToken(): number {
    const missing = 1 - (this.#tokens % 1);
    return Math.max(1, Math.ceil(missing / this.#perSecond()));
  }

  #perSecond(): number {
    return this.#rule.sustained / this.#rule.perSeconds;
  }
}
