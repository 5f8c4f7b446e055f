import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { COMPACTOR, METRIC, PRODUCT, QUEUE } from '../../lambda/platform/names.ts';
import { type AlarmSettings, HouseAlarm, type HouseAlarmProps } from './alarms.ts';
import type { Auth0Collector } from './auth0-collector.ts';
import {
  functionErrors,
  functionInvocations,
  type MetricAddress,
  queueMetric,
  sharedMetric,
  type TenantMetric,
} from './metrics.ts';

/**
 * A batch that was not stored comes again after the visibility timeout; this is a little more. SQS
 * leaves a message that was received three times out of the age, so to tell of a batch that fails
 * again and again the alarm has to go off before its third attempt.
 */
const BEHIND_SECONDS = QUEUE.visibilityTimeoutSeconds + 120;

const HOUR_SECONDS = 3600;

/** Settings of a {@link CollectorAlarms}. */
export interface CollectorAlarmsProps extends AlarmSettings {
  readonly collector: Pick<
    Auth0Collector,
    'queue' | 'deadLetterQueue' | 'ingest' | 'compactor' | 'detector'
  >;
}

type Rest = Omit<HouseAlarmProps, keyof AlarmSettings | 'alarmName'>;

/** What is watched about the part that all tenants share. */
export class CollectorAlarms extends Construct {
  readonly #props: CollectorAlarmsProps;

  constructor(scope: Construct, id: string, props: CollectorAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#queueAlarms();
    this.#lakeAlarms();
    this.#detectionAlarms();
    this.#crashAlarms();
  }

  #queueAlarms(): void {
    const { queue, deadLetterQueue } = this.#props.collector;
    this.#add('DeadLetters', {
      meaning: `A batch could not be stored in ${QUEUE.maxReceiveCount} attempts and lies in the dead-letter queue. It is lost ${QUEUE.retentionDays} days after it was sent.`,
      section: 'Dead letters',
      metric: queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueue.queueName),
      statistic: 'Maximum',
      isBad: { atLeast: 1 },
      periodSeconds: 300,
      withoutData: 'as-before',
      withoutDataBecause: 'SQS falls silent about a queue that nobody touches, full or empty.',
    });
    this.#add('IngestBehind', {
      meaning: `A batch has waited in the queue for ${BEHIND_SECONDS / 60} minutes: ingest fails on it, or does not keep up.`,
      section: 'Ingest behind',
      metric: queueMetric('ApproximateAgeOfOldestMessage', queue.queueName),
      statistic: 'Maximum',
      isBad: { atLeast: BEHIND_SECONDS },
      periodSeconds: 60,
      periods: 3,
      badPeriods: 2,
      withoutData: 'fine',
      withoutDataBecause: 'SQS says nothing about a queue that has been empty for hours.',
    });
  }

  #lakeAlarms(): void {
    const { compactor } = this.#props.collector;
    const shared = {
      statistic: 'Maximum',
      periodSeconds: HOUR_SECONDS,
      // A tenant has its turn once an hour, not always in the same minute.
      periods: 2,
      badPeriods: 1,
      withoutData: 'fine',
      withoutDataBecause: 'only what is bad is counted; "compactor not running" tells of silence.',
    } as const;
    this.#add('LakeBehind', {
      ...shared,
      meaning: `A batch of some tenant was delivered ${COMPACTOR.lateSeconds / HOUR_SECONDS} hours ago and is not in the lake. It is safe in the archive.`,
      section: 'Lake behind',
      metric: this.#badOnes('LakeLag', compactor, METRIC.lakeLagSeconds, COMPACTOR.lateSeconds),
      isBad: { atLeast: COMPACTOR.lateSeconds },
    });
    this.#add('LakeHoles', {
      ...shared,
      meaning:
        'The lake of some tenant lacks a batch that the archive does not have, or has damaged. It may be events that are lost.',
      section: 'Lake incomplete',
      metric: this.#badOnes('LakeHole', compactor, METRIC.lakeHoles, 1),
      isBad: { atLeast: 1 },
    });
    this.#add('CompactorNotRunning', {
      meaning:
        'The compactor has not been invoked for three hours, for no tenant. Nothing comes into the lake; the archive is not concerned.',
      section: 'Compactor not running',
      metric: functionInvocations(compactor.functionName),
      statistic: 'Sum',
      isBad: { below: 1 },
      periodSeconds: HOUR_SECONDS,
      periods: 3,
      withoutData: 'alarm',
      withoutDataBecause: 'Lambda says nothing about a function that nobody invokes.',
    });
  }

  #detectionAlarms(): void {
    const { detector } = this.#props.collector;
    this.#add('IncidentsUnpublished', {
      meaning:
        'Incidents of some tenant could not be published, and the next attempt failed as well: nobody is told of them.',
      section: 'Incidents unpublished',
      metric: this.#badOnes('Unpublished', detector, METRIC.incidentsUnpublished, 1),
      statistic: 'Maximum',
      isBad: { atLeast: 1 },
      // Each turn tries again, and a turn comes every 15 minutes or sooner.
      periodSeconds: 900,
      periods: 3,
      badPeriods: 2,
      withoutData: 'fine',
      withoutDataBecause: 'only what is bad is counted; "detector not running" tells of silence.',
    });
    this.#add('DetectorNotRunning', {
      meaning:
        'The detector has not been invoked for an hour, for no tenant. No incident is raised; collection is not concerned.',
      section: 'Detector not running',
      metric: functionInvocations(detector.functionName),
      statistic: 'Sum',
      isBad: { below: 1 },
      periodSeconds: 1200,
      periods: 3,
      withoutData: 'alarm',
      withoutDataBecause: 'Lambda says nothing about a function that nobody invokes.',
    });
  }

  #crashAlarms(): void {
    const { ingest, compactor, detector } = this.#props.collector;
    this.#add('IngestErrors', {
      meaning:
        'The ingest function was ended by Lambda or by an exception, three times or more within 20 minutes.',
      section: 'Ingest errors',
      metric: functionErrors(ingest.functionName),
      statistic: 'Sum',
      isBad: { atLeast: 3 },
      periodSeconds: 1200,
      withoutData: 'fine',
      withoutDataBecause: 'nothing to store means no invocation.',
    });
    const twice = {
      statistic: 'Sum',
      // One that was cut short is repeated by the next turn.
      isBad: { atLeast: 2 },
      withoutData: 'fine',
      withoutDataBecause: 'without an invocation nothing crashes; "not running" tells that.',
    } as const;
    this.#add('CompactorErrors', {
      ...twice,
      meaning:
        'The compactor was ended by Lambda or by an exception, twice or more within three hours.',
      section: 'Compactor errors',
      metric: functionErrors(compactor.functionName),
      periodSeconds: 3 * HOUR_SECONDS,
    });
    this.#add('DetectorErrors', {
      ...twice,
      meaning: 'The detector was ended by Lambda or by an exception, twice or more within an hour.',
      section: 'Detector errors',
      metric: functionErrors(detector.functionName),
      periodSeconds: HOUR_SECONDS,
    });
  }

  /**
   * The bad values of a metric over all tenants, taken from the log of the function that publishes it.
   * One alarm then watches any number of tenants; and a metric without values costs nothing.
   */
  #badOnes(
    id: string,
    { logGroup }: { readonly logGroup: { readonly logGroupName: string } },
    name: TenantMetric,
    atLeast: number,
  ): MetricAddress {
    const metric = sharedMetric(name);
    new CfnMetricFilter(this, id, {
      logGroupName: logGroup.logGroupName,
      filterPattern: `{ $.${name} >= ${atLeast} }`,
      metricTransformations: [
        {
          metricNamespace: metric.namespace,
          metricName: metric.metricName,
          metricValue: `$.${name}`,
        },
      ],
    });
    return metric;
  }

  #add(alarmId: string, rest: Rest): void {
    const { collector: _, ...settings } = this.#props;
    new HouseAlarm(this, alarmId, {
      // No tenant's alarm can be called so: the names of tenants are in lower case.
      alarmName: `${PRODUCT}-${alarmId}`,
      ...settings,
      ...rest,
    });
  }
}
