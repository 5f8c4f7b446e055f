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

/** The invocations of a function that ended with an exception, a timeout or out of memory. */
export function functionErrors(functionName: string): MetricAddress {
  return {
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensionsMap: { FunctionName: functionName },
  };
}

/** A metric that SQS publishes about a queue. */
export function queueMetric(
  metricName: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage',
  queueName: string,
): MetricAddress {
  return { namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: queueName } };
}
