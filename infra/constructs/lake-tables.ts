import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import { GLUE_PARTITION_KEYS, glueColumns } from '../../lambda/lake/glue-columns.ts';
import type { OcsfClass } from '../../lambda/ocsf/shape.ts';
import { LAKE, PREFIX } from '../../lambda/platform/names.ts';
import {
  ARCHIVE_TABLE,
  EVENTS_COLUMNS,
  EVENTS_VIEW,
  eventsViewSql,
} from '../../lambda/search/events-view.ts';

/** A table as Glue takes it. */
export type TableInput = CfnTable.TableInputProperty;

/** What the tables are made of beside their columns. */
export interface Partitioning {
  readonly bucketName: string;
  /** The tenants whose partitions are looked at. */
  readonly tenantNames: readonly string[];
}

/** No deployment has collected anything from before. */
const FIRST_DAY = '2026-01-01';
/** An event is filed under a day that is at most one ahead of its collection. */
const LAST_DAY = 'NOW+1DAYS';

/** The lake's objects of a class. */
export function classTable(ocsfClass: OcsfClass, partitioning: Partitioning): TableInput {
  const format = 'org.apache.hadoop.hive.ql.io.parquet';
  return partitioned(`${PREFIX.lake}class=${ocsfClass}/`, partitioning, {
    name: ocsfClass,
    description: `OCSF ${ocsfClass}: log events of Auth0, secrets masked`,
    parameters: { classification: 'parquet' },
    storageDescriptor: {
      columns: glueColumns(ocsfClass).map(({ name, type }) => ({ name, type })),
      inputFormat: `${format}.MapredParquetInputFormat`,
      outputFormat: `${format}.MapredParquetOutputFormat`,
      serdeInfo: { serializationLibrary: `${format}.serde.ParquetHiveSerDe` },
    },
  });
}

/**
 * The archive's objects: a row for each event. Its text is not taken apart, so that a query gets it as
 * Auth0 served it; what would end a column, U+0001, JSON has in no place.
 */
export function archiveTable(partitioning: Partitioning): TableInput {
  return partitioned(PREFIX.archive, partitioning, {
    name: ARCHIVE_TABLE,
    description: 'Log events as Auth0 served them, one JSON text a row',
    parameters: { classification: 'json', compressionType: 'gzip' },
    storageDescriptor: {
      columns: [{ name: 'line', type: 'string' }],
      inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      serdeInfo: {
        serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        parameters: { 'field.delim': '\u0001' },
      },
    },
  });
}

/** All log events in one shape, as a view of Athena. */
export function eventsView(): TableInput {
  const columns = EVENTS_COLUMNS.map((name) =>
    name === 'time'
      ? { name, hive: 'timestamp', presto: 'timestamp(3)' }
      : { name, hive: 'string', presto: 'varchar' },
  );
  const view = {
    originalSql: eventsViewSql(),
    catalog: 'awsdatacatalog',
    schema: LAKE.database,
    columns: columns.map(({ name, presto }) => ({ name, type: presto })),
  };
  return {
    name: EVENTS_VIEW,
    description: 'All log events in one shape, those of the last minutes too',
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    partitionKeys: [],
    storageDescriptor: {
      columns: columns.map(({ name, hive }) => ({ name, type: hive })),
      serdeInfo: {},
    },
    // How Athena keeps its views in Glue.
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
  };
}

type Unpartitioned = TableInput & {
  readonly parameters: Readonly<Record<string, string>>;
  readonly storageDescriptor: CfnTable.StorageDescriptorProperty;
};

/**
 * Partitions by projection: Athena reckons which there are from the names of the tenants and the days,
 * so that nobody has to add any. The tenants are listed, because a view can't ask each query to name one.
 */
function partitioned(
  prefix: string,
  { bucketName, tenantNames }: Partitioning,
  table: Unpartitioned,
): TableInput {
  const location = `s3://${bucketName}/${prefix}`;
  const byName = GLUE_PARTITION_KEYS.map(({ name }) => `${name}=\${${name}}/`).join('');
  return {
    ...table,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: GLUE_PARTITION_KEYS.map(({ name, type }) => ({ name, type })),
    parameters: {
      ...table.parameters,
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.tenant.type': 'enum',
      'projection.tenant.values': tenantNames.join(','),
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': `${FIRST_DAY},${LAST_DAY}`,
      'storage.location.template': `${location}${byName}`,
    },
    storageDescriptor: { ...table.storageDescriptor, location },
  };
}
