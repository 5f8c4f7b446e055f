import { type CfnCondition, CfnMapping, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC, PRODUCT, RETENTION_DAYS } from '../../lambda/platform/names.ts';
import { POLL_INTERVALS_MINUTES } from '../tenants.ts';
import { type AlarmSettings, HouseAlarm, type HouseAlarmProps } from './alarms.ts';
import { functionErrors, type TenantMetric, tenantMetric } from './metrics.ts';

const HOUR_SECONDS = 3600;

/** Settings of a {@link TenantAlarms}; those that say so may be stack parameters. */
export interface TenantAlarmsProps extends AlarmSettings {
  readonly tenantName: string;
  readonly poller: Pick<IFunction, 'functionName'>;
  /** The tenant's Auth0 plan; may be a parameter. */
  readonly plan: string;
  /** Minutes from one tick to the next; may be a parameter. */
  readonly pollIntervalMinutes: number;
  /**
   * Under which condition there are alarms at all: a tenant that is paused on purpose would keep
   * them going. @default always
   */
  readonly onlyIf?: CfnCondition;
}

type Rest = Omit<HouseAlarmProps, keyof AlarmSettings | 'alarmName'>;

/** What is watched about one tenant. */
export class TenantAlarms extends Construct {
  readonly #props: TenantAlarmsProps;

  constructor(scope: Construct, id: string, props: TenantAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#pollerAlarms();
    this.#lossAlarms();
    this.#errorAlarms();
  }

  #pollerAlarms(): void {
    const { tenantName, poller } = this.#props;
    const { periodSeconds, periods, windowSeconds } = this.#times();
    this.#add('NotRunning', {
      meaning: `No poll of the tenant ${tenantName} has ended for three intervals, at least 15 minutes. Nothing is being collected.`,
      section: 'Not running',
      // Every poll publishes it, whatever its end, so the number of values is the number of polls.
      metric: this.#metric(METRIC.eventsFetched),
      statistic: 'SampleCount',
      isBad: { below: 1 },
      periodSeconds,
      periods,
      withoutData: 'alarm',
      withoutDataBecause: 'a poller that does not run cannot say so.',
    });
    this.#add('PollerCrashes', {
      meaning: `The poller of the tenant ${tenantName} was ended by Lambda or by an exception, three times or more within four intervals, at least 20 minutes.`,
      section: 'Poller crashes',
      metric: functionErrors(poller.functionName),
      statistic: 'Sum',
      isBad: { atLeast: 3 },
      periodSeconds: windowSeconds,
      withoutData: 'fine',
      withoutDataBecause: 'without an invocation nothing crashes; "not running" tells that.',
    });
  }

  #lossAlarms(): void {
    const { tenantName } = this.#props;
    const { periodSeconds } = this.#times();
    const { halfHours, fifthHours } = this.#hoursOfRetention();
    const shared = {
      metric: this.#metric(METRIC.hoursToLoss),
      // The best of the period: a tick that is locked out repeats what the poll before it said.
      statistic: 'Maximum',
      periodSeconds,
      withoutData: 'as-before',
      withoutDataBecause: 'what is in danger stays so until a poll says otherwise.',
    } as const;
    this.#add('LossHalf', {
      ...shared,
      meaning: `Collection of the tenant ${tenantName} is so far behind that less than half of Auth0's retention is left until events are lost.`,
      section: 'Loss ahead',
      isBad: { below: halfHours },
    });
    this.#add('LossFifth', {
      ...shared,
      meaning: `Collection of the tenant ${tenantName} is so far behind that less than a fifth of Auth0's retention is left until events are lost. Act now.`,
      section: 'Loss near',
      isBad: { below: fifthHours },
    });
    this.#add('Gap', {
      meaning: `A gap was recorded for the tenant ${tenantName}: log events may be missing for good. The alarm stays for a day.`,
      section: 'Gap recorded',
      metric: this.#metric(METRIC.gaps),
      statistic: 'Sum',
      isBad: { atLeast: 1 },
      periodSeconds: HOUR_SECONDS,
      // A gap is a single poll's news; the alarm would be gone before anybody looked.
      periods: 24,
      badPeriods: 1,
      withoutData: 'fine',
      withoutDataBecause: 'only a poll can record a gap.',
    });
  }

  #errorAlarms(): void {
    const { tenantName } = this.#props;
    const { periodSeconds, windowSeconds } = this.#times();
    this.#add('Credentials', {
      meaning: `Auth0 or Secrets Manager refuses the poller of the tenant ${tenantName}: credentials, grant or scope. Nothing is being collected.`,
      section: 'Credentials refused',
      metric: this.#metric(METRIC.credentialErrors),
      statistic: 'Maximum',
      // It will not go away by itself, so the first poll is as good as the third.
      isBad: { atLeast: 1 },
      periodSeconds,
      withoutData: 'as-before',
      withoutDataBecause: 'only a poll can tell whether the credentials are accepted again.',
    });
    this.#add('Errors', {
      meaning: `Three or more polls of the tenant ${tenantName} ended with an error within four intervals, at least 20 minutes.`,
      section: 'Repeated errors',
      metric: this.#metric(METRIC.errors),
      statistic: 'Sum',
      isBad: { atLeast: 3 },
      // A sum over a window, not bad periods in a row: while a slow poll fails, the ticks that it
      // locks out publish 0.
      periodSeconds: windowSeconds,
      withoutData: 'fine',
      withoutDataBecause: 'without a poll there is no error; "not running" tells that.',
    });
    this.#add('Throttled', {
      meaning: `For three hours Auth0 answered the polls of the tenant ${tenantName} with 429, at least once a poll on average.`,
      section: 'Throttled for long',
      metric: this.#metric(METRIC.throttles),
      statistic: 'Average',
      isBad: { atLeast: 1 },
      periodSeconds: HOUR_SECONDS,
      periods: 3,
      withoutData: 'fine',
      withoutDataBecause: 'who does not ask is not throttled; "not running" tells that.',
    });
  }

  #metric(name: TenantMetric) {
    return tenantMetric(name, this.#props.tenantName);
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

  /** CloudFormation can't calculate, so what follows from a parameter is looked up in a table. */
  #times() {
    const table = lookUp(this, 'Times', timesByInterval(), this.#interval());
    return {
      periodSeconds: table('PeriodSeconds'),
      periods: table('Periods'),
      windowSeconds: table('WindowSeconds'),
    };
  }

  #interval(): string {
    const { pollIntervalMinutes: minutes } = this.#props;
    return Token.isUnresolved(minutes) ? Token.asString(minutes) : String(minutes);
  }

  #hoursOfRetention() {
    const table = lookUp(this, 'Retention', hoursByPlan(), this.#props.plan);
    return { halfHours: table('HalfHours'), fifthHours: table('FifthHours') };
  }
}

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

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

function hoursByPlan(): Table {
  const rows = Object.entries(RETENTION_DAYS).map(([plan, days]) => [
    plan,
    { HalfHours: String(days * 12), FifthHours: String((days * 24) / 5) },
  ]);
  return Object.fromEntries(rows);
}

/** Reads numbers out of a row of a table; which row that is may be known only at deployment. */
function lookUp(scope: Construct, id: string, table: Table, row: string) {
  const existing = scope.node.tryFindChild(id) as CfnMapping | undefined;
  const mapping = existing ?? new CfnMapping(scope, id, { mapping: { ...table }, lazy: true });
  return (column: string): number => {
    const value: string = mapping.findInMap(row, column);
    return Token.isUnresolved(value) ? Token.asNumber(value) : Number(value);
  };
}
