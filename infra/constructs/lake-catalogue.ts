import { Aws } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LAKE, PREFIX } from '../../lambda/platform/names.ts';
import { EVENT_TABLES } from '../../lambda/search/events-view.ts';
import { NAMED_QUERIES } from '../../lambda/search/named-queries.ts';
import {
  archiveTable,
  classTable,
  eventsView,
  type Partitioning,
  type TableInput,
} from './lake-tables.ts';

/** A query that would read more is stopped: Athena bills what it reads, $5 a TB. */
const SCANNED_BYTES_MAX = 10_000_000_000;

/** Settings of a {@link LakeCatalogue}. */
export interface LakeCatalogueProps extends Partitioning {
  /** Encrypts the answers of Athena. @default a key that S3 manages */
  readonly encryptionKey: IKey | undefined;
}

/** Makes lake and archive a database for Athena: tables, the view over them, queries, a workgroup. */
export class LakeCatalogue extends Construct {
  /** Glue's name of the database. */
  readonly databaseName: string;
  /** The workgroup that its queries run in. */
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, props: LakeCatalogueProps) {
    super(scope, id);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: LAKE.database, description: 'Log events of Auth0 tenants' },
    });
    const tables: Readonly<Record<string, TableInput>> = {
      ...Object.fromEntries(EVENT_TABLES.map((name) => [name, classTable(name, props)])),
      Archive: archiveTable(props),
      Events: eventsView(),
    };
    for (const [tableId, tableInput] of Object.entries(tables)) {
      new CfnTable(this, tableId, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: database.ref,
        tableInput,
      });
    }
    const workgroup = new CfnWorkGroup(this, 'Workgroup', workgroupProps(props));
    for (const { name, description, sql } of NAMED_QUERIES) {
      new CfnNamedQuery(this, name.replaceAll(' ', ''), {
        name,
        description,
        queryString: sql,
        database: database.ref,
        workGroup: workgroup.ref,
      });
    }
    this.databaseName = database.ref;
    this.workgroupName = workgroup.ref;
  }
}

function workgroupProps({ bucketName, encryptionKey }: LakeCatalogueProps) {
  return {
    name: LAKE.workgroup,
    description: 'Queries on the log events of Auth0 tenants',
    // Else it stays behind for the sake of its queries' history.
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      bytesScannedCutoffPerQuery: SCANNED_BYTES_MAX,
      engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
      resultConfiguration: {
        outputLocation: `s3://${bucketName}/${PREFIX.athenaResults}`,
        encryptionConfiguration:
          encryptionKey === undefined
            ? { encryptionOption: 'SSE_S3' }
            : { encryptionOption: 'SSE_KMS', kmsKey: encryptionKey.keyArn },
      },
    },
  };
}
