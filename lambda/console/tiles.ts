import { COLOURS } from '../collect/tenant-state.ts';
import { COUNTED_MAX } from '../detect/incident-store.ts';
import { type Html, html } from './html.ts';
import { RECENT_DAYS, type TenantReading } from './reading.ts';
import { badge, count, countOf, time } from './shown.ts';
import type { Surroundings } from './view.ts';

/** The state of all tenants in one sentence. */
export function summary(readings: readonly TenantReading[]): string {
  const parts = COLOURS.toReversed().flatMap((colour) => {
    const some = readings.filter(({ condition }) => condition.colour === colour);
    if (some.length === 0) return [];
    const names = some.map(({ tenant }) => tenant.name).join(', ');
    return [colour === 'green' ? `${some.length} green` : `${some.length} ${colour} (${names})`];
  });
  return `${countOf(readings.length, 'tenant')}: ${parts.join(', ') || 'none'}`;
}

/** The tenants that need somebody first. */
export function tiles(readings: readonly TenantReading[], surroundings: Surroundings): Html {
  const sorted = readings.toSorted(
    (a, b) =>
      COLOURS.indexOf(b.condition.colour) - COLOURS.indexOf(a.condition.colour) ||
      a.tenant.name.localeCompare(b.tenant.name),
  );
  return html`<ul class="tiles">${sorted.map((reading) => html`<li>${tile(reading, surroundings)}</li>`)}</ul>`;
}

/** How one tenant is doing, why, and what to do. */
export function tile(reading: TenantReading, surroundings: Surroundings): Html {
  const { tenant, condition } = reading;
  const { colour, word, reason, remedy, code } = condition;
  return html`<article class="tile ${colour}" id="tile-${tenant.name}" data-live="">
<header><h3>${surroundings.link({ view: 'tenant', tenant: tenant.name }, tenant.name)}</h3>${badge(colour, word)}</header>
<p class="reason">${reason}${code === undefined ? undefined : html` <code>${code}</code>`}</p>
${remedy === undefined ? undefined : html`<p class="remedy"><b>What to do:</b> ${remedy}</p>`}
${figures(reading)}
${surroundings.actions?.(tenant.name)}
</article>`;
}

function figures({ checkpoint, recentIncidents, gaps }: TenantReading): Html | undefined {
  if (checkpoint === undefined) return undefined;
  const { status, eventsTotal, collectedUntil } = checkpoint;
  const lastPollMs = Date.parse(status.lastPollAt ?? '');
  const untilMs = Date.parse(collectedUntil ?? '');
  return html`<dl class="figures">
<div><dt>Events</dt><dd>${count(eventsTotal)}</dd></div>
<div><dt>Last poll</dt><dd>${Number.isNaN(lastPollMs) ? '–' : time(lastPollMs)}</dd></div>
<div><dt>Collected up to</dt><dd>${Number.isNaN(untilMs) ? '–' : time(untilMs)}</dd></div>
<div><dt>Incidents, ${RECENT_DAYS} days</dt><dd>${count(recentIncidents)}${recentIncidents < COUNTED_MAX ? '' : '+'}</dd></div>
<div><dt>Gaps</dt><dd>${count(gaps.length)}</dd></div>
</dl>`;
}
