import { DuckDBInstance } from '@duckdb/node-api';
import type { Sql } from '../../lambda/search/sql.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A database that understands the part of Trino's SQL that the project writes. */
export interface Database {
  /** Runs a statement as Athena does: each parameter is put in as the SQL expression it is. */
  run(sql: Sql): Promise<Row[]>;
  execute(text: string): Promise<void>;
  close(): void;
}

/** Functions of Trino that are called otherwise in DuckDB. */
const TRINO = [
  'CREATE MACRO json_extract_scalar(document, place) AS json_extract_string(document, place)',
  'CREATE MACRO from_iso8601_timestamp(written) AS CAST(written AS TIMESTAMPTZ)',
  'CREATE MACRO date_format(moment, layout) AS strftime(moment, layout)',
];

export async function openDatabase(): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = async (text: string) =>
    (await connection.runAndReadAll(text)).getRowObjectsJson() as Row[];
  for (const statement of TRINO) await connection.run(statement);
  return {
    run: async ({ text, parameters }) => {
      if (parameters.length === 0) return rows(text);
      await connection.run(`PREPARE statement AS ${text}`);
      try {
        return await rows(`EXECUTE statement(${parameters.join(', ')})`);
      } finally {
        await connection.run('DEALLOCATE statement');
      }
    },
    execute: async (text) => {
      await connection.run(text);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
