import type { Incident } from '../detect/incident.ts';
import { FAMILIES } from '../detect/rule.ts';
import { dashboardQuery, entityWords } from '../detect/story.ts';
import { type Html, html } from './html.ts';
import { INCIDENTS_READ_MAX } from './reading.ts';
import { badge, count, countOf, time } from './shown.ts';
import type { Surroundings } from './view.ts';

/** What a page shows of them; the command `collector incidents` lists more. */
const LISTED_MAX = INCIDENTS_READ_MAX - 1;

/** Incidents as a list, in the order given. */
export function incidentTable(
  incidents: readonly Incident[],
  { link }: Surroundings,
  listedMax: number = LISTED_MAX,
): Html {
  if (incidents.length === 0) return html`<p>No rule has raised anything.</p>`;
  const listed = incidents.slice(0, listedMax);
  return html`<div class="wide"><table class="incidents"><thead><tr><th scope="col">Severity</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Tenant</th><th scope="col">Last seen (UTC)</th><th scope="col" class="number">Events</th></tr></thead>
<tbody>${listed.map(
    ({ severity, tenant, id, title, entity, lastSeenMs, count: events }) =>
      html`<tr><td>${severityBadge(severity)}</td><td>${link({ view: 'incident', tenant, id }, title)}</td><td>${entityWords(entity)}</td><td>${tenant}</td><td>${time(lastSeenMs)}</td><td class="number">${count(events)}</td></tr>`,
  )}</tbody></table></div>
${incidents.length > listed.length ? html`<p class="aside">The newest ${listed.length}; <code>collector incidents</code> lists more.</p>` : undefined}`;
}

/** One incident: what, who, when, how it went, and what to do. */
export function incidentStory(incident: Incident, surroundings: Surroundings): Html {
  const { title, severity, entity, tenant, ruleId, family, count: events, attack } = incident;
  return html`<article class="story">
<header><h2>${title}</h2>${severityBadge(severity)}</header>
<dl class="figures">
<div><dt>Who</dt><dd>${entityWords(entity)}</dd></div>
<div><dt>Tenant</dt><dd>${surroundings.link({ view: 'tenant', tenant }, tenant)}</dd></div>
<div><dt>From</dt><dd>${time(incident.firstSeenMs)}</dd></div>
<div><dt>To</dt><dd>${time(incident.lastSeenMs)}</dd></div>
<div><dt>Events</dt><dd>${count(events)}</dd></div>
<div><dt>Family</dt><dd>${FAMILIES[family]}</dd></div>
<div><dt>Rule</dt><dd>${ruleId}</dd></div>
${attack.length === 0 ? undefined : html`<div><dt>ATT&amp;CK</dt><dd>${attack.join(', ')}</dd></div>`}
<div><dt>Incident</dt><dd><code>${incident.id}</code></dd></div>
</dl>
<p class="remedy"><b>What to do:</b> ${incident.todo}</p>
<h3>How it went</h3>
${timeline(incident, surroundings)}
<h3>In the Auth0 dashboard</h3>
<p>Monitoring, Logs, with this search:</p>
<pre>${dashboardQuery(incident)}</pre>
</article>`;
}

function timeline({ timeline: lines, count: events }: Incident, { search }: Surroundings): Html {
  const shown = lines.map(
    ({ ms, text, logId }) =>
      html`<li>${time(ms)} <span>${text}</span> ${search?.(`log_id:${logId}`, html`event<span class="unseen"> ${logId}</span>`)}</li>`,
  );
  const hidden = events - lines.length;
  const half = Math.ceil(lines.length / 2);
  const between = hidden > 0 ? [html`<li class="aside">${countOf(hidden, 'more event')}</li>`] : [];
  return html`<ol class="timeline">${[...shown.slice(0, half), ...between, ...shown.slice(half)]}</ol>`;
}

const SEVERITY_COLOURS: Readonly<Record<Incident['severity'], string>> = {
  info: 'grey',
  low: 'grey',
  medium: 'amber',
  high: 'red',
  critical: 'red',
};

const severityBadge = (severity: Incident['severity']): Html =>
  badge(SEVERITY_COLOURS[severity], severity);
