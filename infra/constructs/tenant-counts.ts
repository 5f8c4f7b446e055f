import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC, RETENTION_DAYS } from '../../lambda/platform/names.ts';
import { lookUp, type Table } from './look-up.ts';
import { COUNTED, type MetricAddress, sharedMetric } from './metrics.ts';

/** Settings of {@link TenantCounts}. */
export interface TenantCountsProps {
  /** The log of the tenant's poller. */
  readonly logGroupName: string;
  /** The tenant's Auth0 plan; may be a parameter. */
  readonly plan: string;
}

/**
 * What {@link PollingAlarms} watch, taken out of the log of one tenant's poller: only what is bad, into
 * metrics that all tenants share. One alarm then watches any number of tenants, and a metric without
 * values costs nothing.
 */
export class TenantCounts extends Construct {
  readonly #logGroupName: string;

  constructor(scope: Construct, id: string, { logGroupName, plan }: TenantCountsProps) {
    super(scope, id);
    this.#logGroupName = logGroupName;
    const hours = lookUp(this, 'Retention', hoursByPlan(), plan);
    const left = `$.${METRIC.hoursToLoss}`;
    this.#count('LossHalf', `${left} < ${hours('HalfHours')}`, sharedMetric(COUNTED.lossHalf));
    this.#count('LossFifth', `${left} < ${hours('FifthHours')}`, sharedMetric(COUNTED.lossFifth));
    this.#count('Gap', `$.${METRIC.gaps} >= 1`, sharedMetric(METRIC.gaps));
    this.#count(
      'Credentials',
      `$.${METRIC.credentialErrors} >= 1`,
      sharedMetric(METRIC.credentialErrors),
    );
    this.#count(
      'Throttled',
      '$.throttles >= 1 && $.stopReason != "caught-up"',
      sharedMetric(COUNTED.throttledPolls),
    );
    this.#count(
      'Crashed',
      '$.type = "platform.report" && $.record.status != "success"',
      sharedMetric(COUNTED.pollerCrashes),
    );
  }

  #count(id: string, condition: string, { namespace, metricName }: MetricAddress): void {
    new CfnMetricFilter(this, id, {
      logGroupName: this.#logGroupName,
      filterPattern: `{ ${condition} }`,
      metricTransformations: [{ metricNamespace: namespace, metricName, metricValue: '1' }],
    });
  }
}

function hoursByPlan(): Table {
  const rows = Object.entries(RETENTION_DAYS).map(([plan, days]) => [
    plan,
    { HalfHours: String(days * 12), FifthHours: String((days * 24) / 5) },
  ]);
  return Object.fromEntries(rows);
}
