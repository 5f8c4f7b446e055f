import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareLogIds } from '../../lambda/auth0/log-id.ts';
import { glueColumns } from '../../lambda/lake/glue-columns.ts';
import {
  type LakeRow,
  lakeRow,
  OWN_SHAPES,
  securityLakeValues,
} from '../../lambda/lake/lake-row.ts';
import { openLakeObject, wholeFile } from '../../lambda/lake/read-parquet.ts';
import { ROW_GROUP_ROWS, writeParquet } from '../../lambda/lake/write-parquet.ts';
import type { Attribute, OcsfClass, Shape } from '../../lambda/ocsf/shape.ts';
import { CLASS_SHAPES } from '../../lambda/ocsf/shapes.ts';
import { generatedBlock } from '../../local/tenant/generated-block.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';
import { temporaryFolder } from '../e2e/command.ts';
import { query } from './duckdb.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const EVENTS = 8_000;
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const CONTEXT = {
  tenant: 'acme',
  archiveKey: 'archive/tenant=acme/day=2026-11-22/0000000001-0123456789abcdef.ndjson.gz',
  sentAtMs: NOW_MS,
  pseudonymise: undefined,
};

/** What no simulated tenant says, and a real one might. */
const ODD_EVENTS = [
  { type: 'sapi', description: 'emoji 👍, zero \u0000, line\nbreak, \ud800 alone', user_id: '💥' },
  { type: 's', scope: [], details: { list: [[], {}, null], deep: { a: [{ b: [1, 'x'] }] } } },
  { type: 'f', date: '0001-01-01T00:00:00Z', ip: 'not an address', user_id: ['list'] },
  { type: 'not a code', details: 'text', location_info: { latitude: 'north', longitude: '7' } },
  { type: 'fp', date: '+275760-09-13T00:00:00.000Z', description: '' },
  {},
];

function simulated(): Buffer[] {
  const block = generatedBlock({
    traffic: createTraffic({ seed: 3, hostname: 'acme.us.auth0.com' }),
    seed: 3,
    count: EVENTS,
    fromMs: NOW_MS - 86_400_000,
    toMs: NOW_MS,
    firstIndex: 0,
  });
  return Array.from({ length: EVENTS }, (_, index) => block.json(index));
}

const odd = (): Buffer[] =>
  ODD_EVENTS.map((event, index) =>
    Buffer.from(JSON.stringify({ ...event, log_id: `odd-${index}` })),
  );

interface Written {
  readonly class: OcsfClass;
  readonly rows: readonly LakeRow[];
  readonly bytes: Uint8Array;
  readonly path: string;
}

const files: Written[] = [];
beforeAll(() => {
  const rows = [...simulated(), ...odd()].map((line) => lakeRow(line, CONTEXT));
  for (const [name, group] of Map.groupBy(rows, (row) => row.class)) {
    group.sort((a, b) => a.timeMs - b.timeMs || compareLogIds(a.logId, b.logId));
    const bytes = writeParquet(
      OWN_SHAPES[name],
      group.map(({ values }) => values),
    );
    const path = join(folder.path, `${name}.parquet`);
    writeFileSync(path, bytes);
    files.push({ class: name, rows: group, bytes, path });
  }
});

/** A value as DuckDB gives it for what was written. */
function asRead(attribute: Attribute, value: unknown): unknown {
  if (value === undefined) return null;
  if (attribute === 'timestamp') return new Date(Number(value));
  // Text is written as UTF-8, which half of a pair of surrogates has no form in.
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof attribute === 'string') return value;
  if ('struct' in attribute) return structAsRead(attribute.struct, value);
  const { list } = attribute;
  const items = value as unknown[];
  return typeof list === 'string'
    ? items.map((item) => asRead(list, item))
    : items.map((item) => structAsRead(list.struct, item));
}

/** Our reader leaves out what is missing, where DuckDB says null. */
function withNulls(attribute: Attribute, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof attribute === 'string') return value;
  if ('struct' in attribute) return structWithNulls(attribute.struct, value);
  const { list } = attribute;
  if (typeof list === 'string') return value;
  return (value as unknown[]).map((item) => structWithNulls(list.struct, item));
}

const structWithNulls = (shape: Shape, value: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, attribute]) => [
      name,
      withNulls(attribute, (value as Record<string, unknown>)[name]),
    ]),
  );

const structAsRead = (shape: Shape, value: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, attribute]) => [
      name,
      asRead(attribute, (value as Record<string, unknown>)[name]),
    ]),
  );

describe('an object of the lake', () => {
  it('is there for each of three classes, one of them with several row groups', () => {
    expect(files.map((file) => file.class).sort()).toEqual([
      'account_change',
      'api_activity',
      'authentication',
    ]);
    expect(Math.max(...files.map(({ rows }) => rows.length))).toBeGreaterThan(ROW_GROUP_ROWS);
    expect(files.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(EVENTS + ODD_EVENTS.length);
  });

  it('says to DuckDB what was written, nested values and times included', async () => {
    for (const { class: name, rows, path } of files) {
      const read = await query(`SELECT * FROM read_parquet('${path}')`);
      expect(read).toHaveLength(rows.length);
      for (const [index, row] of rows.entries()) {
        expect(read[index]).toEqual(structAsRead(OWN_SHAPES[name], row.values));
      }
    }
  });

  it('has the columns that the Glue table of its class names, with the same types', async () => {
    for (const { class: name, path } of files) {
      const columns = await query(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
      const read = columns.map((column) => ({
        name: column['column_name'],
        type: hiveType(String(column['column_type'])),
      }));
      expect(read).toEqual(glueColumns(name));
    }
  });

  it('can be asked by DuckDB for what lies in a struct', async () => {
    const paths = files.map(({ path }) => `'${path}'`).join(', ');
    const [answer] = await query(
      `SELECT count(*) AS n, count(DISTINCT metadata.uid) AS ids FROM read_parquet([${paths}], union_by_name = true)`,
    );
    expect(answer).toEqual({ n: BigInt(EVENTS + ODD_EVENTS.length), ids: answer?.['n'] });
  });

  it('says the same to our own reader, column by column', async () => {
    for (const { class: name, rows, bytes } of files) {
      const reader = await openLakeObject(wholeFile(bytes));
      expect(reader.rowCount).toBe(rows.length);
      for (const [column, attribute] of Object.entries(OWN_SHAPES[name])) {
        const parts = reader.ranges.map((range) => reader.readColumn(column, range));
        const read = (await Promise.all(parts)).flat();
        expect(read.map((value) => withNulls(attribute, value))).toEqual(
          rows.map(({ values }) => asRead(attribute, values[column])),
        );
      }
    }
  });

  it('is the same bytes for the same rows', () => {
    for (const { class: name, rows, bytes } of files) {
      const again = writeParquet(
        OWN_SHAPES[name],
        rows.map(({ values }) => values),
      );
      expect(Buffer.from(again).equals(bytes)).toBe(true);
    }
  });

  it('can be empty', async () => {
    const path = join(folder.path, 'empty.parquet');
    writeFileSync(path, writeParquet(OWN_SHAPES.authentication, []));
    expect(await query(`SELECT log_id, metadata.uid FROM read_parquet('${path}')`)).toEqual([]);
  });

  it('of Security Lake has the columns of its class alone, in version 1.3.0', async () => {
    for (const { class: name, rows } of files) {
      const path = join(folder.path, `security-lake-${name}.parquet`);
      const values = rows.map((row) => securityLakeValues(row, 'acme'));
      writeFileSync(path, writeParquet(CLASS_SHAPES[name], values));
      const [first, ...others] = await query(
        `SELECT DISTINCT metadata.version AS version, class_uid FROM read_parquet('${path}')`,
      );
      expect(first?.['version']).toBe('1.3.0');
      expect(others).toEqual([]);
      const columns = await query(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
      expect(columns.map((column) => column['column_name'])).toEqual(
        Object.keys(CLASS_SHAPES[name]),
      );
    }
  });
});

describe('our own reader', () => {
  it('skips the row groups that lie outside of the time asked for', async () => {
    const largest = files.reduce((a, b) => (a.rows.length > b.rows.length ? a : b));
    const { rows, bytes } = largest;
    const first = rows[ROW_GROUP_ROWS];
    const reader = await openLakeObject(wholeFile(bytes), { fromMs: (first?.timeMs ?? 0) + 1 });
    expect(reader.ranges).toEqual([{ rowStart: ROW_GROUP_ROWS, rowEnd: rows.length }]);
    const none = await openLakeObject(wholeFile(bytes), { beforeMs: -8e14 });
    expect(none.ranges).toEqual([]);
  });

  it('fetches little to get at the text of one event', async () => {
    const largest = files.reduce((a, b) => (a.rows.length > b.rows.length ? a : b));
    const whole = wholeFile(largest.bytes);
    let fetched = 0;
    const reader = await openLakeObject({
      byteLength: whole.byteLength,
      slice: (start, end = whole.byteLength) => {
        fetched += end - start;
        return whole.slice(start, end);
      },
    });
    const footer = fetched;
    const at = 100;
    const read = await reader.readColumn('raw_data', { rowStart: at, rowEnd: at + 1 });
    expect(read).toEqual([largest.rows[at]?.values['raw_data']]);
    expect(fetched - footer).toBeLessThan(largest.bytes.length / 20);
  });
});

/** DuckDB's name of a type in the words of Hive. */
const hiveType = (type: string): string => {
  if (type.endsWith('[]')) return `array<${hiveType(type.slice(0, -2))}>`;
  const struct = /^STRUCT\((.*)\)$/s.exec(type)?.[1];
  if (struct === undefined) return HIVE_NAMES[type] ?? type;
  const fields = fieldsOf(struct).map((field) => {
    const [, name = '', of = ''] = /^"?(\w+)"? (.*)$/s.exec(field) ?? [];
    return `${name}:${hiveType(of)}`;
  });
  return `struct<${fields.join(',')}>`;
};

const HIVE_NAMES: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  INTEGER: 'int',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
};

/** Cuts the fields of a struct apart, not those of the structs within it. */
function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (text[at] !== ',' || depth > 0) continue;
    fields.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return [...fields, text.slice(start).trim()];
}
