import { type Html, html } from '../../lambda/console/html.ts';
import { incidentPage, nothingPage, overview, tenantPage } from '../../lambda/console/pages.ts';
import { readTenant, type ShownTenant } from '../../lambda/console/reading.ts';
import { STYLE } from '../../lambda/console/style.ts';
import { type Surroundings, VIEW, type View } from '../../lambda/console/view.ts';
import { documentOf, ICON } from './document.ts';
import type { LocalBooks } from './local-books.ts';
import type { Proofs } from './proofs.ts';
import type { RunControl } from './run-control.ts';
import { type SearchInput, searchPage } from './search-page.ts';

/** A tenant of this machine; without a control it can only be looked at. */
export interface LocalTenant extends Omit<ShownTenant, 'isPaused'> {
  readonly control: RunControl | undefined;
}

export interface RouteParts {
  readonly tenants: readonly LocalTenant[];
  readonly books: LocalBooks;
  readonly proofs: Proofs;
  /** The script of the pages. */
  readonly liveScript: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const answerHtml = (body: string, status = 200): Answer => ({
  status,
  type: 'text/html; charset=utf-8',
  body,
});

const NO_SEARCH: SearchInput = { query: '', since: '' };

/** Answers a GET; an unknown path is an answer too. */
export async function answerGet(parts: RouteParts, url: URL): Promise<Answer> {
  if (url.pathname === '/console.css') {
    return { status: 200, type: 'text/css; charset=utf-8', body: STYLE };
  }
  if (url.pathname === '/icon.svg') {
    return { status: 200, type: 'image/svg+xml', body: ICON };
  }
  if (url.pathname === '/live.js') {
    return { status: 200, type: 'text/javascript; charset=utf-8', body: parts.liveScript };
  }
  if (url.pathname === '/search') return answerSearch(parts, url);
  const view = viewOf(url.pathname);
  const page = view && (await show(parts, view, Date.now()));
  if (page !== undefined) return answerHtml(documentOf(titleOf(view), page, NO_SEARCH));
  return answerHtml(
    documentOf('Not found', nothingPage('There is nothing here.', surroundings(parts)), NO_SEARCH),
    404,
  );
}

async function answerSearch({ books, tenants }: RouteParts, url: URL): Promise<Answer> {
  const input = {
    query: url.searchParams.get('q') ?? '',
    since: url.searchParams.get('since') ?? '',
  };
  const names = tenants.map(({ name }) => name);
  const page = await searchPage(books, names, input, Date.now());
  return answerHtml(documentOf('Search', page, input));
}

/** What a POST did: true when it was understood. */
export function act({ tenants, proofs }: RouteParts, path: string): boolean {
  const [, name, action] = /^\/tenant\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
  const tenant = tenants.find((candidate) => candidate.name === name);
  if (tenant === undefined) return false;
  const { control } = tenant;
  if (action === 'verify') void proofs.start(tenant.name);
  else if (action === 'pause' && control) control.pause();
  else if (action === 'resume' && control) control.resume();
  else if (action === 'check' && control) control.tickNow();
  else return false;
  return true;
}

function viewOf(path: string): View | undefined {
  if (path === '/') return { view: 'overview' };
  const [, view, tenant, id, ...more] = path.split('/');
  // A view has its own number of parts; the schema alone would pass over one too many.
  if (more.length > 0 || (id !== undefined) !== (view === 'incident')) return undefined;
  const parsed = VIEW.safeParse({ view, tenant, id });
  return parsed.success ? parsed.data : undefined;
}

const titleOf = (view: View | undefined): string =>
  view === undefined || view.view === 'overview' ? 'Overview' : `${view.tenant}, ${view.view}`;

async function show(parts: RouteParts, view: View, nowMs: number): Promise<Html | undefined> {
  const around = surroundings(parts);
  const moment = { nowMs, range: undefined };
  const read = (tenant: LocalTenant) => readTenant(parts.books, shownTenant(tenant), nowMs);
  if (view.view === 'overview') {
    return overview(await Promise.all(parts.tenants.map(read)), around, moment);
  }
  const tenant = parts.tenants.find(({ name }) => name === view.tenant);
  if (tenant === undefined) return undefined;
  if (view.view === 'tenant') return tenantPage(await read(tenant), around, moment);
  const incident = await parts.books.incidents.get(tenant.name, view.id);
  return incident && incidentPage(incident, around);
}

const shownTenant = ({ control, ...tenant }: LocalTenant): ShownTenant => ({
  ...tenant,
  isPaused: control?.isPaused ?? false,
});

function surroundings({ tenants, proofs }: RouteParts): Surroundings {
  return {
    link: (view, label) => {
      if (view.view === 'overview') return html`<a href="/">${label}</a>`;
      if (view.view === 'tenant') return html`<a href="/tenant/${view.tenant}">${label}</a>`;
      return html`<a href="/incident/${view.tenant}/${view.id}">${label}</a>`;
    },
    actions: (name) => {
      const control = tenants.find((tenant) => tenant.name === name)?.control;
      return control === undefined ? html`` : actionForms(name, control.isPaused);
    },
    proof: (tenant) => proofs.show(tenant),
    search: (query, label) => html`<a href="/search?q=${query}">${label}</a>`,
  };
}

const actionForms = (tenant: string, isPaused: boolean): Html => html`<div class="actions">
<form method="post" action="/tenant/${tenant}/check"><button>Check now<span class="unseen">: ${tenant}</span></button></form>
${
  isPaused
    ? html`<form method="post" action="/tenant/${tenant}/resume"><button>Resume<span class="unseen"> ${tenant}</span></button></form>`
    : html`<form method="post" action="/tenant/${tenant}/pause"><button>Pause<span class="unseen"> ${tenant}</span></button></form>`
}</div>`;
