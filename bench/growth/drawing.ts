import { html, styleElement } from '../../lambda/console/html.ts';
import { figure } from '../figure.ts';
import { drawPanel, PANEL_HEIGHT, PANEL_WIDTH, type Panel } from './panel.ts';
import type { BacklogResult, Growth, TenantsResult } from './results.ts';

const COLUMNS = 3;
const HEAD_HEIGHT = 36;
const FOOT_HEIGHT = 30;
const MARGIN = 14;

/** Colours of its own ground, since it is shown on pages that are light or dark for reasons of their own. */
const STYLE = `
svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d1d9e0; --curve: #0969da; --limit: #9a6700 }
@media (prefers-color-scheme: dark) {
svg { --ground: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --grid: #3d444d; --curve: #4493f8; --limit: #d29922 }
}
text { font-family: system-ui, sans-serif; font-size: 11px; fill: var(--ink) }
.head { font-size: 15px; font-weight: 600 }
.title { font-size: 13px; font-weight: 600 }
.remark, .tick { fill: var(--faint) }
.value { font-size: 10px; stroke: var(--ground); stroke-width: 3px; paint-order: stroke }
.ground { fill: var(--ground) }
.frame { fill: none; stroke: var(--grid) }
.grid { stroke: var(--grid) }
.limit { stroke: var(--limit); stroke-dasharray: 5 4 }
.curve { fill: none; stroke: var(--curve); stroke-width: 2px }
.dot { fill: var(--curve) }
.ring { fill: var(--ground); stroke: var(--curve); stroke-width: 2px }
`;

/**
 * The drawing of the results, as the text of an SVG. It is our own since it is six frames and a
 * logarithm: libraries that plot without a browser bring a language of their own.
 */
export function drawGrowth(growth: Growth): string {
  const panels = [...backlogPanels(growth), ...tenantPanels(growth)];
  const rows = Math.ceil(panels.length / COLUMNS);
  const width = COLUMNS * PANEL_WIDTH + 2 * MARGIN;
  const height = HEAD_HEIGHT + rows * PANEL_HEIGHT + FOOT_HEIGHT;
  const title = 'What growth costs: time, memory and dollars';
  const placed = panels.map((panel, at) =>
    drawPanel(panel, {
      x: MARGIN + (at % COLUMNS) * PANEL_WIDTH,
      y: HEAD_HEIGHT + Math.floor(at / COLUMNS) * PANEL_HEIGHT,
    }),
  );
  const drawing = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${described(growth)}</desc>
${styleElement(STYLE)}
<rect class="ground" width="${width}" height="${height}"/>
<text class="head" x="${MARGIN + 12}" y="28">${title}</text>
${placed}<text class="remark" x="${MARGIN + 12}" y="${height - 12}">${footOf(growth)}</text>
</svg>
`;
  return String(drawing);
}

function backlogPanels({ backlogs, pollerMemoryMb }: Growth): readonly Panel[] {
  const sizeName = 'events in the backlog of one tenant';
  const speeds = backlogs.map(({ events, eventsPerSecond }) => ({
    size: events,
    value: eventsPerSecond,
  }));
  const memory = backlogs.map(({ events, rssPeakMb }) => ({ size: events, value: rssPeakMb }));
  const dollars = backlogs.map(({ events, usd, isUsdCounted }) => ({
    size: events,
    value: usd,
    isComputed: !isUsdCounted,
  }));
  return [
    {
      title: 'Events a second',
      remark: 'flat when twice the events take twice the time',
      sizeName,
      points: speeds,
    },
    {
      title: 'Memory of the poller, MB',
      remark: 'flat when no event is kept',
      sizeName,
      points: memory,
      limit: { value: pollerMemoryMb, name: `what its Lambda has: ${pollerMemoryMb} MB` },
    },
    {
      title: 'US dollars, once',
      remark: 'ring: computed from the counted ones',
      sizeName,
      points: dollars,
      currency: '$',
    },
  ];
}

function tenantPanels({ tenants }: Growth): readonly Panel[] {
  const sizeName = 'tenants, all started at once';
  return [
    {
      title: 'Events a second, all tenants',
      remark: 'not falling when none slows another down',
      sizeName,
      points: tenants.map((one) => ({ size: one.tenants, value: one.eventsPerSecond })),
    },
    {
      title: 'Memory of one process, MB',
      remark: 'all pollers together, here only',
      sizeName,
      points: tenants.map((one) => ({ size: one.tenants, value: one.rssPeakMb })),
    },
    {
      title: 'US dollars a month, idle',
      remark: 'with the part that all share',
      sizeName: 'tenants',
      points: tenants.map((one) => ({ size: one.tenants, value: one.idleUsdAMonth })),
      currency: '$',
    },
  ];
}

/** The ends of the curves in words. */
function described({ backlogs, tenants }: Growth): string {
  return [...endsOf(backlogs).map(backlogInWords), ...endsOf(tenants).map(tenantsInWords)].join(
    ' ',
  );
}

const endsOf = <One>(all: readonly One[]): readonly One[] => [...all.slice(0, 1), ...all.slice(-1)];

const backlogInWords = ({ events, eventsPerSecond, rssPeakMb, usd }: BacklogResult): string =>
  `A backlog of ${figure(events)}: ${figure(eventsPerSecond)} events a second, ${figure(rssPeakMb)} MB, $${figure(usd, 4)}.`;

const tenantsInWords = (one: TenantsResult): string =>
  `Tenants at once, ${figure(one.tenants)}: ${figure(one.eventsPerSecond)} events a second, ${figure(one.rssPeakMb)} MB, $${figure(one.idleUsdAMonth, 2)} a month when idle.`;

const footOf = ({ eventBytes, node, cpus }: Growth): string =>
  `Events of ${figure(eventBytes)} bytes over TLS; services that only acknowledge; Node ${node}, ${cpus} CPUs. Dollars as in cost.md: counted units, list prices. Axes are logarithmic.`;
