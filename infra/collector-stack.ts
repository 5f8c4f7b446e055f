import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { STACK_OUTPUT } from '../lambda/platform/names.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import type { AlarmSettings } from './constructs/alarms.ts';
import { Auth0Collector } from './constructs/auth0-collector.ts';
import { CollectorAlarms } from './constructs/collector-alarms.ts';
import { Dashboards } from './constructs/dashboards.ts';
import { PollingAlarms } from './constructs/polling-alarms.ts';
import { SharedQueries } from './constructs/saved-queries.ts';
import type { DetectionByTenant } from './detection.ts';
import { checkKeyArn } from './encryption-key.ts';
import type { LakeOptions } from './lake.ts';

/** Settings of a {@link CollectorStack}. */
export interface CollectorStackProps extends StackProps {
  /** The tenants that the dashboard shows, and whose events Athena finds. */
  readonly tenantNames: readonly string[];
  /** What becomes of the events in the lake, and for how long it is kept. @default kept for ever */
  readonly lake?: LakeOptions;
  /** What tenants change about their detection, by their names. @default nothing */
  readonly detection?: DetectionByTenant;
  /** Whether there is a topic that the alarms tell. @default true */
  readonly alarmTopic?: boolean;
  /** Where people find the runbook. @default its path in the repository */
  readonly runbookUrl?: string;
  /** The key that encrypts all that is kept. @default keys that AWS manages */
  readonly kmsKeyArn?: string;
  /** Whether incidents are imported into the account's Security Hub. @default false */
  readonly securityHub?: boolean;
}

/** The stack that all tenants share. */
export class CollectorStack extends Stack {
  /** What the tenant stacks build on. */
  readonly collector: Auth0Collector;
  /** What the alarms of the tenants have in common with those of this stack. */
  readonly alarmSettings: AlarmSettings;

  constructor(scope: Construct, id: string, props: CollectorStackProps) {
    const { tenantNames, lake, detection, ...others } = props;
    const { alarmTopic = true, securityHub, runbookUrl, kmsKeyArn, ...stackProps } = others;
    super(scope, id, {
      description: 'Auth0 log collector: what all tenants share',
      ...stackProps,
    });
    const encryptionKey =
      kmsKeyArn === undefined
        ? undefined
        : Key.fromKeyArn(this, 'EncryptionKey', checkKeyArn(kmsKeyArn));
    this.collector = new Auth0Collector(this, 'Collector', {
      tenantNames,
      lake,
      detection,
      securityHub,
      encryptionKey,
    });
    const runbook = runbookUrl === undefined ? {} : { runbookUrl };
    const topicArn = alarmTopic
      ? new AlarmTopic(this, 'AlarmTopic', { encryptionKey }).topic.topicArn
      : undefined;
    this.alarmSettings = { ...runbook, ...(topicArn !== undefined && { topicArn }) };
    new CollectorAlarms(this, 'Alarms', { collector: this.collector, ...this.alarmSettings });
    new PollingAlarms(this, 'PollingAlarms', this.alarmSettings);
    const dashboards = new Dashboards(this, 'Dashboards', {
      collector: this.collector,
      tenantNames,
      ...runbook,
    });
    new SharedQueries(this, 'Queries', this.collector);
    const outputs: Outputs = {
      ...dataOutputs(this.collector),
      ...functionOutputs(this.collector),
      DashboardName: ['The dashboard in CloudWatch', dashboards.first.dashboardName],
      ...(topicArn !== undefined && {
        AlarmTopicArn: ['Subscribe to it to be told of alarms', topicArn] as const,
      }),
    };
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }
}

/** Descriptions and values, by the names of the outputs. */
type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

function dataOutputs(collector: Auth0Collector): Outputs {
  const { table, queue, deadLetterQueue, bucket, catalogue } = collector;
  const { detectionTable, incidentTopic, incidentBus } = collector;
  const { pseudonymSecretArn } = collector.compactor;
  return {
    [STACK_OUTPUT.collectionTable]: ['Checkpoints and ledger of all tenants', table.tableName],
    QueueUrl: ['Batches on their way to the archive', queue.queueUrl],
    DeadLetterQueueUrl: ['Batches that could not be stored', deadLetterQueue.queueUrl],
    [STACK_OUTPUT.bucket]: ['The archive and the lake', bucket.bucketName],
    [STACK_OUTPUT.detectionTable]: [
      'Incidents, and what detection knows of each entity',
      detectionTable.tableName,
    ],
    [STACK_OUTPUT.incidentTopicArn]: [
      'Subscribe to it to be told of incidents',
      incidentTopic.topicArn,
    ],
    [STACK_OUTPUT.incidentBus]: ['Incidents for rules of EventBridge', incidentBus.eventBusName],
    [STACK_OUTPUT.athenaWorkgroup]: ['Where Athena searches', catalogue.workgroupName],
    [STACK_OUTPUT.lakeDatabase]: ['What Athena searches', catalogue.databaseName],
    ...(pseudonymSecretArn !== undefined && {
      [STACK_OUTPUT.pseudonymSecretArn]: [
        'The key of the pseudonyms in the lake',
        pseudonymSecretArn,
      ] as const,
    }),
  };
}

function functionOutputs({ ingest, compactor, detector }: Auth0Collector): Outputs {
  return {
    IngestLogGroup: ['The log of the ingest function', ingest.logGroup.logGroupName],
    IngestName: ['The function that stores', ingest.functionName],
    CompactorLogGroup: ['The log of the compactor', compactor.logGroup.logGroupName],
    CompactorName: ['The function that brings events into the lake', compactor.functionName],
    DetectorLogGroup: ['The log of the detector', detector.logGroup.logGroupName],
    DetectorName: ['The function that raises incidents', detector.functionName],
  };
}
