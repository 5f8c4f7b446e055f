import { DIMENSION, type METRIC, METRICS_NAMESPACE } from '../../lambda/platform/names.ts';

/** Where CloudWatch keeps a metric. */
export interface MetricAddress {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensionsMap: Readonly<Record<string, string>>;
}

/** A name out of {@link METRIC}. */
export type TenantMetric = (typeof METRIC)[keyof typeof METRIC];

/** A metric of one tenant, as the functions publish it. */
export function tenantMetric(metricName: TenantMetric, tenantName: string): MetricAddress {
  return {
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { [DIMENSION.tenant]: tenantName },
  };
}

/** What metric filters count over all tenants, beside names out of {@link METRIC}. */
export const COUNTED = {
  /** Polls that ended with less than half of the plan's retention left. */
  lossHalf: 'PollsBelowHalf',
  /** The same with less than a fifth. */
  lossFifth: 'PollsBelowFifth',
  /** Polls that met 429 and did not catch up. */
  throttledPolls: 'PollsThrottled',
  /** Polls that Lambda or an exception ended. */
  pollerCrashes: 'PollsCrashed',
} as const;

/** A metric of all tenants together: its values come out of logs, by metric filters. */
export function sharedMetric(
  metricName: TenantMetric | (typeof COUNTED)[keyof typeof COUNTED],
): MetricAddress {
  return { namespace: METRICS_NAMESPACE, metricName, dimensionsMap: {} };
}

/** The invocations of a function that ended with an exception, a timeout or out of memory. */
export const functionErrors = (functionName: string): MetricAddress =>
  functionMetric('Errors', functionName);

/** All invocations of a function. */
export const functionInvocations = (functionName: string): MetricAddress =>
  functionMetric('Invocations', functionName);

function functionMetric(metricName: string, functionName: string): MetricAddress {
  return { namespace: 'AWS/Lambda', metricName, dimensionsMap: { FunctionName: functionName } };
}

/** A metric that SQS publishes about a queue. */
export function queueMetric(
  metricName: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage',
  queueName: string,
): MetricAddress {
  return { namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: queueName } };
}
