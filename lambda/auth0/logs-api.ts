import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import type { Secret } from '../platform/secret.ts';
import type { Auth0Domain } from './domain.ts';
import { logsFailure } from './failure.ts';
import type { Http, HttpAnswer } from './http.ts';
import type { LogEvent, RejectedEvent } from './log-event.ts';
import { type NextLink, readNextLink } from './next-link.ts';
import { type RateLimit, readRateLimit } from './rate-limit.ts';
import { readPage } from './read-page.ts';

/** What the headers of an answer tell. */
export interface AnswerHead {
  readonly next: NextLink;
  readonly rateLimit: RateLimit | undefined;
}

/** One answer of `GET /api/v2/logs`, its events in the order they were served. */
export interface LogsAnswer extends AnswerHead {
  readonly events: readonly (LogEvent | RejectedEvent)[];
}

/** Gets the head of an answer before its events are read, which takes longer. */
export type OnHead = (head: AnswerHead) => Promise<void>;

export interface SearchQuery {
  /** Lucene query such as `date:[a TO b}`; without it all log events match. */
  readonly q?: string;
  readonly sort: 'date:1' | 'date:-1';
  readonly perPage: number;
}

/** The most events one request gets (Auth0 docs: "Retrieve Logs Using the Management API"). */
export const PAGE_EVENTS_MAX = 100;

/** `GET /api/v2/logs` in its two modes; one request a call, nothing is retried here. */
export interface LogsApi {
  /** Events after `from` (exclusive) in the order of their ids. */
  after(token: Secret, from: string, take: number, onHead?: OnHead): Promise<LogsAnswer>;
  /** The first page of a search; Auth0 shows at most 1,000 events of one. */
  search(token: Secret, query: SearchQuery, onHead?: OnHead): Promise<LogsAnswer>;
  /** Whether Auth0 still has the event of this id. */
  has(token: Secret, logId: string): Promise<boolean>;
}

export function createLogsApi(http: Http, domain: Auth0Domain, clock: Clock): LogsApi {
  const send = (token: Secret, url: URL) =>
    http({
      method: 'GET',
      url: url.href,
      headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
    });
  const get = async (token: Secret, parameters: Record<string, string>, onHead?: OnHead) => {
    const url = new URL(LOGS_PATH, domain.origin);
    // Auth0 refuses unknown parameters, so exactly the documented ones are sent.
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = await send(token, url);
    if (answer.status !== 200) {
      throw logsFailure(answer, domain.host, clock.nowMs(), 'from' in parameters);
    }
    const head = readHead(answer, url, clock.nowMs());
    await onHead?.(head);
    return { ...head, events: readEvents(answer, domain.host) };
  };
  return {
    after: (token, from, take, onHead) => get(token, { from, take: String(take) }, onHead),
    search: (token, { q, sort, perPage }, onHead) =>
      get(token, { ...(q && { q }), sort, page: '0', per_page: String(perPage) }, onHead),
    has: async (token, logId) => {
      const url = new URL(`${LOGS_PATH}/${encodeURIComponent(logId)}`, domain.origin);
      const answer = await send(token, url);
      if (answer.status === 200) return true;
      // An id of a form that Auth0 does not take is one that it does not have.
      if (answer.status === 404 || answer.status === 400) return false;
      throw logsFailure(answer, domain.host, clock.nowMs(), false);
    },
  };
}

const LOGS_PATH = '/api/v2/logs';

const readHead = ({ headers }: HttpAnswer, url: URL, nowMs: number): AnswerHead => ({
  next: readNextLink(headers['link'], url),
  rateLimit: readRateLimit(headers, nowMs),
});

function readEvents({ body }: HttpAnswer, host: string): LogsAnswer['events'] {
  const events = readPage(body);
  if (events !== undefined) return events;
  throw new CollectorError(
    'AUTH0_NOT_JSON',
    `${host} answered 200 with ${body.length} bytes that are not a whole JSON array`,
  );
}
