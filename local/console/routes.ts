import { type Html, html } from '../../lambda/console/html.ts';
import { incidentPage, nothingPage, overview, tenantPage } from '../../lambda/console/pages.ts';
import { readTenant, type ShownTenant } from '../../lambda/console/reading.ts';
import { STYLE } from '../../lambda/console/style.ts';
import { type Surroundings, VIEW, type View } from '../../lambda/console/view.ts';
import { addPage, EMPTY } from './add-page.ts';
import { pageAnswer, type TextAnswer } from './answer.ts';
import { ICON } from './document.ts';
import type { LocalBooks } from './local-books.ts';
import type { Proofs } from './proofs.ts';
import { searchPage } from './search-page.ts';
import { credentialsPage, emptyCredentials, setUpSection } from './set-up.ts';
import type { LocalTenant, LocalTenants } from './tenants.ts';

export interface RouteParts {
  readonly tenants: LocalTenants;
  readonly books: LocalBooks;
  readonly proofs: Proofs;
  /** The script of the pages. */
  readonly liveScript: string;
}

/** Answers a GET; an unknown path is an answer too. */
export async function answerGet(parts: RouteParts, url: URL): Promise<TextAnswer> {
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
  const form = formPage(parts, url.pathname);
  if (form !== undefined) return form;
  const view = viewOf(url.pathname);
  const page = view && (await show(parts, view, Date.now()));
  if (page !== undefined) return pageAnswer(parts.tenants, titleOf(view), page);
  const nothing = nothingPage('There is nothing here.', surroundings(parts));
  return pageAnswer(parts.tenants, 'Not found', nothing, { status: 404 });
}

async function answerSearch({ books, tenants }: RouteParts, url: URL): Promise<TextAnswer> {
  const input = {
    query: url.searchParams.get('q') ?? '',
    since: url.searchParams.get('since') ?? '',
  };
  const names = tenants.list().map(({ name }) => name);
  const page = await searchPage(books, names, input, Date.now());
  return pageAnswer(tenants, 'Search', page, { search: input });
}

/** The page with a form; undefined where there is none. */
function formPage({ tenants }: RouteParts, path: string): TextAnswer | undefined {
  if (tenants.changes === undefined) return undefined;
  if (path === '/add-tenant' || path === '/add-simulated-tenant') {
    return pageAnswer(tenants, 'Add a tenant', addPage(EMPTY));
  }
  const tenant = tenants.list().find(({ name }) => path === `/credentials/${name}`);
  if (tenant?.setUp?.isSimulated !== false) return undefined;
  const page = credentialsPage(tenant.name, emptyCredentials());
  return pageAnswer(tenants, `Credentials of ${tenant.name}`, page);
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
    return overview(await Promise.all(parts.tenants.list().map(read)), around, moment);
  }
  const tenant = parts.tenants.list().find(({ name }) => name === view.tenant);
  if (tenant === undefined) return undefined;
  if (view.view === 'tenant') return tenantPage(await read(tenant), around, moment);
  const incident = await parts.books.incidents.get(tenant.name, view.id);
  return incident && incidentPage(incident, around);
}

const shownTenant = ({ control, setUp: _changed, ...tenant }: LocalTenant): ShownTenant => ({
  ...tenant,
  isPaused: control?.isPaused ?? false,
});

function surroundings({ tenants, proofs }: RouteParts): Surroundings {
  const named = (name: string) => tenants.list().find((tenant) => tenant.name === name);
  return {
    link: (view, label) => {
      if (view.view === 'overview') return html`<a href="/">${label}</a>`;
      if (view.view === 'tenant') return html`<a href="/tenant/${view.tenant}">${label}</a>`;
      return html`<a href="/incident/${view.tenant}/${view.id}">${label}</a>`;
    },
    actions: (name) => {
      const control = named(name)?.control;
      return control === undefined ? html`` : actionForms(name, control.isPaused);
    },
    proof: (tenant) => proofs.show(tenant),
    setUp: (name) => {
      const tenant = tenants.changes && named(name);
      return tenant && setUpSection(tenant);
    },
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
