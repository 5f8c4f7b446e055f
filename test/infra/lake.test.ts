import { beforeAll, describe, expect, test } from 'vitest';
import { lakeKey } from '../../lambda/lake/lake-object.ts';
import { readLakeSettings } from '../../lambda/lake/lake-settings.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { EVENT_TABLES, eventsViewSql } from '../../lambda/search/events-view.ts';
import { NAMED_QUERIES } from '../../lambda/search/named-queries.ts';
import type { TemplateJson } from './evaluate.ts';
import { type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const ENTRIES = ['acme', 'shop'].map((name) => ({
  name,
  domain: `${name}.us.auth0.com`,
  plan: 'enterprise',
}));
const SECURITY_LAKE = {
  bucket: 'aws-security-data-lake-eu-west-1-abc',
  source: 'auth0',
  region: 'eu-west-1',
  accountId: 'external',
};

interface Column {
  readonly Name: string;
  readonly Type: string;
}

interface Table {
  readonly Name: string;
  readonly TableType: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly Column[];
  readonly StorageDescriptor: {
    readonly Columns: readonly Column[];
    readonly Location?: unknown;
  };
  readonly ViewOriginalText?: string;
}

interface WorkGroupSettings {
  readonly ResultConfiguration: { readonly OutputLocation: unknown };
}

let collector: TemplateJson;
let tables: Map<string, Table>;

beforeAll(() => {
  ({ collector } = synthesise(ENTRIES));
  tables = tablesOf(collector);
});

function tablesOf(template: TemplateJson): Map<string, Table> {
  const all = resourcesOf(template, 'AWS::Glue::Table').map(
    ([, { Properties }]) => Properties['TableInput'] as Table,
  );
  return new Map(all.map((table) => [table.Name, table]));
}

/** A text of a template, the name of the bucket in it as `BUCKET`. */
function withBucket(value: unknown): string {
  const { 'Fn::Join': join } = value as { 'Fn::Join': [string, (string | { Ref: string })[]] };
  return join[1].map((part) => (typeof part === 'string' ? part : 'BUCKET')).join('');
}

/** The folder in which a table looks for the objects of a tenant and a day. */
function folderOf(name: string): string {
  const template = withBucket(tables.get(name)?.Parameters['storage.location.template']);
  return template.replace(/\$\{tenant\}/, 'acme').replace(/\$\{day\}/, '2026-11-22');
}

describe('the database', () => {
  test('has the tables of the classes, the archive and the view', () => {
    expect([...tables.keys()].sort()).toEqual([...EVENT_TABLES, 'archive', 'events'].sort());
    expect(resourcesOf(collector, 'AWS::Glue::Database')).toHaveLength(1);
  });

  test('finds an object of the lake where the compactor puts it', () => {
    const folder = folderOf('authentication');
    const key = lakeKey({
      class: 'authentication',
      tenant: 'acme',
      day: '2026-11-22',
      fromSeq: 1,
      toSeq: 2,
    });
    expect(`s3://BUCKET/${key}`.startsWith(folder)).toBe(true);
    expect(key.slice(folder.length - 's3://BUCKET/'.length)).not.toContain('/');
  });

  test('finds an object of the archive by tenant and day', () => {
    expect(folderOf('archive')).toBe('s3://BUCKET/archive/tenant=acme/day=2026-11-22/');
    expect(tables.get('archive')?.StorageDescriptor.Columns).toEqual([
      { Name: 'line', Type: 'string' },
    ]);
  });

  test('knows the partitions of all tenants without being told of each day', () => {
    const partitioned = [...tables.values()].filter(
      ({ TableType }) => TableType !== 'VIRTUAL_VIEW',
    );
    expect(partitioned).toHaveLength(EVENT_TABLES.length + 1);
    for (const { PartitionKeys, Parameters, TableType } of partitioned) {
      expect(TableType).toBe('EXTERNAL_TABLE');
      expect(PartitionKeys.map(({ Name }) => Name)).toEqual(['tenant', 'day']);
      expect(Parameters).toMatchObject({
        'projection.enabled': 'true',
        'projection.tenant.type': 'enum',
        'projection.tenant.values': 'acme,shop',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': '2026-01-01,NOW+1DAYS',
      });
    }
  });

  test('has the view as Athena keeps it, with the columns that its query has', () => {
    const view = tables.get('events');
    const [, encoded = ''] =
      /^\/\* Presto View: (\S+) \*\/$/.exec(view?.ViewOriginalText ?? '') ?? [];
    const { originalSql, schema, catalog, columns } = JSON.parse(
      Buffer.from(encoded, 'base64').toString('utf8'),
    );
    expect(originalSql).toBe(eventsViewSql());
    expect([catalog, schema]).toEqual(['awsdatacatalog', 'auth0_collector']);
    expect(view).toMatchObject({
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true' },
      PartitionKeys: [],
    });
    const names = columns.map(({ name }: { name: string }) => name);
    expect(view?.StorageDescriptor.Columns.map(({ Name }) => Name)).toEqual(names);
    const [, selected = ''] = /^SELECT ([^\n]+)\n/.exec(originalSql) ?? [];
    expect(selected.split(', ').map((part) => part.split(' ').at(-1))).toEqual(names);
  });

  test('has the queries that analysts begin with', () => {
    const queries = resourcesOf(collector, 'AWS::Athena::NamedQuery').map(([, { Properties }]) => [
      Properties['Name'],
      Properties['QueryString'],
    ]);
    expect(queries).toEqual(NAMED_QUERIES.map(({ name, sql }) => [name, sql]));
  });
});

describe('the workgroup', () => {
  test('bounds what a query reads, and keeps its answer encrypted in the bucket', () => {
    const [[, workgroup] = []] = resourcesOf(collector, 'AWS::Athena::WorkGroup');
    const settings = workgroup?.Properties['WorkGroupConfiguration'] as WorkGroupSettings;
    expect(settings).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
    expect(withBucket(settings.ResultConfiguration.OutputLocation)).toBe(
      's3://BUCKET/athena-results/',
    );
  });

  test('is found by its output', () => {
    const [[id] = []] = resourcesOf(collector, 'AWS::Athena::WorkGroup');
    expect(collector.Outputs?.['AthenaWorkgroup']?.Value).toEqual({ Ref: id });
    const [[database] = []] = resourcesOf(collector, 'AWS::Glue::Database');
    expect(collector.Outputs?.['LakeDatabase']?.Value).toEqual({ Ref: database });
  });
});

describe('the settings of the lake', () => {
  let chosen: Deployment;
  beforeAll(() => {
    chosen = synthesise(ENTRIES, { lake: { pseudonyms: true, securityLake: SECURITY_LAKE } });
  });

  const compactorOf = (template: TemplateJson) =>
    resourcesOf(template, 'AWS::Lambda::Function').find(([id]) => id.includes('Compactor'))?.[1]
      .Properties as { Environment: { Variables: Record<string, unknown> } };

  const statementsOf = (template: TemplateJson) =>
    resourcesOf(template, 'AWS::IAM::Policy')
      .filter(([id]) => id.includes('Compactor'))
      .flatMap(
        ([, { Properties }]) =>
          (Properties['PolicyDocument'] as { Statement: Record<string, unknown>[] }).Statement,
      );

  test('reach the compactor in a form that it takes', () => {
    const { Variables } = compactorOf(chosen.collector).Environment;
    const [[secret] = []] = resourcesOf(chosen.collector, 'AWS::SecretsManager::Secret');
    expect(Variables[ENV.pseudonymSecretArn]).toEqual({ Ref: secret });
    const known = { ...Variables, [ENV.collectionTable]: 'table', [ENV.bucket]: 'bucket' };
    expect(readLakeSettings({ ...known, [ENV.pseudonymSecretArn]: 'arn' })).toEqual({
      table: 'table',
      bucket: 'bucket',
      securityLake: SECURITY_LAKE,
      pseudonymSecretArn: 'arn',
    });
  });

  test('let it write to the sources of Security Lake, and read the key of the pseudonyms', () => {
    const [[secret] = []] = resourcesOf(chosen.collector, 'AWS::SecretsManager::Secret');
    const statements = statementsOf(chosen.collector);
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: { Ref: secret },
    });
    const written = statements.filter(({ Action }) => Action === 's3:PutObject');
    const text = JSON.stringify(written);
    for (const name of EVENT_TABLES) {
      expect(text).toContain(`:s3:::${SECURITY_LAKE.bucket}/ext/auth0_${name}/*"`);
    }
  });

  test('make a key that outlives the stack, long enough and made by chance', () => {
    const [[, secret] = []] = resourcesOf(chosen.collector, 'AWS::SecretsManager::Secret');
    expect(secret).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(secret?.Properties['GenerateSecretString']).toMatchObject({ PasswordLength: 64 });
    expect(secret?.Properties).not.toHaveProperty('SecretString');
  });

  test('that are left out give it neither', () => {
    expect(resourcesOf(collector, 'AWS::SecretsManager::Secret')).toEqual([]);
    const text = JSON.stringify(statementsOf(collector));
    expect(text).not.toContain('secretsmanager');
    expect(text).not.toContain('/ext/');
  });
});
