import { Construct } from 'constructs';
import { PRODUCT, QUEUE } from '../../lambda/platform/names.ts';
import { type AlarmSettings, HouseAlarm, type HouseAlarmProps } from './alarms.ts';
import type { Auth0Collector } from './auth0-collector.ts';
import { functionErrors, queueMetric } from './metrics.ts';

/**
 * A batch that was not stored comes again after the visibility timeout; this is a little more. SQS
 * leaves a message that was received three times out of the age, so to tell of a batch that fails
 * again and again the alarm has to go off before its third attempt.
 */
const BEHIND_SECONDS = QUEUE.visibilityTimeoutSeconds + 120;

/** Settings of a {@link CollectorAlarms}. */
export interface CollectorAlarmsProps extends AlarmSettings {
  readonly collector: Pick<Auth0Collector, 'queue' | 'deadLetterQueue' | 'ingest'>;
}

type Rest = Omit<HouseAlarmProps, keyof AlarmSettings | 'alarmName'>;

/** What is watched about the part that all tenants share. */
export class CollectorAlarms extends Construct {
  constructor(scope: Construct, id: string, props: CollectorAlarmsProps) {
    super(scope, id);
    const { collector, ...settings } = props;
    const add = (alarmId: string, rest: Rest) =>
      new HouseAlarm(this, alarmId, {
        // No tenant's alarm can be called so: the names of tenants are in lower case.
        alarmName: `${PRODUCT}-${alarmId}`,
        ...settings,
        ...rest,
      });
    add('DeadLetters', {
      meaning: `A batch could not be stored in ${QUEUE.maxReceiveCount} attempts and lies in the dead-letter queue. It is lost ${QUEUE.retentionDays} days after it was sent.`,
      section: 'Dead letters',
      metric: queueMetric(
        'ApproximateNumberOfMessagesVisible',
        collector.deadLetterQueue.queueName,
      ),
      statistic: 'Maximum',
      isBad: { atLeast: 1 },
      periodSeconds: 300,
      withoutData: 'as-before',
      withoutDataBecause: 'SQS falls silent about a queue that nobody touches, full or empty.',
    });
    add('IngestBehind', {
      meaning: `A batch has waited in the queue for ${BEHIND_SECONDS / 60} minutes: ingest fails on it, or does not keep up.`,
      section: 'Ingest behind',
      metric: queueMetric('ApproximateAgeOfOldestMessage', collector.queue.queueName),
      statistic: 'Maximum',
      isBad: { atLeast: BEHIND_SECONDS },
      periodSeconds: 60,
      periods: 3,
      badPeriods: 2,
      withoutData: 'fine',
      withoutDataBecause: 'SQS says nothing about a queue that has been empty for hours.',
    });
    add('IngestErrors', {
      meaning:
        'The ingest function was ended by Lambda or by an exception, three times or more within 20 minutes.',
      section: 'Ingest errors',
      metric: functionErrors(collector.ingest.functionName),
      statistic: 'Sum',
      isBad: { atLeast: 3 },
      periodSeconds: 1200,
      withoutData: 'fine',
      withoutDataBecause: 'nothing to store means no invocation.',
    });
  }
}
