import { type Html, html } from '../../lambda/console/html.ts';
import { time } from '../../lambda/console/shown.ts';
import { checkList } from './check-list.ts';
import { credentialFields, type FormState, problemCount } from './form-parts.ts';
import type { LocalTenant, SetUp } from './tenants.ts';

const CREDENTIALS_FORM = 'credentials';

export const emptyCredentials = (): FormState => ({
  id: CREDENTIALS_FORM,
  fields: {},
  problems: {},
});

/** What a tenant is collected from, and what can be changed about it; on its own page. */
export function setUpSection(tenant: LocalTenant): Html | undefined {
  const { name, setUp } = tenant;
  if (setUp === undefined) return undefined;
  return html`<section aria-labelledby="heading-set-up"><h2 id="heading-set-up">Set-up</h2>
<p>${setUp.isSimulated ? 'A simulated tenant at ' : 'Collected from '}<code>${setUp.domain}</code></p>
${examined(setUp)}
${setUp.isSimulated ? undefined : html`<p><a href="/credentials/${name}">Change the credentials</a></p>`}
${
  setUp.isAdded
    ? html`<form class="actions" method="post" action="/tenant/${name}/remove"><button>Remove<span class="unseen"> ${name}</span></button><small>collects it no more; what was collected stays</small></form>`
    : undefined
}</section>`;
}

function examined({ examination }: SetUp): Html | undefined {
  if (examination === undefined) return undefined;
  const { atMs, lines } = examination;
  return html`<details id="set-up-checks"><summary>Checked ${time(atMs)}</summary>${checkList(lines)}</details>`;
}

/** The page on which the credentials of a tenant are changed. */
export const credentialsPage = (tenant: string, state: FormState, above?: Html): Html =>
  html`<nav aria-label="Back"><a href="/tenant/${tenant}">${tenant}</a></nav>
<h2>Credentials of ${tenant}</h2>
${above}${problemCount(state)}
<form class="entry" method="post" action="/credentials/${tenant}">
${credentialFields(state)}
<p><button>Check and change</button> <small>The log is read once with them before they are kept; then a tick follows.</small></p>
</form>`;
