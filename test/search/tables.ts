import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lakeKey } from '../../lambda/lake/lake-object.ts';
import { type LakeRow, lakeRow, OWN_SHAPES } from '../../lambda/lake/lake-row.ts';
import { writeParquet } from '../../lambda/lake/write-parquet.ts';
import { OCSF_CLASSES } from '../../lambda/ocsf/shape.ts';
import { ARCHIVE_TABLE, EVENTS_VIEW, eventsViewSql } from '../../lambda/search/events-view.ts';
import { textLiteral } from '../../lambda/search/sql.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';
import type { Database } from './duckdb.ts';

const HOUR_MS = 3_600_000;

/** Events of every kind as Auth0 would serve them, the last of them a moment ago. */
export function recentEvents(count: number, overHours: number, seed = 1): string[] {
  const traffic = createTraffic({ seed, hostname: 'acme.us.auth0.com' });
  const endMs = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(endMs - ((count - index) * overHours * HOUR_MS) / count);
    const digits = date.toISOString().replaceAll(/\D/g, '');
    return JSON.stringify(
      traffic.event({ index, logId: `900${digits}${String(index).padStart(36, '0')}`, date }),
    );
  });
}

/** The rows of a lake object, as the compactor makes them. */
export const lakeRows = (lines: readonly string[], tenant = 'acme'): LakeRow[] =>
  lines.map((line) =>
    lakeRow(Buffer.from(line), {
      tenant,
      archiveKey: 'archive/one',
      sentAtMs: Date.now(),
      pseudonymise: undefined,
    }),
  );

/** Writes rows as objects of the lake below a folder. */
export function writeLake(folder: string, rows: readonly LakeRow[], tenant = 'acme'): void {
  const groups = Map.groupBy(rows, ({ class: name, day }) =>
    lakeKey({ class: name, tenant, day, fromSeq: 1, toSeq: 1 }),
  );
  for (const [key, group] of groups) {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    const [first] = group;
    if (first === undefined) continue;
    const sorted = group.toSorted((one, other) => one.timeMs - other.timeMs);
    const values = sorted.map((row) => row.values);
    writeFileSync(path, writeParquet(OWN_SHAPES[first.class], values));
  }
}

/** The tables and the view as Athena has them: the lake's objects, and the archive by lines. */
export async function createTables(
  database: Database,
  folder: string,
  archived: readonly string[],
): Promise<void> {
  // A class without events has a table all the same.
  writeLake(folder, [], 'none');
  for (const name of OCSF_CLASSES) {
    const path = join(
      folder,
      'lake',
      `class=${name}`,
      'tenant=none',
      'day=2000-01-01',
      'no.parquet',
    );
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writeParquet(OWN_SHAPES[name], []));
    const files = textLiteral(join(folder, 'lake', `class=${name}`, '*', '*', '*.parquet'));
    await database.execute(
      `CREATE VIEW ${name} AS SELECT * FROM read_parquet(${files}, hive_partitioning = true, hive_types = {'tenant': VARCHAR, 'day': VARCHAR}, union_by_name = true)`,
    );
  }
  await database.execute(
    `CREATE TABLE ${ARCHIVE_TABLE} (tenant VARCHAR, day VARCHAR, line VARCHAR)`,
  );
  for (const line of archived) {
    const day = String(JSON.parse(line).date).slice(0, 10);
    await database.execute(
      `INSERT INTO ${ARCHIVE_TABLE} VALUES ('acme', ${textLiteral(day)}, ${textLiteral(line)})`,
    );
  }
  await database.execute(`CREATE VIEW ${EVENTS_VIEW} AS ${eventsViewSql()}`);
}
