import { at, factsOf, text } from '../../lambda/auth0/event-facts.ts';
import { type Html, html } from '../../lambda/console/html.ts';
import { time } from '../../lambda/console/shown.ts';
import { searchValues } from '../../lambda/lake/search-columns.ts';
import type { Hit } from '../../lambda/search/hit.ts';

/** What was found, a line each; opened, a line shows the whole event. */
export function hitList(hits: readonly Hit[], isOneTenant: boolean): Html {
  return html`<ol class="hits">${hits.map((hit) => html`<li>${hitLine(hit, isOneTenant)}</li>`)}</ol>`;
}

function hitLine({ tenant, timeMs, raw }: Hit, isOneTenant: boolean): Html {
  const event = JSON.parse(raw);
  const facts = factsOf(event);
  const values = searchValues(facts, '');
  const parts = [
    isOneTenant ? undefined : tenant,
    values.user_name ?? values.user_id,
    values.ip,
    values.country,
    values.client_name ?? values.client_id,
    facts.description ?? text(at(facts.details, 'error', 'message')),
  ].filter((part) => part !== undefined);
  return html`<details><summary>${time(timeMs)}<span><b>${values.event_name}</b></span>${parts.map((part) => html`<span>${part}</span>`)}</summary><pre>${JSON.stringify(event, null, 2)}</pre></details>`;
}
