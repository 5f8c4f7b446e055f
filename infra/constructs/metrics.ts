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

/** A metric of all tenants together, see {@link CollectorAlarms}. */
export function sharedMetric(metricName: TenantMetric): MetricAddress {
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
