import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricAddress } from './metrics.ts';

/** Where the runbook is unless a deployment says otherwise: its path in this repository. */
export const RUNBOOK_URL_DEFAULT = 'docs/runbook.md';

/** What all alarms of a deployment have in common. */
export interface AlarmSettings {
  /** The topic that is told when an alarm goes off, and when it is over. @default nobody is told */
  readonly topicArn?: string;
  /** Where people find the runbook. @default its path in the repository */
  readonly runbookUrl?: string;
}

/**
 * What an alarm makes of periods without data. `alarm`: they count as bad. `fine`: they count as
 * good. `as-before`: the alarm stays what it was.
 */
export type WithoutData = 'alarm' | 'fine' | 'as-before';

const TREAT_MISSING_DATA = {
  alarm: 'breaching',
  fine: 'notBreaching',
  'as-before': 'ignore',
} as const satisfies Record<WithoutData, string>;

/** Settings of a {@link HouseAlarm}. */
export interface HouseAlarmProps extends AlarmSettings {
  readonly alarmName: string;
  /** What is the matter when it goes off, in one or two sentences. */
  readonly meaning: string;
  /** The heading of its section in the runbook. */
  readonly section: string;
  readonly metric: MetricAddress;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'SampleCount';
  /** When a period is bad; the number may be a token. */
  readonly isBad: { readonly below: number } | { readonly atLeast: number };
  /** May be a token. */
  readonly periodSeconds: number;
  /** How many periods in a row are looked at; may be a token. @default 1 */
  readonly periods?: number;
  /** How many of them have to be bad. @default all */
  readonly badPeriods?: number;
  readonly withoutData: WithoutData;
  /** Why periods without data are treated so: a sentence. */
  readonly withoutDataBecause: string;
}

/** An alarm as all alarms here are built: it says what it means, what to do, and tells the topic. */
export class HouseAlarm extends CfnAlarm {
  constructor(scope: Construct, id: string, props: HouseAlarmProps) {
    const { metric, isBad, topicArn, runbookUrl = RUNBOOK_URL_DEFAULT } = props;
    const actions = topicArn === undefined ? [] : [topicArn];
    super(scope, id, {
      alarmName: props.alarmName,
      alarmDescription: [
        props.meaning,
        `Without data: ${props.withoutData}, because ${props.withoutDataBecause}`,
        `What to do: ${runbookUrl}#${anchorOf(props.section)}`,
      ].join(' '),
      namespace: metric.namespace,
      metricName: metric.metricName,
      dimensions: Object.entries(metric.dimensionsMap).map(([name, value]) => ({ name, value })),
      statistic: props.statistic,
      period: props.periodSeconds,
      evaluationPeriods: props.periods ?? 1,
      ...(props.badPeriods !== undefined && { datapointsToAlarm: props.badPeriods }),
      ...('below' in isBad
        ? { comparisonOperator: 'LessThanThreshold', threshold: isBad.below }
        : { comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: isBad.atLeast }),
      treatMissingData: TREAT_MISSING_DATA[props.withoutData],
      alarmActions: actions,
      okActions: actions,
    });
  }
}

/** The anchor that a heading of plain words gets where Markdown is shown. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
