import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DETECTOR, ENV, PREFIX } from '../../lambda/platform/names.ts';
import { type DetectionByTenant, detectionFile } from '../detection.ts';
import { keyStatements } from './encryption.ts';
import { CODE_FOLDER } from './house-function.ts';
import { readsArchive } from './storage.ts';
import { TurnFunction } from './turns.ts';
import { acknowledgeWildcards } from './wildcards.ts';

interface TableRef {
  readonly tableArn: string;
  readonly tableName: string;
}

/** Settings of a {@link Detector}. */
export interface DetectorProps {
  /** Where it notes how far it is, and finds the ledger. */
  readonly table: TableRef;
  /** Where it keeps incidents and what it knows of each entity. */
  readonly detectionTable: TableRef;
  /** The bucket of the archive and of the incidents. */
  readonly bucket: Pick<IBucket, 'bucketArn' | 'bucketName' | 'arnForObjects'>;
  readonly incidentTopic: { readonly topicArn: string };
  readonly incidentBus: Pick<EventBus, 'eventBusArn' | 'eventBusName'>;
  /** What tenants change about their detection. */
  readonly detection: DetectionByTenant;
  /** Whether incidents are imported into the account's Security Hub. */
  readonly securityHub: boolean;
  /** The key of all that. @default keys that AWS manages */
  readonly encryptionKey: IKey | undefined;
  /** How long its log is kept. @default one month */
  readonly logRetention: RetentionDays | undefined;
}

/** What the file with the tenants' settings is called within the bundle. */
const SETTINGS_FILE = 'detection.json';

/**
 * Raises incidents from what is archived, one tenant an invocation. Two at once for the same tenant
 * are harmless, since there is a lease; so no concurrency is reserved.
 */
export class Detector extends TurnFunction {
  constructor(scope: Construct, id: string, props: DetectorProps) {
    const { encryptionKey, logRetention } = props;
    const productArn = props.securityHub ? ownProductArn(scope) : undefined;
    const statements = [
      ...detectorStatements(props),
      ...securityHubStatements(productArn),
      ...keyStatements(scope, encryptionKey, ['table', 'readObjects', 'writeObjects', 'publish']),
    ];
    super(scope, id, {
      description: 'Raises incidents from archived Auth0 log events',
      entry: 'lambda/detector.ts',
      serviceName: 'detector',
      timeoutSeconds: DETECTOR.timeoutSeconds,
      memoryMb: DETECTOR.memoryMb,
      intervalMinutes: DETECTOR.intervalMinutes,
      files: { [SETTINGS_FILE]: detectionFile(props.detection) },
      environment: {
        [ENV.collectionTable]: props.table.tableName,
        [ENV.detectionTable]: props.detectionTable.tableName,
        [ENV.bucket]: props.bucket.bucketName,
        [ENV.incidentTopicArn]: props.incidentTopic.topicArn,
        [ENV.incidentBus]: props.incidentBus.eventBusName,
        [ENV.detectionSettingsFile]: `${CODE_FOLDER}/${SETTINGS_FILE}`,
        ...(productArn !== undefined && { [ENV.securityHubProductArn]: productArn }),
      },
      statements,
      encryptionKey,
      ...(logRetention !== undefined && { logRetention }),
    });
    acknowledgeWildcards(
      scope,
      statements,
      'Archive objects are named after their batches, and those of incidents after what raised them, so their names are not known before; the wildcard ends at the prefix.',
    );
  }
}

/** The product under which an account imports findings of its own (Security Hub, "Custom integrations"). */
function ownProductArn(scope: Construct): string {
  const { account } = Stack.of(scope);
  return Stack.of(scope).formatArn({
    service: 'securityhub',
    resource: 'product',
    resourceName: `${account}/default`,
  });
}

function securityHubStatements(productArn: string | undefined): PolicyStatement[] {
  if (productArn === undefined) return [];
  const actions = ['securityhub:BatchImportFindings'];
  return [new PolicyStatement({ actions, resources: [productArn] })];
}

function detectorStatements(props: DetectorProps): PolicyStatement[] {
  const { table, detectionTable, bucket, incidentTopic, incidentBus } = props;
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table.tableArn],
    }),
    new PolicyStatement({
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      resources: [detectionTable.tableArn],
    }),
    ...readsArchive(bucket),
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${PREFIX.incidents}*`)],
    }),
    new PolicyStatement({ actions: ['sns:Publish'], resources: [incidentTopic.topicArn] }),
    new PolicyStatement({ actions: ['events:PutEvents'], resources: [incidentBus.eventBusArn] }),
  ];
}
