import { type Html, html } from '../../lambda/console/html.ts';
import { count, countOf } from '../../lambda/console/shown.ts';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import type { Query } from '../../lambda/search/query.ts';
import { QueryError, showQueryError } from '../../lambda/search/query-error.ts';
import { searchLocal } from '../search/search-local.ts';
import { hitList } from './hits.ts';
import type { LocalBooks } from './local-books.ts';

/** What was typed and chosen in the search form; all of it may be anything. */
export interface SearchInput {
  readonly query: string;
  readonly since: string;
}

export const NO_SEARCH: SearchInput = { query: '', since: '' };

/** What a page shows; the command `collector search` finds more. */
const HITS_MAX = 100;
const QUERY_CHARS_MAX = 1_000;

const HOUR_MS = 3_600_000;
const SINCES: Readonly<Record<string, readonly [words: string, ms: number | undefined]>> = {
  '1h': ['the last hour', HOUR_MS],
  '1d': ['the last day', 24 * HOUR_MS],
  '7d': ['the last 7 days', 7 * 24 * HOUR_MS],
  all: ['all there is', undefined],
};
const SINCE_DEFAULT = 'all';

/** The box on every page. */
export function searchForm({ query, since }: SearchInput): Html {
  const chosen = since in SINCES ? since : SINCE_DEFAULT;
  return html`<form class="search" role="search" method="get" action="/search">
<label class="words">Search the events<input id="query" type="search" name="q" value="${query}" maxlength="${QUERY_CHARS_MAX}" placeholder="wrong password ip:192.0.2.*" autocomplete="off" spellcheck="false"></label>
<label>In<select id="since" name="since">${Object.entries(SINCES).map(([value, [words]]) =>
    value === chosen
      ? html`<option value="${value}" selected>${words}</option>`
      : html`<option value="${value}">${words}</option>`,
  )}</select></label>
<button id="search">Search</button></form>`;
}

/** Searches the events of the tenants, as `collector search --local` does, and shows what was found. */
export async function searchPage(
  books: LocalBooks,
  tenants: readonly string[],
  { query: typed, since }: SearchInput,
  nowMs: number,
): Promise<Html> {
  const query = readQuery(typed);
  if (query instanceof QueryError) {
    return html`<h2>Search</h2><p class="problem" role="alert">${showQueryError(query)}</p>`;
  }
  const sinceMs = SINCES[since]?.[1];
  const found = await searchLocal(books, {
    query,
    tenants,
    fromMs: sinceMs === undefined ? undefined : nowMs - sinceMs,
    toMs: undefined,
    limit: HITS_MAX,
    bucket: books.bucket,
  });
  const { hits, events, isWhole, unreadable } = found;
  return html`<h2>Search</h2>
<p role="status" id="found">${countOf(hits.length, 'event')}, the newest first${isWhole ? '' : '; there may be more'} <small>(looked at ${count(events)})</small></p>
${unreadable.length === 0 ? undefined : html`<p class="problem">${countOf(unreadable.length, 'object')} missing or damaged: verify the tenant.</p>`}
${hitList(hits, tenants.length === 1)}`;
}

function readQuery(typed: string): Query | QueryError {
  try {
    return parseQuery(typed.slice(0, QUERY_CHARS_MAX));
  } catch (thrown) {
    if (thrown instanceof QueryError) return thrown;
    throw thrown;
  }
}
