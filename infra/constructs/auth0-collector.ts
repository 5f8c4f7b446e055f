import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DETECTION_TABLE, ENV, INGEST, PREFIX, QUEUE, TABLE } from '../../lambda/platform/names.ts';
import type { DetectionByTenant } from '../detection.ts';
import { type LakeOptions, readLake } from '../lake.ts';
import { Compactor } from './compactor.ts';
import { ConsoleWidget } from './console-widget.ts';
import { Detector } from './detector.ts';
import { allowLogs, keyStatements } from './encryption.ts';
import { HouseFunction } from './house-function.ts';
import { LakeCatalogue } from './lake-catalogue.ts';
import { archiveBucket, retainedTable } from './storage.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Settings of an {@link Auth0Collector}. */
export interface Auth0CollectorProps {
  /** The names of the tenants: those whose events Athena finds. */
  readonly tenantNames: readonly string[];
  /** What becomes of the events in the lake, and for how long it is kept. @default kept for ever */
  readonly lake?: LakeOptions | undefined;
  /** What tenants change about their detection, by their names. @default nothing */
  readonly detection?: DetectionByTenant | undefined;
  /** Whether incidents are imported into the account's Security Hub. @default false */
  readonly securityHub?: boolean | undefined;
  /**
   * Encrypts what is kept, here and by the tenants: tables, bucket, queues, incident topic, logs and
   * the secrets that are made. A key that is imported needs a policy that lets CloudWatch Logs in.
   * @default keys that AWS manages
   */
  readonly encryptionKey?: IKey | undefined;
  /** How long the logs of the shared functions are kept. @default one month */
  readonly logRetention?: RetentionDays;
}

/**
 * What all tenants share: the state, the queue, the bucket, the functions behind the queue, where
 * incidents go, and what Athena needs to search it all.
 */
export class Auth0Collector extends Construct {
  /** Checkpoints and ledger, one partition per tenant. */
  readonly table: Table;
  /** What detection knows of each entity, one partition per entity. */
  readonly detectionTable: Table;
  /** Batches on their way from the pollers to ingest. */
  readonly queue: Queue;
  /** Batches that ingest could not store. */
  readonly deadLetterQueue: Queue;
  /** The archive, the lake, incidents, and bodies too large for the queue. */
  readonly bucket: Bucket;
  /** Tells its subscribers of incidents. */
  readonly incidentTopic: Topic;
  /** Carries incidents to rules and other systems. */
  readonly incidentBus: EventBus;
  /** Brings what is archived into the lake. */
  readonly compactor: Compactor;
  /** Raises incidents from what is archived. */
  readonly detector: Detector;
  /** Shows it all on a dashboard. */
  readonly console: ConsoleWidget;
  /** Stores what the queue delivers. */
  readonly ingest: HouseFunction;
  /** Lake and archive as Athena sees them. */
  readonly catalogue: LakeCatalogue;
  /** The key that everything is encrypted with, unless AWS manages the keys. */
  readonly encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: Auth0CollectorProps) {
    super(scope, id);
    const { encryptionKey, logRetention, tenantNames } = props;
    const lake = readLake(props.lake ?? {});
    if (encryptionKey) allowLogs(this, encryptionKey);
    this.encryptionKey = encryptionKey;
    this.table = retainedTable(this, 'Table', TABLE, encryptionKey);
    this.detectionTable = retainedTable(this, 'DetectionTable', DETECTION_TABLE, encryptionKey);
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', queueProps(encryptionKey));
    this.queue = new Queue(this, 'Queue', {
      ...queueProps(encryptionKey),
      visibilityTimeout: Duration.seconds(QUEUE.visibilityTimeoutSeconds),
      maxMessageSizeBytes: QUEUE.messageBytesMax,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: QUEUE.maxReceiveCount },
    });
    this.bucket = archiveBucket(this, 'Bucket', encryptionKey, lake);
    this.incidentTopic = new Topic(this, 'IncidentTopic', {
      displayName: 'Auth0 incidents',
      // The key that AWS manages for SNS lets every publisher of the account in.
      masterKey: encryptionKey ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
      enforceSSL: true,
    });
    this.incidentBus = new EventBus(this, 'IncidentBus', {
      description: 'Incidents that the Auth0 log collector raised',
    });
    const shared = { table: this.table, bucket: this.bucket, encryptionKey, logRetention };
    this.compactor = new Compactor(this, 'Compactor', { ...shared, lake });
    this.detector = new Detector(this, 'Detector', {
      ...shared,
      detectionTable: this.detectionTable,
      incidentTopic: this.incidentTopic,
      incidentBus: this.incidentBus,
      detection: props.detection ?? {},
      securityHub: props.securityHub ?? false,
    });
    this.console = new ConsoleWidget(this, 'Console', {
      table: this.table,
      detectionTable: this.detectionTable,
      encryptionKey,
      logRetention,
    });
    this.ingest = this.#ingest(logRetention);
    this.catalogue = new LakeCatalogue(this, 'Catalogue', {
      bucketName: this.bucket.bucketName,
      tenantNames,
      encryptionKey,
    });
  }

  #ingest(logRetention: RetentionDays | undefined): HouseFunction {
    const statements = [
      ...ingestStatements(this),
      ...keyStatements(this, this.encryptionKey, ['table', 'writeObjects', 'readObjects']),
    ];
    const ingest = new HouseFunction(this, 'Ingest', {
      description: 'Stores batches of Auth0 log events in the archive, and wakes the detector',
      entry: 'lambda/ingest.ts',
      serviceName: 'ingest',
      timeoutSeconds: INGEST.timeoutSeconds,
      memoryMb: INGEST.memoryMb,
      environment: {
        [ENV.collectionTable]: this.table.tableName,
        [ENV.bucket]: this.bucket.bucketName,
        [ENV.detectorName]: this.detector.functionName,
      },
      statements,
      encryptionKey: this.encryptionKey,
      ...(logRetention !== undefined && { logRetention }),
    });
    acknowledgeWildcards(
      this,
      statements,
      'Objects are named after their batches, so their names are not known before; the wildcard ends at the prefix.',
    );
    ingest.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: INGEST.batchSize,
        reportBatchItemFailures: true,
      }),
    );
    return ingest;
  }
}

function queueProps(encryptionKey: IKey | undefined) {
  return {
    ...(encryptionKey === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    enforceSSL: true,
    retentionPeriod: Duration.days(QUEUE.retentionDays),
  };
}

function ingestStatements({ table, bucket, detector }: Auth0Collector): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
    }),
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [PREFIX.archive, PREFIX.quarantine].map((prefix) =>
        bucket.arnForObjects(`${prefix}*`),
      ),
    }),
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${PREFIX.overflow}*`)],
    }),
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [detector.functionArn],
    }),
  ];
}
