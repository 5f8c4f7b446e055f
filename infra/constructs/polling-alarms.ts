import { Construct } from 'constructs';
import { METRIC, PRODUCT } from '../../lambda/platform/names.ts';
import { type AlarmSettings, HouseAlarm, type HouseAlarmProps } from './alarms.ts';
import { COUNTED, sharedMetric } from './metrics.ts';

const HOUR_SECONDS = 3600;

type Rest = Omit<HouseAlarmProps, keyof AlarmSettings | 'alarmName' | 'statistic' | 'withoutData'>;

/** An alarm stays while there is a poll within two hours that is bad; each tenant has one an hour. */
const WITHIN_TWO_HOURS = {
  isBad: { atLeast: 1 },
  periodSeconds: HOUR_SECONDS,
  periods: 2,
  badPeriods: 1,
} as const;

const ONLY_BAD =
  'only what is bad is counted; the alarm "not running" of the tenant tells of silence.';

/** What is watched about the polls of all tenants; {@link TenantCounts} counts it. */
export class PollingAlarms extends Construct {
  readonly #settings: AlarmSettings;

  constructor(scope: Construct, id: string, settings: AlarmSettings) {
    super(scope, id);
    this.#settings = settings;
    this.#lossAlarms();
    this.#refusalAlarms();
  }

  #lossAlarms(): void {
    this.#add('LossHalf', {
      ...WITHIN_TWO_HOURS,
      meaning:
        "Collection of some tenant is so far behind that less than half of Auth0's retention is left until events are lost.",
      section: 'Loss ahead',
      metric: sharedMetric(COUNTED.lossHalf),
      withoutDataBecause: ONLY_BAD,
    });
    this.#add('LossFifth', {
      ...WITHIN_TWO_HOURS,
      meaning:
        "Collection of some tenant is so far behind that less than a fifth of Auth0's retention is left until events are lost. Act now.",
      section: 'Loss near',
      metric: sharedMetric(COUNTED.lossFifth),
      withoutDataBecause: ONLY_BAD,
    });
    this.#add('Gap', {
      meaning:
        'A gap was recorded for some tenant: log events may be missing for good. The alarm stays for a day.',
      section: 'Gap recorded',
      metric: sharedMetric(METRIC.gaps),
      isBad: { atLeast: 1 },
      periodSeconds: HOUR_SECONDS,
      // A gap is a single poll's news; the alarm would be gone before anybody looked.
      periods: 24,
      badPeriods: 1,
      withoutDataBecause: 'only a poll can record a gap.',
    });
  }

  #refusalAlarms(): void {
    this.#add('Credentials', {
      // It will not go away by itself, so the first poll is as good as the third.
      ...WITHIN_TWO_HOURS,
      meaning:
        'Auth0 or Secrets Manager refuses the poller of some tenant: credentials, grant or scope. Nothing is being collected from it.',
      section: 'Credentials refused',
      metric: sharedMetric(METRIC.credentialErrors),
      withoutDataBecause: ONLY_BAD,
    });
    this.#add('Throttled', {
      meaning:
        'In three hours of the last four Auth0 answered polls of some tenant with 429 and they did not catch up.',
      section: 'Throttled for long',
      metric: sharedMetric(COUNTED.throttledPolls),
      isBad: { atLeast: 1 },
      periodSeconds: HOUR_SECONDS,
      // A tenant that is polled once an hour may have an hour without a poll.
      periods: 4,
      badPeriods: 3,
      withoutDataBecause: ONLY_BAD,
    });
    this.#add('PollerCrashes', {
      meaning:
        'A poll of some tenant was ended by Lambda or by an exception, twice or more within three hours.',
      section: 'Poller crashes',
      metric: sharedMetric(COUNTED.pollerCrashes),
      // One that was cut short is repeated by the next tick.
      isBad: { atLeast: 2 },
      periodSeconds: 3 * HOUR_SECONDS,
      withoutDataBecause: ONLY_BAD,
    });
  }

  #add(alarmId: string, rest: Rest): void {
    new HouseAlarm(this, alarmId, {
      // No tenant's alarm can be called so: the names of tenants are in lower case.
      alarmName: `${PRODUCT}-${alarmId}`,
      statistic: 'Sum',
      withoutData: 'fine',
      ...this.#settings,
      ...rest,
    });
  }
}
