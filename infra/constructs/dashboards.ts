import { Duration } from 'aws-cdk-lib';
import {
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { WidgetParams } from '../../lambda/console/widget-params.ts';
import { METRIC, PRODUCT } from '../../lambda/platform/names.ts';
import { RUNBOOK_URL_DEFAULT } from './alarms.ts';
import type { Auth0Collector } from './auth0-collector.ts';
import {
  functionErrors,
  type MetricAddress,
  queueMetric,
  type TenantMetric,
  tenantMetric,
} from './metrics.ts';

/** CloudWatch takes 500 widgets on a dashboard; a tenant has seven. */
const TENANTS_PER_DASHBOARD = 45;

const PERIOD = Duration.minutes(5);
const HEIGHT = 6;
const CONSOLE_HEIGHT = 12;

/** Settings of a {@link Dashboards}. */
export interface DashboardsProps {
  readonly collector: Pick<
    Auth0Collector,
    'queue' | 'deadLetterQueue' | 'ingest' | 'compactor' | 'detector' | 'console'
  >;
  /** The names of the tenants, in the order of their rows. */
  readonly tenantNames: readonly string[];
  /** Where people find the runbook. @default its path in the repository */
  readonly runbookUrl?: string;
}

/** The dashboard of a deployment: the shared part, then a row per tenant. */
export class Dashboards extends Construct {
  /** The first one; with many tenants there are more, numbered from 2. */
  readonly first: Dashboard;

  constructor(scope: Construct, id: string, props: DashboardsProps) {
    super(scope, id);
    const { tenantNames } = props;
    const make = (number: number) => {
      const start = (number - 1) * TENANTS_PER_DASHBOARD;
      const shown = tenantNames.slice(start, start + TENANTS_PER_DASHBOARD);
      return new Dashboard(this, `Dashboard${number}`, {
        dashboardName: number === 1 ? PRODUCT : `${PRODUCT}-${number}`,
        defaultInterval: Duration.days(1),
        widgets: [...sharedRows(props), consoleRow(props, shown), ...shown.flatMap(tenantRows)],
      });
    };
    this.first = make(1);
    const count = Math.ceil(tenantNames.length / TENANTS_PER_DASHBOARD);
    for (let number = 2; number <= count; number += 1) make(number);
  }
}

function sharedRows({ collector, runbookUrl = RUNBOOK_URL_DEFAULT }: DashboardsProps): IWidget[][] {
  const { queue, deadLetterQueue, ingest, compactor, detector } = collector;
  const age = queueMetric('ApproximateAgeOfOldestMessage', queue.queueName);
  const waiting = queueMetric('ApproximateNumberOfMessagesVisible', queue.queueName);
  const dead = queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueue.queueName);
  return [
    [
      title(
        `# Auth0 log collector\nA graph without a line is a good sign: what is 0, caught up or in time is not published. What to do when something is wrong: ${runbookUrl}`,
        2,
      ),
    ],
    [
      graph('Queue: age of the oldest batch (s)', 8, [line(age, 'Maximum', 'age')]),
      graph('Batches waiting, and given up', 8, [
        line(waiting, 'Maximum', 'queue'),
        line(dead, 'Maximum', 'dead-letter queue'),
      ]),
      graph('Ended by Lambda', 8, [
        line(functionErrors(ingest.functionName), 'Sum', 'ingest'),
        line(functionErrors(compactor.functionName), 'Sum', 'compactor'),
        line(functionErrors(detector.functionName), 'Sum', 'detector'),
      ]),
    ],
  ];
}

/** The tenants' states with their remedies, and the incidents, as a page within the dashboard. */
function consoleRow({ collector }: DashboardsProps, tenantNames: readonly string[]): IWidget[] {
  const params: WidgetParams = { tenants: tenantNames.map((name) => ({ name })) };
  const functionArn = collector.console.functionArn;
  return [
    new CustomWidget({ title: 'Tenants', functionArn, params, width: 24, height: CONSOLE_HEIGHT }),
  ];
}

function tenantRows(tenantName: string): IWidget[][] {
  const of = (name: TenantMetric, statistic: string, label: string) =>
    line(tenantMetric(name, tenantName), statistic, label);
  return [
    [title(`## ${tenantName}`, 1)],
    [
      graph('Events', 4, [
        of(METRIC.eventsFetched, 'Sum', 'fetched'),
        of(METRIC.auditDifferences, 'Sum', 'late'),
        of(METRIC.eventsQuarantined, 'Sum', 'quarantined'),
      ]),
      graph('Lag (s), unless caught up', 4, [
        of(METRIC.pollLagSeconds, 'Maximum', 'polls'),
        of(METRIC.lakeLagSeconds, 'Maximum', 'lake'),
      ]),
      graph('Hours to loss, unless caught up', 4, [of(METRIC.hoursToLoss, 'Maximum', 'hours')]),
      graph('Throttles', 4, [of(METRIC.throttles, 'Sum', 'answers with 429')]),
      graph('Errors', 4, [
        of(METRIC.errors, 'Sum', 'polls with an error'),
        of(METRIC.credentialErrors, 'Sum', 'of credentials'),
        of(METRIC.gaps, 'Sum', 'gaps'),
        of(METRIC.lakeHoles, 'Maximum', 'holes in the lake'),
      ]),
      graph('Incidents', 4, [
        of(METRIC.incidents, 'Sum', 'raised'),
        of(METRIC.incidentsUnpublished, 'Maximum', 'unpublished'),
      ]),
    ],
  ];
}

function title(markdown: string, height: number): TextWidget {
  return new TextWidget({ markdown, width: 24, height });
}

function graph(text: string, width: number, left: Metric[]): GraphWidget {
  return new GraphWidget({
    title: text,
    width,
    height: HEIGHT,
    left,
    leftYAxis: { showUnits: false },
  });
}

function line(address: MetricAddress, statistic: string, label: string): Metric {
  return new Metric({ ...address, statistic, label, period: PERIOD });
}
