import { durationWords } from '../platform/duration.ts';
import {
  BUCKETS,
  type Bucket,
  bucketsOf,
  type ChartRange,
  lagShare,
  roundUp,
} from './chart-data.ts';
import { type Html, html } from './html.ts';
import type { BatchPoint } from './reading.ts';
import { clockOf, count, countOf } from './shown.ts';

/** Units of the drawing; it is stretched to the width there is. */
const COLUMN = 10;
const WIDTH = BUCKETS * COLUMN;
const HEIGHT = 100;
const LINE_HEIGHT = 3;

const HOUR_MS = 3_600_000;
const LAG_LINES_MS = [1_000, 60_000, HOUR_MS, 24 * HOUR_MS];

/** Events and lag of what was sent to the queue within a range, drawn and as a table. */
export function chart(batches: readonly BatchPoint[], range: ChartRange): Html {
  const buckets = bucketsOf(batches, range);
  const busy = buckets.filter(({ events }) => events > 0);
  const total = busy.reduce((sum, { events }) => sum + events, 0);
  const top = roundUp(Math.max(...buckets.map(({ events }) => events)));
  const worstMs = Math.max(0, ...buckets.map(({ lagMs }) => lagMs ?? 0));
  const span = `from ${clockOf(range.fromMs)} to ${clockOf(range.toMs)} UTC`;
  const said = `${countOf(total, 'event')} ${span}, most in ${widthWords(range)}: ${count(Math.max(...buckets.map(({ events }) => events)))}`;
  return html`<div class="charts">
<figure><figcaption>Events sent, by ${widthWords(range)}</figcaption>
<div class="plot"><div class="axis" aria-hidden="true"><span>${count(top)}</span><span>0</span></div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Events: ${said}">
<line class="grid" x1="0" x2="${WIDTH}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>${buckets.map((bucket, index) => eventBar(bucket, index, top))}</svg></div>
${timeAxis(range)}</figure>
<figure><figcaption>Lag, from Auth0's log to the queue</figcaption>
<div class="plot"><div class="axis powers" aria-hidden="true"><span>30 d</span><span class="day">1 d</span><span class="hour">1 h</span><span class="minute">1 min</span><span class="second">1 s</span></div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Lag ${span}: at most ${durationWords(worstMs)}">
${LAG_LINES_MS.map(lagLine)}${buckets.map(lagBar)}</svg></div>
${timeAxis(range)}</figure>
</div>
<details id="chart-table"><summary>The chart as a table</summary>${table(busy)}</details>`;
}

const widthWords = ({ fromMs, toMs }: ChartRange): string =>
  durationWords((toMs - fromMs) / BUCKETS);

function eventBar({ events, fromMs }: Bucket, index: number, top: number): Html | undefined {
  if (events === 0) return undefined;
  // A single event is seen beside a backlog of thousands.
  const height = Math.max(2, rounded((events / top) * HEIGHT));
  return html`<rect class="events" x="${index * COLUMN + 1}" y="${HEIGHT - height}" width="${COLUMN - 2}" height="${height}"><title>${clockOf(fromMs)}: ${countOf(events, 'event')}</title></rect>`;
}

function lagBar({ lagMs, fromMs }: Bucket, index: number): Html | undefined {
  if (lagMs === undefined) return undefined;
  const y = rounded((1 - lagShare(lagMs)) * (HEIGHT - LINE_HEIGHT));
  return html`<rect class="lag" x="${index * COLUMN}" y="${y}" width="${COLUMN}" height="${LINE_HEIGHT}"><title>${clockOf(fromMs)}: ${durationWords(lagMs)}</title></rect>`;
}

function lagLine(lagMs: number): Html {
  const y = rounded((1 - lagShare(lagMs)) * HEIGHT);
  return html`<line class="grid" x1="0" x2="${WIDTH}" y1="${y}" y2="${y}"><title>${durationWords(lagMs)}</title></line>`;
}

const timeAxis = ({ fromMs, toMs }: ChartRange): Html =>
  html`<div class="clock" aria-hidden="true"><span>${clockOf(fromMs)}</span><span>${clockOf((fromMs + toMs) / 2)}</span><span>${clockOf(toMs)}</span></div>`;

function table(busy: readonly Bucket[]): Html {
  if (busy.length === 0) return html`<p>Nothing was sent in this time.</p>`;
  return html`<table><thead><tr><th scope="col">From (UTC)</th><th scope="col" class="number">Events</th><th scope="col" class="number">Lag</th></tr></thead>
<tbody>${busy.map(
    ({ fromMs, events, lagMs }) =>
      html`<tr><td>${clockOf(fromMs)}</td><td class="number">${count(events)}</td><td class="number">${lagMs === undefined ? '–' : durationWords(lagMs)}</td></tr>`,
  )}</tbody></table>`;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
