import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSION, METRICS_NAMESPACE } from './names.ts';

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where an invocation says what it did: one summary line, and warnings where a person may act. */
export interface Telemetry {
  summary(message: string, fields: Fields): void;
  warn(message: string, fields: Fields): void;
  /** Data is at risk or a person is needed. */
  error(message: string, fields: Fields): void;
  /** Counts of one tenant, published together when the invocation ends; those that are 0 are not. */
  metrics(tenant: string, counts: Readonly<Record<string, number>>): void;
}

/** Powertools: JSON log lines and CloudWatch metrics in the embedded metric format. */
export function powertoolsTelemetry(serviceName: string): Telemetry {
  const logger = new Logger({ serviceName });
  return {
    summary: (message, fields) => logger.info(message, { ...fields }),
    warn: (message, fields) => logger.warn(message, { ...fields }),
    error: (message, fields) => logger.error(message, { ...fields }),
    metrics: (tenant, counts) => {
      const told = Object.entries(counts).filter(([, value]) => value !== 0);
      if (told.length === 0) return;
      const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName });
      // Alarms and dashboards address a metric by all its dimensions; the tenant is the only one.
      metrics.clearDefaultDimensions();
      metrics.addDimension(DIMENSION.tenant, tenant);
      for (const [name, value] of told) {
        metrics.addMetric(name, metricUnit(name), value);
      }
      metrics.publishStoredMetrics();
    },
  };
}

const metricUnit = (name: string) =>
  name.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count;
