import { setImmediate as turn } from 'node:timers/promises';
import { CollectorError } from '../platform/errors.ts';
import { findFirstPage } from './bootstrap.ts';
import type { AfterCursor, Cursor, StartCursor } from './cursor.ts';
import {
  type AnswerHead,
  type LogsAnswer,
  type LogsApi,
  PAGE_EVENTS_MAX,
  type SearchQuery,
} from './logs-api.ts';
import { newerPart, notRepeated, type Page, skipLeading, toPage } from './page.ts';
import { ReadAhead } from './read-ahead.ts';
import { Requests, type RequestsOptions, type SourceCounts } from './requests.ts';

/** The log events of one tenant, page by page, for the time of one poll. Calls may overlap. */
export interface Source {
  /**
   * @param rateShare the part of the bucket that this page may draw from, if it is a smaller one
   * @throws {CollectorError} when retries did not help or the deadline is near
   */
  page(cursor: Cursor, rateShare?: number): Promise<Page>;
  /**
   * As {@link page}, for one reader that goes on from page to page: the page behind it is asked for
   * meanwhile, and is there when its cursor is given.
   */
  nextPage(cursor: Cursor): Promise<Page>;
  /** The head of a search; less of it than asked for, if that is too large for memory. */
  search(query: SearchQuery): Promise<LogsAnswer>;
  /** Whether Auth0 still has the event of this id. */
  has(logId: string): Promise<boolean>;
  /** The poll is over: what was asked ahead is of no use any more, and nothing else is sent. */
  end(): void;
  readonly seen: SourceCounts;
}

export interface SourceOptions extends RequestsOptions {
  readonly api: LogsApi;
  readonly warn: (message: string, error: CollectorError) => void;
}

/** How a page is asked for. */
interface Manner {
  /** The part of the bucket that it may draw from, if it is a smaller one than the collector's. */
  readonly share?: number | undefined;
  /** Its reader wants the page behind it as well. */
  readonly isGoingOn: boolean;
}

export function createSource(options: SourceOptions): Source {
  const { api } = options;
  const requests = new Requests(options);
  const ahead = new ReadAhead<LogsAnswer>();

  const search = (query: SearchQuery) =>
    requests.send((token, onHead) => api.search(token, query, async (head) => onHead(head)));

  const after = (from: string, take: number, { share, isGoingOn }: Manner, check = asIs) =>
    requests.send(async (token, onHead) => {
      const answer = await api.after(token, from, take, async (head) => {
        onHead(head);
        // Whoever asked ahead has not come for this page yet, and one ahead is enough.
        if (!isGoingOn || ahead.holds(from)) return;
        askBehind(from, head);
        // Reading events keeps the process busy; a turn later the request is on its way.
        await turn();
      });
      return check(answer);
    }, share);

  const askBehind = (from: string, { next }: AnswerHead): void => {
    // A page that names itself is the end.
    if (next.kind !== 'from' || next.from === from) return;
    ahead.start(next.from, () => after(next.from, PAGE_EVENTS_MAX, { isGoingOn: true }));
  };

  const readPage = async (cursor: Cursor, manner: Manner): Promise<Page> => {
    if (cursor.kind === 'start') {
      return firstPage(cursor, (query) => searchInMemory(query, search));
    }
    const { answer, from } = await readAfter(cursor, async (at, take) => {
      const early = take === PAGE_EVENTS_MAX ? await ahead.take(at) : undefined;
      const newer = early && newerPart(cursor, early);
      if (newer === undefined)
        return after(at, take, manner, (found) => notRepeated(cursor, found));
      askBehind(at, newer);
      return newer;
    });
    if (answer.next.kind === 'refused') warnOfLink(answer.next.why, options);
    return toPage({ ...cursor, from }, answer);
  };

  return {
    page: (cursor, share) => readPage(cursor, { share, isGoingOn: false }),
    nextPage: (cursor) => readPage(cursor, { isGoingOn: true }),
    search: (query) => searchInMemory(query, search),
    has: (logId) => requests.send((token) => api.has(token, logId)),
    end: () => requests.end(),
    get seen() {
      return requests.seen;
    },
  };
}

const asIs = (answer: LogsAnswer): LogsAnswer => answer;

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
