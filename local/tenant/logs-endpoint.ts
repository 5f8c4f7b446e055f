import { type Answer, apiError } from './answer.ts';
import type { EventBlocks } from './event-block.ts';
import { type Matcher, parseSearchQuery } from './search-query.ts';

export interface LogsEndpointParts {
  readonly events: EventBlocks;
  /** Events ingested before this time (milliseconds since 1970) are gone. */
  readonly retainedFromMs: () => number;
  /** Pages are never larger, whatever is asked for. */
  readonly pageEventsMax: number;
}

const TAKE_DEFAULT = 50;
const TAKE_MAX = 100;
const SEARCH_RESULTS_MAX = 1_000;
const PARAMETERS = [
  'from',
  'take',
  'q',
  'page',
  'per_page',
  'sort',
  'fields',
  'include_fields',
  'include_totals',
];
const SORT_PATTERN =
  /^(date|connection|client_id|client_name|ip|user_id|user_name|description|user_agent|type|details|strategy|strategy_type):(-1|1)$/;

/** `GET /api/v2/logs`, by checkpoint when there is a `from`, else by search. */
export function answerLogs(parts: LogsEndpointParts, url: URL): Answer {
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    return badQuery(`Query validation error: 'Additional properties not allowed: ${unknown}'.`);
  }
  const from = url.searchParams.get('from');
  return from === null ? answerSearch(parts, url) : answerCheckpoint(parts, url, from);
}

/** `GET /api/v2/logs/{id}` */
export function answerLog(parts: LogsEndpointParts, logId: string): Answer {
  const { events } = parts;
  for (let index = firstRetained(parts); index < events.count; index += 1) {
    if (events.logId(index) === logId) {
      return { status: 200, headers: JSON_HEADERS, body: events.json(index), events: 1 };
    }
  }
  return apiError(404, 'Log not found.', 'inexistent_log');
}

function answerCheckpoint(parts: LogsEndpointParts, url: URL, from: string): Answer {
  const take = wholeNumber(url.searchParams.get('take'), TAKE_DEFAULT);
  if (take === undefined || take < 1) return badQuery("Query validation error: 'take' is invalid.");
  const { events } = parts;
  // A `from` is a bound, not a look-up: one that has passed retention goes on with what is left.
  const start = Math.max(events.indexAfter(from), firstRetained(parts));
  const end = pageEnd(events, start, Math.min(take, TAKE_MAX, parts.pageEventsMax));
  const elements: Buffer[] = [];
  let last = from;
  for (let index = start; index < end; index += 1) {
    elements.push(events.json(index));
    last = events.logId(index) ?? last;
  }
  // An empty page names the very address that was asked for.
  if (elements.length === 0) return page([], { link: `<${url.href}>; rel="next"` });
  const next = new URL(url.pathname, url.origin);
  next.searchParams.set('from', last);
  next.searchParams.set('take', String(take));
  return page(elements, { link: `<${next.href}>; rel="next"` });
}

/**
 * The next page starts behind an id, so a page must end with one: damaged events without an id at
 * its end go to the next page, and those behind the very last id along with it.
 */
function pageEnd(events: EventBlocks, start: number, take: number): number {
  const hasId = (index: number) => events.logId(index) !== undefined;
  let end = Math.min(events.count, start + take);
  while (end > start && !hasId(end - 1)) end -= 1;
  if (end > start) {
    const following = nextWith(hasId, end, events.count);
    return following === events.count ? events.count : end;
  }
  const following = nextWith(hasId, start, events.count);
  return Math.min(events.count, following + 1);
}

function nextWith(isWanted: (index: number) => boolean, from: number, end: number): number {
  let at = from;
  while (at < end && !isWanted(at)) at += 1;
  return at;
}

function answerSearch(parts: LogsEndpointParts, url: URL): Answer {
  const perPage = wholeNumber(url.searchParams.get('per_page'), 50);
  const pageNumber = wholeNumber(url.searchParams.get('page'), 0);
  if (perPage === undefined || pageNumber === undefined || perPage < 1 || perPage > TAKE_MAX) {
    return badQuery("Query validation error: 'page' or 'per_page' is invalid.");
  }
  const end = (pageNumber + 1) * perPage;
  if (end > SEARCH_RESULTS_MAX) {
    return badQuery(
      `Requesting page ${pageNumber + 1} exceeds the allowed maximum of ${SEARCH_RESULTS_MAX} records: please consider searching by checkpoint`,
    );
  }
  const sort = SORT_PATTERN.exec(url.searchParams.get('sort') ?? 'date:-1');
  if (sort === null) return badQuery("Query validation error: 'sort' is invalid.");
  const q = url.searchParams.get('q') ?? '';
  const matcher = q === '' ? () => true : parseSearchQuery(q);
  if ('error' in matcher) {
    return badQuery(`The search query string has an error: ${matcher.error}`);
  }
  const found = searchByDate(parts, matcher, sort[2] === '1' ? 1 : -1, end);
  const start = pageNumber * perPage;
  const shown = found.slice(start, end).map((index) => parts.events.json(index));
  return url.searchParams.get('include_totals') === 'true'
    ? withTotals(page(shown, {}), start, perPage)
    : page(shown, {});
}

/** Since search engine v3, the total is that of the page. */
function withTotals(answer: Answer, start: number, limit: number): Answer {
  const length = answer.events ?? 0;
  const totals = JSON.stringify({ start, limit, length, total: length });
  const head = Buffer.from(`${totals.slice(0, -1)},"logs":`);
  return { ...answer, body: Buffer.concat([head, answer.body, Buffer.from('}')]) };
}

/** The first `count` matches by date, as indexes. */
function searchByDate(
  parts: LogsEndpointParts,
  matcher: Matcher,
  direction: 1 | -1,
  count: number,
): number[] {
  const { events } = parts;
  const first = firstRetained(parts);
  // Lateness is bounded, so a date order needs to look only so far around.
  const aroundMs = 2 * events.lagMaxMs;
  const found: { index: number; dateMs: number }[] = [];
  let doneAtMs: number | undefined;
  const start = direction === 1 ? first : events.count - 1;
  for (let index = start; index >= first && index < events.count; index += direction) {
    const ingestedMs = events.ingestedMs(index);
    if (doneAtMs !== undefined && (ingestedMs - doneAtMs) * direction > aroundMs) break;
    const dateMs = events.dateMs(index);
    const candidate = {
      dateMs,
      logId: events.logId(index) ?? '',
      event: () => parseObject(events.json(index)),
    };
    if (!matcher(candidate)) continue;
    found.push({ index, dateMs });
    if (found.length === count) doneAtMs = ingestedMs;
  }
  found.sort((a, b) => (a.dateMs - b.dateMs) * direction || (a.index - b.index) * direction);
  return found.slice(0, count).map(({ index }) => index);
}

const firstRetained = ({ events, retainedFromMs }: LogsEndpointParts): number =>
  events.indexIngestedFrom(retainedFromMs());

function page(elements: readonly Buffer[], headers: Readonly<Record<string, string>>): Answer {
  const parts = elements.flatMap((json, index) => (index === 0 ? [json] : [COMMA, json]));
  return {
    status: 200,
    headers: { ...JSON_HEADERS, ...headers },
    body: Buffer.concat([OPEN, ...parts, CLOSE]),
    events: elements.length,
  };
}

/** A damaged event has no field that a search could find. */
function parseObject(json: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json.toString('utf8')));
  } catch {
    return {};
  }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

const badQuery = (message: string): Answer => apiError(400, message, 'invalid_query_string');

function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
