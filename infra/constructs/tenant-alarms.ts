import { type CfnCondition, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC, PRODUCT } from '../../lambda/platform/names.ts';
import { POLL_INTERVALS_MINUTES } from '../tenants.ts';
import { type AlarmSettings, HouseAlarm, type HouseAlarmProps } from './alarms.ts';
import { asNumber, lookUp, type Table } from './look-up.ts';
import { functionInvocations, tenantMetric } from './metrics.ts';

/** Settings of a {@link TenantAlarms}; those that say so may be stack parameters. */
export interface TenantAlarmsProps extends AlarmSettings {
  readonly tenantName: string;
  readonly poller: Pick<IFunction, 'functionName'>;
  /** Minutes from one tick to the next; may be a parameter. */
  readonly pollIntervalMinutes: number;
  /**
   * Under which condition there are alarms at all: a tenant that is paused on purpose would keep
   * them going. @default always
   */
  readonly onlyIf?: CfnCondition;
}

type Rest = Omit<HouseAlarmProps, keyof AlarmSettings | 'alarmName'>;

/**
 * What has to be watched for each tenant on its own: silence, and failures that count only in a row.
 * Everything else of all tenants is in {@link PollingAlarms}, since an alarm costs the same each month
 * whatever it watches.
 */
export class TenantAlarms extends Construct {
  readonly #props: TenantAlarmsProps;

  constructor(scope: Construct, id: string, props: TenantAlarmsProps) {
    super(scope, id);
    this.#props = props;
    const { tenantName, poller } = props;
    const { periodSeconds, periods, windowSeconds } = this.#times();
    this.#add('NotRunning', {
      meaning: `The poller of the tenant ${tenantName} has not been invoked for three intervals, at least 15 minutes. Nothing is being collected.`,
      section: 'Not running',
      metric: functionInvocations(poller.functionName),
      statistic: 'Sum',
      isBad: { below: 1 },
      periodSeconds,
      periods,
      withoutData: 'alarm',
      withoutDataBecause: 'Lambda says nothing about a function that nobody invokes.',
    });
    this.#add('Errors', {
      meaning: `Three or more polls of the tenant ${tenantName} ended with an error within four intervals, at least 20 minutes.`,
      section: 'Repeated errors',
      metric: tenantMetric(METRIC.errors, tenantName),
      statistic: 'Sum',
      isBad: { atLeast: 3 },
      // A sum over a window, not bad periods in a row: the ticks that a slow poll locks out have no
      // error.
      periodSeconds: windowSeconds,
      withoutData: 'fine',
      withoutDataBecause: 'only errors are published; "not running" tells of silence.',
    });
  }

  #add(id: string, rest: Rest): void {
    const { tenantName, topicArn, runbookUrl, onlyIf } = this.#props;
    const alarm = new HouseAlarm(this, id, {
      alarmName: `${PRODUCT}-${tenantName}-${id}`,
      ...(topicArn !== undefined && { topicArn }),
      ...(runbookUrl !== undefined && { runbookUrl }),
      ...rest,
    });
    if (onlyIf !== undefined) alarm.cfnOptions.condition = onlyIf;
  }

  #times() {
    const { pollIntervalMinutes: minutes } = this.#props;
    const row = Token.isUnresolved(minutes) ? Token.asString(minutes) : String(minutes);
    const table = lookUp(this, 'Times', timesByInterval(), row);
    return {
      periodSeconds: asNumber(table('PeriodSeconds')),
      periods: asNumber(table('Periods')),
      windowSeconds: asNumber(table('WindowSeconds')),
    };
  }
}

function timesByInterval(): Table {
  const rows = POLL_INTERVALS_MINUTES.map((minutes) => [
    minutes,
    {
      PeriodSeconds: String(minutes * 60),
      Periods: String(Math.max(3, Math.ceil(15 / minutes))),
      WindowSeconds: String(Math.max(20, 4 * minutes) * 60),
    },
  ]);
  return Object.fromEntries(rows);
}
