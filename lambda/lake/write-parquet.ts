import { constants, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Shape } from '../ocsf/shape.ts';
import type { Fitted } from './fit-shape.ts';
import { parquetSchema } from './parquet-schema.ts';

/** A reader skips whole groups by the bounds of their columns, above all of `time`. */
export const ROW_GROUP_ROWS = 5_000;
/** What a reader has to take in to get at one text; Security Lake asks for less than 1 MB. */
const PAGE_BYTES = 128 * 1024;
const ZSTD_LEVEL = 3;

const compress = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });

/** Writes rows that fit a shape as one Parquet file; the same rows give the same bytes. */
export function writeParquet(shape: Shape, rows: readonly Fitted[]): Uint8Array {
  const columnData = Object.keys(shape).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
  }));
  const file = parquetWriteBuffer({
    columnData,
    schema: parquetSchema(shape),
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    rowGroupSize: ROW_GROUP_ROWS,
    pageSize: PAGE_BYTES,
    createdBy: 'auth0-log-collector',
  });
  return new Uint8Array(file);
}
