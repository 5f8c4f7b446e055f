import type { Clock } from '../platform/clock.ts';
import { asCollectorError, CollectorError } from '../platform/errors.ts';
import { AUTH0_RETRY, withRetries } from '../platform/retry.ts';
import type { Secret } from '../platform/secret.ts';
import type { AnswerHead } from './logs-api.ts';
import { type Answered, Pacer } from './pacer.ts';
import type { RateLimit } from './rate-limit.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** What a poll asked of Auth0. */
export interface SourceCounts {
  requests: number;
  tokenRequests: number;
  throttles: number;
  /** The largest part of the bucket that was seen in use, 0 to 1. */
  rateShareUsed: number;
}

export interface RequestsOptions {
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  /** No wait reaches past this time (milliseconds since 1970). */
  readonly deadlineMs: number;
  /** The part of the rate limit that the collector may draw, in (0, 1]. */
  readonly rateShare: number;
}

/** Sends one request; `onHead` is called with the head of its answer, if it has one. */
export type Ask<T> = (token: Secret, onHead: (head: AnswerHead) => void) => Promise<T>;

/** The requests of one poll to one tenant: with a token, paced, tried again, and counted. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #pacer: Pacer;
  readonly #tokensBefore: number;
  readonly #counts = { requests: 0, throttles: 0, rateShareUsed: 0 };
  #isOver = false;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.clock, options.deadlineMs);
    this.#tokensBefore = options.tokens.requests;
  }

  get seen(): SourceCounts {
    return { ...this.#counts, tokenRequests: this.#options.tokens.requests - this.#tokensBefore };
  }

  /** After this nothing is sent any more. */
  end(): void {
    this.#isOver = true;
  }

  /**
   * @param share the part of the bucket that this request may draw from, if it is a smaller one
   * @throws {CollectorError} when retries did not help or the deadline is near
   */
  send<T>(ask: Ask<T>, share: number = this.#options.rateShare): Promise<T> {
    const { clock, deadlineMs, rateShare } = this.#options;
    const once = () => this.#sendOnce(ask, Math.min(share, rateShare));
    return withRetries(once, AUTH0_RETRY, clock, deadlineMs);
  }

  async #sendOnce<T>(ask: Ask<T>, share: number): Promise<T> {
    const request = await this.#pacer.enter(share);
    let isOut = true;
    const leave = (answered: Answered | undefined) => {
      if (isOut) this.#pacer.left(request, answered);
      isOut = false;
    };
    try {
      if (this.#isOver) throw new CollectorError('UNEXPECTED', 'A request after the end of a poll');
      this.#counts.requests += 1;
      const answer = await this.#withFreshToken((token) =>
        ask(token, ({ rateLimit }) => {
          this.#countShare(rateLimit);
          leave({ rateLimit });
        }),
      );
      leave({ rateLimit: undefined });
      return answer;
    } catch (thrown) {
      const { kind, retryAfterMs } = asCollectorError(thrown);
      if (kind === 'throttled') this.#counts.throttles += 1;
      leave(kind === 'throttled' ? { refusedForMs: retryAfterMs } : undefined);
      throw thrown;
    }
  }

  /** A token may be revoked, or its scopes changed, while it is young: one new one is tried. */
  async #withFreshToken<T>(ask: (token: Secret) => Promise<T>): Promise<T> {
    const { tokens } = this.#options;
    const token = await tokens.current();
    try {
      return await ask(token);
    } catch (thrown) {
      if (!(thrown instanceof CollectorError)) throw thrown;
      if (thrown.code !== 'AUTH0_401_TOKEN' && thrown.code !== 'AUTH0_403_SCOPE') throw thrown;
      return await ask(await tokens.renew(token));
    }
  }

  #countShare(rateLimit: RateLimit | undefined): void {
    if (rateLimit === undefined || rateLimit.limit === 0) return;
    const used = (rateLimit.limit - rateLimit.remaining) / rateLimit.limit;
    this.#counts.rateShareUsed = Math.max(this.#counts.rateShareUsed, used);
  }
}
