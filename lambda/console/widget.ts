import { PLANS } from '../auth0/plan.ts';
import { asCollectorError } from '../platform/errors.ts';
import { POLL_INTERVAL_MINUTES_DEFAULT } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import type { ChartRange } from './chart-data.ts';
import { type Html, html, styleElement } from './html.ts';
import { incidentPage, type Moment, nothingPage, overview, tenantPage } from './pages.ts';
import { type ConsoleBooks, readTenant, type ShownTenant } from './reading.ts';
import { STYLE } from './style.ts';
import { type Surroundings, VIEW, type View } from './view.ts';
import { WIDGET_PARAMS, type WidgetParams } from './widget-params.ts';

const MS = z.number().check(z.nonnegative(), z.maximum(8.64e15));
const TIME_RANGE = z.object({ start: MS, end: MS });

/**
 * What CloudWatch calls a custom widget with (AWS: "Details about custom widgets"). The parameters of
 * the dashboard's definition come in the context; those of a clicked element beside it.
 */
const EVENT = z.object({
  describe: z.optional(z.literal(true)),
  widgetContext: z.optional(
    z.object({
      theme: z.catch(z.enum(['light', 'dark']), 'light'),
      timeRange: z.optional(z.extend(TIME_RANGE, { zoom: z.optional(TIME_RANGE) })),
      params: z.unknown(),
    }),
  ),
});

/** Shown by the CloudWatch console where a widget is added by hand. */
export const DOCUMENTATION = `## Auth0 log collector
How each tenant is doing, with the reason and the remedy; events and lag; incidents and gaps. It reads only.

### Widget parameters
\`\`\`yaml
tenants:
- name: acme
  plan: enterprise
  pollIntervalMinutes: 5
  isPaused: false
\`\`\`
Only \`name\` is needed; with \`plan\` the widget also says when Auth0 begins to drop events.`;

export interface WidgetParts {
  readonly books: ConsoleBooks;
  /** ARN of the widget's own function, which a click calls again. */
  readonly endpoint: string;
  readonly nowMs: number;
}

/** Answers one call of CloudWatch: HTML, or Markdown when the widget is asked what it is. */
export async function answerWidget(event: unknown, parts: WidgetParts): Promise<string> {
  const parsed = EVENT.safeParse(event);
  if (parsed.data?.describe) return DOCUMENTATION;
  const theme = parsed.data?.widgetContext?.theme ?? 'light';
  const params = WIDGET_PARAMS.safeParse(parsed.data?.widgetContext?.params);
  const content = params.success
    ? await show(params.data, viewOf(event), rangeOf(parsed.data?.widgetContext), parts)
    : html`<p>The widget is not told which tenants to show: its parameters need <code>tenants</code>, a list of entries with a <code>name</code>.</p>`;
  return html`${styleElement(STYLE)}<div class="console cwdb-no-default-styles ${theme}">${content}</div>`.toString();
}

/** The element that was clicked says what to show. */
function viewOf(event: unknown): View {
  const view = VIEW.safeParse(event);
  return view.success ? view.data : { view: 'overview' };
}

type WidgetContext = z.infer<typeof EVENT>['widgetContext'];

/** The time of the dashboard, or the part of it that somebody zoomed into. */
function rangeOf(context: WidgetContext): ChartRange | undefined {
  const range = context?.timeRange?.zoom ?? context?.timeRange;
  if (range === undefined || range.end <= range.start) return undefined;
  return { fromMs: range.start, toMs: range.end };
}

async function show(
  params: WidgetParams,
  view: View,
  range: ChartRange | undefined,
  { books, endpoint, nowMs }: WidgetParts,
): Promise<Html> {
  const moment: Moment = { nowMs, range };
  const surroundings = widgetSurroundings(endpoint);
  const shown = params.tenants.map(shownTenant);
  if (view.view === 'overview') {
    const readings = await Promise.all(shown.map((tenant) => readTenant(books, tenant, nowMs)));
    return overview(readings, surroundings, moment);
  }
  const tenant = shown.find(({ name }) => name === view.tenant);
  if (tenant === undefined) {
    return nothingPage(`The tenant ${view.tenant} is not among those of the widget.`, surroundings);
  }
  if (view.view === 'tenant') {
    return tenantPage(await readTenant(books, tenant, nowMs), surroundings, moment);
  }
  return showIncident(books, tenant.name, view.id, surroundings);
}

async function showIncident(
  books: ConsoleBooks,
  tenant: string,
  id: string,
  surroundings: Surroundings,
): Promise<Html> {
  try {
    const incident = await books.incidents.get(tenant, id);
    return incident === undefined
      ? nothingPage(`There is no incident ${id}.`, surroundings)
      : incidentPage(incident, surroundings);
  } catch (thrown) {
    const { message, remedy } = asCollectorError(thrown);
    return nothingPage(`${message}. ${remedy}`, surroundings);
  }
}

const shownTenant = ({
  name,
  plan,
  pollIntervalMinutes = POLL_INTERVAL_MINUTES_DEFAULT,
  isPaused = false,
}: WidgetParams['tenants'][number]): ShownTenant => ({
  name,
  isPaused,
  retentionDays: plan && PLANS[plan].retentionDays,
  tickEveryMs: pollIntervalMinutes * 60_000,
});

/** CloudWatch allows no script; what an element does when it is pressed stands right behind it. */
function widgetSurroundings(endpoint: string): Surroundings {
  return {
    // A button, since an anchor without an address can't be reached with the keyboard.
    link: (view, label) =>
      html`<button type="button" class="link">${label}</button><cwdb-action action="call" display="widget" event="click" endpoint="${endpoint}">${JSON.stringify(view)}</cwdb-action>`,
    proof: (tenant) =>
      html`<p class="aside">The proof reads the whole archive: <code>npm run -s collector -- verify --tenant ${tenant}</code></p>`,
  };
}
