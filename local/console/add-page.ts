import { type Html, html } from '../../lambda/console/html.ts';
import {
  credentialFields,
  type FormState,
  planField,
  problemCount,
  textField,
} from './form-parts.ts';

/** What the page shows in its two forms, and what came of the one that was sent. */
export interface AddState {
  readonly real: FormState;
  readonly simulated: FormState;
  readonly above?: Html;
}

export const REAL_FORM = 'real';
export const SIMULATED_FORM = 'simulated';

export const EMPTY: AddState = {
  real: { id: REAL_FORM, fields: {}, problems: {} },
  simulated: { id: SIMULATED_FORM, fields: {}, problems: {} },
};

const NAME = {
  name: 'name',
  label: 'Name',
  hint: 'Short, such as shop: it stands in table, archive and output.',
} as const;

/** The page on which a tenant is added. */
export const addPage = ({ real, simulated, above }: AddState): Html =>
  html`<nav aria-label="Back"><a href="/">All tenants</a></nav>
<h2>Add a tenant</h2>
${above}${problemCount(real)}${problemCount(simulated)}
<div class="forms">
<section aria-labelledby="heading-real"><h3 id="heading-real">A tenant of yours</h3>
<form class="entry" method="post" action="/add-tenant">
${textField(real, NAME)}
${textField(real, { name: 'domain', label: 'Domain', hint: 'Such as acme.us.auth0.com, or your custom domain.' })}
${textField(real, { name: 'canonicalDomain', label: 'Canonical domain (only with a custom domain)', hint: 'The one that ends in auth0.com.' })}
${credentialFields(real)}
${planField(real, undefined)}
${textField(real, { name: 'collectionStart', label: 'Collect from (optional)', hint: 'A day or time in UTC, or oldest; empty: from now on.' })}
<p><button>Check and add</button> <small>Its log is read once before anything is kept, which may take some seconds.</small></p>
</form></section>
<section aria-labelledby="heading-simulated"><h3 id="heading-simulated">A simulated tenant</h3>
<form class="entry" method="post" action="/add-simulated-tenant">
<p>It lives in this process, with weeks of events, people of its own and attacks among them.</p>
${textField(simulated, NAME)}
${planField(simulated, 'enterprise')}
<p><button>Add the simulated tenant</button></p>
</form></section>
</div>`;
