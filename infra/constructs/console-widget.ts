import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { CONSOLE, ENV } from '../../lambda/platform/names.ts';
import { keyStatements } from './encryption.ts';
import { HouseFunction } from './house-function.ts';

interface TableRef {
  readonly tableArn: string;
  readonly tableName: string;
}

/** Settings of a {@link ConsoleWidget}. */
export interface ConsoleWidgetProps {
  /** Checkpoints, ledger and gaps. */
  readonly table: TableRef;
  /** Incidents. */
  readonly detectionTable: TableRef;
  /** The key of the tables. @default keys that AWS manages */
  readonly encryptionKey: IKey | undefined;
  /** How long its log is kept. @default one month */
  readonly logRetention: RetentionDays | undefined;
}

/**
 * The console as a custom widget: CloudWatch invokes it with the permissions of whoever looks at the
 * dashboard. It only reads, and neither the archive nor a secret.
 */
export class ConsoleWidget extends HouseFunction {
  constructor(scope: Construct, id: string, props: ConsoleWidgetProps) {
    const { table, detectionTable, encryptionKey, logRetention } = props;
    super(scope, id, {
      description: 'Shows the state of the Auth0 log collector on a dashboard',
      entry: 'lambda/console.ts',
      serviceName: 'console',
      timeoutSeconds: CONSOLE.timeoutSeconds,
      memoryMb: CONSOLE.memoryMb,
      environment: {
        [ENV.collectionTable]: table.tableName,
        [ENV.detectionTable]: detectionTable.tableName,
      },
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:GetItem', 'dynamodb:Query'],
          resources: [table.tableArn, detectionTable.tableArn],
        }),
        ...keyStatements(scope, encryptionKey, ['table']),
      ],
      encryptionKey,
      ...(logRetention !== undefined && { logRetention }),
    });
  }
}
