import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCompactor } from '../../lambda/compactor.ts';
import { openLakeObject, wholeFile } from '../../lambda/lake/read-parquet.ts';
import { createPseudonyms } from '../../lambda/ocsf/pseudonym.ts';
import { ENV, METRIC } from '../../lambda/platform/names.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import type { Fields, Telemetry } from '../../lambda/platform/telemetry.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { temporaryFolder } from '../e2e/command.ts';
import { query } from './duckdb.ts';
import { LakeWorld } from './lake-world.ts';

let aws: EmbeddedAws;
let s3: S3Client;
let secrets: SecretsManagerClient;
let world: LakeWorld;
let said: Said;
beforeAll(async () => {
  aws = await startServices();
  s3 = new S3Client({});
  secrets = new SecretsManagerClient({});
});
beforeEach(() => {
  world = new LakeWorld(aws);
  said = new Said();
  return () => world.end();
});
afterAll(async () => {
  s3.destroy();
  secrets.destroy();
  await aws.stop();
});

/** What the compactor said, in order. */
class Said implements Telemetry {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: Fields }[] =
    [];
  readonly counts: Record<string, number> = {};
  summary(message: string, fields: Fields) {
    this.lines.push({ level: 'summary', message, fields });
  }
  warn(message: string, fields: Fields) {
    this.lines.push({ level: 'warn', message, fields });
  }
  error(message: string, fields: Fields) {
    this.lines.push({ level: 'error', message, fields });
  }
  metrics(_tenant: string, counts: Readonly<Record<string, number>>) {
    Object.assign(this.counts, counts);
  }
}

const CONTEXT = { getRemainingTimeInMillis: () => 600_000 };
const KEY = 'a text that nobody can guess, for the tests';

const compactor = (environment: Record<string, string> = {}) =>
  createCompactor({ ...aws.resources, ...environment }, said);

/** All values of some columns of the objects under a prefix. */
async function valuesOf(bucket: string, prefix: string, columns: readonly string[]) {
  const values: unknown[] = [];
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  for (const { Key } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const reader = await openLakeObject(wholeFile(bytes));
    for (const range of reader.ranges) {
      for (const column of columns) values.push(...(await reader.readColumn(column, range)));
    }
  }
  return { keys: Contents.map(({ Key = '' }) => Key), values };
}

describe('the compactor', () => {
  it('says what it did in one line and one set of metrics', async () => {
    await world.addBatch(5);
    await compactor()({ tenant: world.tenant }, CONTEXT);
    const [line, ...others] = said.lines;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'summary',
      message: 'lake: compacted 5 log events',
      fields: {
        tenant: world.tenant,
        ranges: 1,
        objects: 3,
        holes: 0,
        lagSeconds: 0,
        stopReason: 'caught-up',
      },
    });
    expect(said.counts).toEqual({ [METRIC.lakeHoles]: 0 });
  });

  it('says a batch that can not be read as an error with code and remedy', async () => {
    await world.addBatch(5);
    const key = await world.archiveKey(1);
    await world.deleteObject(key);
    await compactor()({ tenant: world.tenant }, CONTEXT);
    const errors = said.lines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      {
        message: `lake: ${key} is missing`,
        fields: { code: 'ARCHIVE_UNREADABLE', seq: 1, remedy: expect.any(String) },
      },
    ]);
    expect(said.counts[METRIC.lakeHoles]).toBe(1);
  });

  it.each([undefined, {}, { tenant: '' }, { tenant: '../x' }, { tenant: ['acme'] }])(
    'refuses the event %j',
    async (event) => {
      await expect(compactor()(event, CONTEXT)).rejects.toMatchObject({ code: 'LAKE_TENANT' });
    },
  );

  it('masks secrets and leaves everything else as it was served', async () => {
    const plain = world.makeEvent({ description: 'served  as it is', odd: 1.0 });
    const leaky = world.makeEvent({ details: { body: { password: 'open sesame' } } });
    await world.ingest(await world.send([plain, leaky]));
    await compactor()({ tenant: world.tenant }, CONTEXT);
    const rows: unknown[] = [];
    for (const key of await world.lakeKeys()) {
      rows.push(...(await valuesOf(aws.resources[ENV.bucket], key, ['raw_data'])).values);
    }
    expect(rows).toContain(plain);
    expect(JSON.stringify(rows)).not.toContain('open sesame');
  });

  it('puts pseudonyms into the lake when it is given their key', async () => {
    const name = `pseudonyms-${world.tenant}`;
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: KEY }));
    const person = { user_name: 'pat@example.com', ip: '192.0.2.77', type: 's' };
    await world.ingest(await world.send([world.makeEvent(person)]));
    await compactor({ [ENV.pseudonymSecretArn]: name })({ tenant: world.tenant }, CONTEXT);
    const [key = ''] = await world.lakeKeys();
    const columns = ['user_name', 'ip', 'raw_data', 'unmapped', 'user', 'message'];
    const { values } = await valuesOf(aws.resources[ENV.bucket], key, columns);
    const shown = JSON.stringify(values);
    expect(shown).not.toContain('pat@example.com');
    expect(shown).not.toContain('192.0.2.77');
    expect(values[0]).toBe(createPseudonyms(new Secret(KEY)).tokenOf('pat@example.com'));
  });

  it('compacts nothing while the key of the pseudonyms can not be had', async () => {
    const name = `no-pseudonyms-${world.tenant}`;
    await world.addBatch(2);
    const run = () =>
      compactor({ [ENV.pseudonymSecretArn]: name })({ tenant: world.tenant }, CONTEXT);
    await expect(run()).rejects.toMatchObject({ code: 'LAKE_PSEUDONYM_KEY' });
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'short' }));
    await expect(run()).rejects.toMatchObject({ code: 'LAKE_PSEUDONYM_KEY' });
    expect(await world.lakeKeys()).toEqual([]);
    await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: KEY }));
    expect(await run()).toMatchObject({ events: 2 });
  });

  it('writes for Security Lake beside its own layout', async () => {
    const bucket = aws.resources[ENV.bucket];
    const lake = { bucket, source: 'auth0', region: 'eu-west-1', accountId: 'external' };
    await world.addBatch(8);
    await compactor({
      [ENV.lakeLayout]: 'security-lake',
      [ENV.securityLake]: JSON.stringify(lake),
    })({ tenant: world.tenant }, CONTEXT);
    const day = new Date(world.clock.nowMs()).toISOString().slice(0, 10);
    const at = `region=eu-west-1/accountId=external/eventDay=${day.replaceAll('-', '')}`;
    const { keys, values } = await valuesOf(bucket, 'ext/', ['metadata']);
    expect(keys).toEqual(
      ['account_change', 'api_activity', 'authentication'].map(
        (name) => `ext/auth0_${name}/${at}/${world.tenant}-0000000001-0000000001.parquet`,
      ),
    );
    const ids = values.map((metadata) => (metadata as { uid: string }).uid).sort();
    expect(ids).toEqual(await world.archivedIds());
    expect(values).toContainEqual(expect.objectContaining({ version: '1.3.0' }));
    expect(await world.lakeIds()).toEqual(ids);
  });

  it('leaves a lake that agrees with the archive, asked by DuckDB', async () => {
    for (const count of [7, 0, 40, 3]) await world.addBatch(count);
    await world.addBatch(5, { date: new Date(world.clock.nowMs() - 86_400_000).toISOString() });
    await compactor()({ tenant: world.tenant }, CONTEXT);
    const folder = temporaryFolder();
    try {
      for (const key of await world.lakeKeys()) {
        mkdirSync(dirname(join(folder.path, key)), { recursive: true });
        writeFileSync(join(folder.path, key), await world.readObject(key));
      }
      const rows = await query(
        `SELECT log_id, archive_key, metadata.uid AS uid, time, CAST(day AS VARCHAR) AS day, tenant
           FROM read_parquet('${folder.path}/lake/**/*.parquet',
                             hive_partitioning = true, union_by_name = true)`,
      );
      expect(rows.map((row) => row['log_id']).sort()).toEqual(await world.archivedIds());
      expect(rows).toHaveLength(55);
      for (const { log_id, archive_key, uid, time, day, tenant } of rows) {
        expect([uid, tenant]).toEqual([log_id, world.tenant]);
        const archived = gunzipSync(await world.readObject(String(archive_key))).toString('utf8');
        const served = archived.split('\n').find((line) => line.includes(String(log_id)));
        const { date } = JSON.parse(served ?? '{}');
        expect(time).toEqual(new Date(date));
        expect(day).toBe(date.slice(0, 10));
      }
    } finally {
      folder.remove();
    }
  });
});
