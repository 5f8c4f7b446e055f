import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { COMPACTOR, ENV, type LakeLayout, PREFIX } from '../../lambda/platform/names.ts';
import { EVENT_TABLES } from '../../lambda/search/events-view.ts';
import type { LakeSettings } from '../lake.ts';
import { keyStatements } from './encryption.ts';
import { readsArchive } from './storage.ts';
import { TurnFunction } from './turns.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Settings of a {@link Compactor}. */
export interface CompactorProps {
  /** Where it notes how far it is, and finds the ledger. */
  readonly table: { readonly tableArn: string; readonly tableName: string };
  /** The bucket of the archive and of the lake. */
  readonly bucket: Pick<IBucket, 'bucketArn' | 'bucketName' | 'arnForObjects'>;
  readonly lake: LakeSettings;
  /** The key of all that. @default keys that AWS manages */
  readonly encryptionKey: IKey | undefined;
  /** How long its log is kept. @default one month */
  readonly logRetention: RetentionDays | undefined;
}

/** Brings what is archived into the lake, one tenant an invocation. */
export class Compactor extends TurnFunction {
  /** The secret with the key of the pseudonyms, where the lake holds them. */
  readonly pseudonymSecretArn: string | undefined;

  constructor(scope: Construct, id: string, props: CompactorProps) {
    const { table, bucket, lake, encryptionKey, logRetention } = props;
    const { securityLake } = lake;
    const secretArn = lake.pseudonyms ? pseudonymSecret(scope, encryptionKey).secretArn : undefined;
    const statements = [
      ...compactorStatements(scope, props, secretArn),
      ...keyStatements(scope, encryptionKey, [
        'table',
        'readObjects',
        'writeObjects',
        ...(secretArn === undefined ? [] : (['readSecret'] as const)),
      ]),
    ];
    const layout: LakeLayout = securityLake === undefined ? 'own' : 'security-lake';
    super(scope, id, {
      description: 'Brings archived Auth0 log events into the lake',
      entry: 'lambda/compactor.ts',
      serviceName: 'compactor',
      timeoutSeconds: COMPACTOR.timeoutSeconds,
      memoryMb: COMPACTOR.memoryMb,
      intervalMinutes: COMPACTOR.intervalMinutes,
      environment: {
        [ENV.collectionTable]: table.tableName,
        [ENV.bucket]: bucket.bucketName,
        [ENV.lakeLayout]: layout,
        ...(securityLake !== undefined && { [ENV.securityLake]: JSON.stringify(securityLake) }),
        ...(secretArn !== undefined && { [ENV.pseudonymSecretArn]: secretArn }),
      },
      statements,
      encryptionKey,
      ...(logRetention !== undefined && { logRetention }),
    });
    this.pseudonymSecretArn = secretArn;
    acknowledgeWildcards(
      scope,
      statements,
      'Objects of archive and lake are named after tenants, days and batches, so their names are not known before; the wildcard ends at the prefix.',
    );
  }
}

function compactorStatements(
  scope: Construct,
  { table, bucket, lake }: CompactorProps,
  secretArn: string | undefined,
): PolicyStatement[] {
  const { securityLake } = lake;
  const { partition } = Stack.of(scope);
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table.tableArn],
    }),
    ...readsArchive(bucket),
    new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${PREFIX.lake}*`)],
    }),
    ...(secretArn === undefined
      ? []
      : [
          new PolicyStatement({
            actions: ['secretsmanager:GetSecretValue'],
            resources: [secretArn],
          }),
        ]),
    ...(securityLake === undefined
      ? []
      : [
          new PolicyStatement({
            actions: ['s3:PutObject'],
            resources: EVENT_TABLES.map(
              (name) =>
                `arn:${partition}:s3:::${securityLake.bucket}/ext/${securityLake.source}_${name}/*`,
            ),
          }),
        ]),
  ];
}

function pseudonymSecret(scope: Construct, encryptionKey: IKey | undefined): Secret {
  const secret = new Secret(scope, 'PseudonymKey', {
    description: 'Key of the pseudonyms in the lake; whoever has it can tell who is who',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    // With another key the same person would get another pseudonym.
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'A new key would give the same person another pseudonym, so that nobody could be followed over the day of the change.',
  });
  return secret;
}
