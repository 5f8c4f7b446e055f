import type { Incident } from '../detect/incident.ts';
import { gapTable, ledgerFigures, type TenantGap } from './books.ts';
import { chart } from './chart.ts';
import { type ChartRange, rangeFor } from './chart-data.ts';
import { type Html, html } from './html.ts';
import { incidentStory, incidentTable } from './incidents.ts';
import type { TenantReading } from './reading.ts';
import { summary, tile, tiles } from './tiles.ts';
import type { Surroundings } from './view.ts';

/** When a page is made, and what part of time it is asked to show. */
export interface Moment {
  readonly nowMs: number;
  /** Undefined: as long as there is something to see. */
  readonly range: ChartRange | undefined;
}

const NEWEST_INCIDENTS = 10;

/** All tenants: how they are, what came in, what was raised, what is missing. */
export function overview(
  readings: readonly TenantReading[],
  surroundings: Surroundings,
  { nowMs, range }: Moment,
): Html {
  const batches = readings.flatMap(({ batches: own }) => own);
  const incidents = readings
    .flatMap(({ incidents: own }) => own)
    .sort((a, b) => b.lastSeenMs - a.lastSeenMs);
  const gaps = readings.flatMap(gapsOf).sort((a, b) => b.recordedAt.localeCompare(a.recordedAt));
  return html`<p class="summary" id="summary" role="status" data-live="">${summary(readings)}</p>
<section aria-labelledby="heading-tenants"><h2 id="heading-tenants">Tenants</h2>${tiles(readings, surroundings)}</section>
${section('chart', 'Collection', chart(batches, range ?? rangeFor(batches, nowMs)))}
${section('incidents', 'Incidents', incidentTable(incidents, surroundings, NEWEST_INCIDENTS))}
${section('gaps', 'Gaps', gapTable(gaps))}`;
}

/** One tenant with its books. */
export function tenantPage(
  reading: TenantReading,
  surroundings: Surroundings,
  { nowMs, range }: Moment,
): Html {
  const { batches, incidents, tenant } = reading;
  return html`${backToOverview(surroundings)}
<h2 class="unseen">The tenant ${tenant.name}</h2>
<div class="tiles one">${tile(reading, surroundings)}</div>
${section('chart', 'Collection', chart(batches, range ?? rangeFor(batches, nowMs)))}
${section('books', 'Ledger and proof', html`${ledgerFigures(reading)}${surroundings.proof(tenant.name)}`)}
${surroundings.setUp?.(tenant.name)}
${section('gaps', 'Gaps', gapTable(gapsOf(reading)))}
${section('incidents', 'Incidents', incidentTable(incidents, surroundings))}`;
}

/** The story of an incident. */
export const incidentPage = (incident: Incident, surroundings: Surroundings): Html =>
  html`${backToOverview(surroundings)}${incidentStory(incident, surroundings)}`;

/** A sentence where there is nothing to show. */
export const nothingPage = (sentence: string, surroundings: Surroundings): Html =>
  html`${backToOverview(surroundings)}<p>${sentence}</p>`;

export const backToOverview = ({ link }: Surroundings): Html =>
  html`<nav aria-label="Back">${link({ view: 'overview' }, 'All tenants')}</nav>`;

const section = (id: string, title: string, content: Html): Html =>
  html`<section id="${id}" aria-labelledby="heading-${id}" data-live=""><h2 id="heading-${id}">${title}</h2>${content}</section>`;

const gapsOf = ({ tenant, gaps }: TenantReading): TenantGap[] =>
  gaps.map((gap) => ({ ...gap, tenant: tenant.name }));
