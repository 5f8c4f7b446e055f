import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { STACK_OUTPUT } from '../lambda/platform/names.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import type { AlarmSettings } from './constructs/alarms.ts';
import { Auth0Collector } from './constructs/auth0-collector.ts';
import { CollectorAlarms } from './constructs/collector-alarms.ts';
import { Dashboards } from './constructs/dashboards.ts';
import { IngestQueries } from './constructs/saved-queries.ts';
import { checkKeyArn } from './encryption-key.ts';

/** Settings of a {@link CollectorStack}. */
export interface CollectorStackProps extends StackProps {
  /** The tenants that the dashboard shows. @default none */
  readonly tenantNames?: readonly string[];
  /** Whether there is a topic that the alarms tell. @default true */
  readonly alarmTopic?: boolean;
  /** Where people find the runbook. @default its path in the repository */
  readonly runbookUrl?: string;
  /** The key that encrypts all that is kept. @default keys that AWS manages */
  readonly kmsKeyArn?: string;
}

/** The stack that all tenants share. */
export class CollectorStack extends Stack {
  /** What the tenant stacks build on. */
  readonly collector: Auth0Collector;
  /** What the alarms of the tenants have in common with those of this stack. */
  readonly alarmSettings: AlarmSettings;

  constructor(scope: Construct, id: string, props: CollectorStackProps = {}) {
    const { tenantNames = [], alarmTopic = true, runbookUrl, kmsKeyArn, ...stackProps } = props;
    super(scope, id, {
      description: 'Auth0 log collector: what all tenants share',
      ...stackProps,
    });
    const encryptionKey =
      kmsKeyArn === undefined
        ? undefined
        : Key.fromKeyArn(this, 'EncryptionKey', checkKeyArn(kmsKeyArn));
    this.collector = new Auth0Collector(this, 'Collector', { encryptionKey });
    const { table, queue, deadLetterQueue, bucket, ingest } = this.collector;
    const { detectionTable, incidentTopic, incidentBus } = this.collector;
    const runbook = runbookUrl === undefined ? {} : { runbookUrl };
    const topicArn = alarmTopic
      ? new AlarmTopic(this, 'AlarmTopic', { encryptionKey }).topic.topicArn
      : undefined;
    this.alarmSettings = { ...runbook, ...(topicArn !== undefined && { topicArn }) };
    new CollectorAlarms(this, 'Alarms', { collector: this.collector, ...this.alarmSettings });
    const dashboards = new Dashboards(this, 'Dashboards', {
      collector: this.collector,
      tenantNames,
      ...runbook,
    });
    new IngestQueries(this, 'Queries', ingest.logGroup.logGroupName);
    const outputs = {
      [STACK_OUTPUT.collectionTable]: ['Checkpoints and ledger of all tenants', table.tableName],
      QueueUrl: ['Batches on their way to the archive', queue.queueUrl],
      DeadLetterQueueUrl: ['Batches that could not be stored', deadLetterQueue.queueUrl],
      [STACK_OUTPUT.bucket]: ['The archive', bucket.bucketName],
      [STACK_OUTPUT.detectionTable]: [
        'What detection knows of each entity',
        detectionTable.tableName,
      ],
      [STACK_OUTPUT.incidentTopicArn]: [
        'Subscribe to it to be told of incidents',
        incidentTopic.topicArn,
      ],
      [STACK_OUTPUT.incidentBus]: ['Incidents for rules of EventBridge', incidentBus.eventBusName],
      IngestLogGroup: ['The log of the ingest function', ingest.logGroup.logGroupName],
      IngestName: ['The function that stores', ingest.functionName],
      DashboardName: ['The dashboard in CloudWatch', dashboards.first.dashboardName],
      ...(topicArn !== undefined && {
        AlarmTopicArn: ['Subscribe to it to be told of alarms', topicArn] as const,
      }),
    } as const;
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }
}
