import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import { AUTH0_RETRY, withRetries } from '../platform/retry.ts';
import type { Secret } from '../platform/secret.ts';
import { findFirstPage } from './bootstrap.ts';
import type { AfterCursor, Cursor, StartCursor } from './cursor.ts';
import { type LogsAnswer, type LogsApi, PAGE_EVENTS_MAX, type SearchQuery } from './logs-api.ts';
import { notRepeated, type Page, skipLeading, toPage } from './page.ts';
import { paceMs, type RateLimit } from './rate-limit.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** The log events of one tenant, page by page, for the time of one poll. */
export interface Source {
  /**
   * @param rateShare the part of the bucket that this page may draw from, if it is a smaller one
   * @throws {CollectorError} when retries did not help or the deadline is near
   */
  page(cursor: Cursor, rateShare?: number): Promise<Page>;
  /** Whether Auth0 still has the event of this id. */
  has(logId: string): Promise<boolean>;
  readonly seen: SourceCounts;
}

/** What a poll asked of Auth0. */
export interface SourceCounts {
  requests: number;
  tokenRequests: number;
  throttles: number;
  /** The largest part of the bucket that was seen in use, 0 to 1. */
  rateShareUsed: number;
}

export interface SourceOptions {
  readonly api: LogsApi;
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  /** No wait reaches past this time (milliseconds since 1970). */
  readonly deadlineMs: number;
  /** The part of the rate limit that the collector may draw, in (0, 1]. */
  readonly rateShare: number;
  readonly warn: (message: string, error: CollectorError) => void;
}

type Ask<T> = (token: Secret) => Promise<T>;

export function createSource(options: SourceOptions): Source {
  const { api, tokens, clock, deadlineMs } = options;
  const tokensBefore = tokens.requests;
  const counts = { requests: 0, throttles: 0, rateShareUsed: 0 };
  let rateLimit: RateLimit | undefined;

  const countThrottle = (thrown: unknown): never => {
    if (thrown instanceof CollectorError && thrown.kind === 'throttled') counts.throttles += 1;
    throw thrown;
  };
  const once = async <T>(ask: Ask<T>, share: number = options.rateShare): Promise<T> => {
    await pace(rateLimit, Math.min(share, options.rateShare), options);
    rateLimit = undefined;
    counts.requests += 1;
    return withFreshToken(tokens, ask).catch(countThrottle);
  };
  const request = <T>(ask: Ask<T>, share?: number): Promise<T> =>
    withRetries(() => once(ask, share), AUTH0_RETRY, clock, deadlineMs);
  const read = async (ask: Ask<LogsAnswer>, share?: number): Promise<LogsAnswer> => {
    const answer = await request(ask, share);
    rateLimit = answer.rateLimit;
    counts.rateShareUsed = Math.max(counts.rateShareUsed, shareUsed(rateLimit));
    return answer;
  };

  return {
    page: async (cursor, share) => {
      if (cursor.kind === 'start') {
        const search = (query: SearchQuery) => read((token) => api.search(token, query));
        return firstPage(cursor, (query) => searchInMemory(query, search));
      }
      const { answer, from } = await readAfter(cursor, (at, take) =>
        read(async (token) => notRepeated(cursor, await api.after(token, at, take)), share),
      );
      if (answer.next.kind === 'refused') warnOfLink(answer.next.why, options);
      return toPage({ ...cursor, from }, answer);
    },
    has: (logId) => request((token) => api.has(token, logId)),
    get seen() {
      return { ...counts, tokenRequests: tokens.requests - tokensBefore };
    },
  };
}

const shareUsed = (rateLimit: RateLimit | undefined): number =>
  rateLimit === undefined || rateLimit.limit === 0
    ? 0
    : (rateLimit.limit - rateLimit.remaining) / rateLimit.limit;

/** Leaves the customer's share of the bucket alone, or gives up when that takes too long. */
async function pace(
  rateLimit: RateLimit | undefined,
  share: number,
  options: SourceOptions,
): Promise<void> {
  const waitMs = paceMs(rateLimit, share);
  if (waitMs === 0) return;
  if (options.clock.nowMs() + waitMs >= options.deadlineMs) {
    throw new CollectorError('AUTH0_429_RATE', "The collector's share of the rate limit is used", {
      retryAfterMs: waitMs,
    });
  }
  await options.clock.sleep(waitMs);
}

/** A token may be revoked, or its scopes changed, while it is still young: one new one is tried. */
async function withFreshToken<T>(
  tokens: TokenKeeper,
  ask: (token: Secret) => Promise<T>,
): Promise<T> {
  const token = await tokens.current();
  try {
    return await ask(token);
  } catch (thrown) {
    if (!(thrown instanceof CollectorError)) throw thrown;
    if (thrown.code !== 'AUTH0_401_TOKEN' && thrown.code !== 'AUTH0_403_SCOPE') throw thrown;
    return await ask(await tokens.renew());
  }
}

/**
 * Reads the page behind a cursor. A `from` that is refused or leads back is replaced by the id it
 * came from, and a page too large for memory is asked for in smaller pieces.
 */
async function readAfter(
  cursor: AfterCursor,
  after: (from: string, take: number) => Promise<LogsAnswer>,
): Promise<{ readonly answer: LogsAnswer; readonly from: string }> {
  let from = cursor.from;
  for (let take = PAGE_EVENTS_MAX; ; ) {
    try {
      return { answer: await after(from, take), from };
    } catch (thrown) {
      const code = thrown instanceof CollectorError ? thrown.code : undefined;
      const isOfFrom = code === 'AUTH0_400_CURSOR' || code === 'AUTH0_REPEATED_PAGE';
      if (isOfFrom && from !== cursor.logId) from = cursor.logId;
      else if (code === 'AUTH0_RESPONSE_TOO_LARGE' && take > 1) take = Math.floor(take / 10);
      else throw thrown;
    }
  }
}

/** The head of a search will do as well when the whole page is too large for memory. */
async function searchInMemory(
  query: SearchQuery,
  search: (query: SearchQuery) => Promise<LogsAnswer>,
): Promise<LogsAnswer> {
  for (let perPage = query.perPage; ; perPage = Math.floor(perPage / 10)) {
    try {
      return await search({ ...query, perPage });
    } catch (thrown) {
      const code = thrown instanceof CollectorError ? thrown.code : undefined;
      if (code !== 'AUTH0_RESPONSE_TOO_LARGE' || perPage === 1) throw thrown;
    }
  }
}

async function firstPage(
  cursor: StartCursor,
  search: (query: SearchQuery) => Promise<LogsAnswer>,
): Promise<Page> {
  const first = await findFirstPage(search, cursor.since);
  const isEnd = first.cursor.kind === 'start';
  if (cursor.skipThrough === undefined) return { ...first, isEnd };
  const { skipThrough } = cursor;
  const events = skipLeading(first.events, { skipThrough });
  return { events, cursor: { ...first.cursor, skipThrough }, isEnd };
}

function warnOfLink(why: string, options: SourceOptions): void {
  const message = `The next link of Auth0 is not followed: ${why}; going on from the last log id`;
  options.warn(message, new CollectorError('AUTH0_NEXT_LINK', message));
}
