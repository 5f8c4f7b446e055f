import { zstdDecompressSync } from 'node:zlib';
import { type AsyncBuffer, type ParquetQueryFilter, parquetScan } from 'hyparquet';

export type { AsyncBuffer } from 'hyparquet';

/** Rows of one object, `rowEnd` excluded. */
export interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** Events of a time; either end may be open. Milliseconds since 1970, `beforeMs` excluded. */
export interface TimeSpan {
  readonly fromMs?: number | undefined;
  readonly beforeMs?: number | undefined;
}

/** An object of the lake, opened for reading: nothing but its footer is read before it is asked for. */
export interface LakeReader {
  readonly rowCount: number;
  /** The rows that may be what was asked for; all others are certain not to. */
  readonly ranges: readonly RowRange[];
  /**
   * The values of a column for some rows, missing ones as undefined or null. Of a column of long
   * texts only the pages of these rows are fetched, so read `raw_data` last and for what was found.
   */
  readColumn(column: string, rows: RowRange): Promise<readonly unknown[]>;
}

/**
 * Opens an object of the lake; `file` fetches byte ranges of it.
 *
 * @param logId leaves the rows that may be the event of this id
 */
export async function openLakeObject(
  file: AsyncBuffer,
  time: TimeSpan = {},
  logId?: string,
): Promise<LakeReader> {
  const pruningFilter = rowFilter(time, logId);
  const scan = await parquetScan({
    file,
    compressors: { ZSTD: decompress },
    useOffsetIndex: true,
    ...(pruningFilter && { pruningFilter }),
  });
  return {
    rowCount: Number(scan.metadata.num_rows),
    ranges: scan.ranges,
    readColumn: async (column, { rowStart, rowEnd }) =>
      Array.from(await scan.readColumn({ column, rowStart, rowEnd })),
  };
}

/** A page without a value is empty, and an empty bound is none that zlib takes. */
const decompress = (bytes: Uint8Array, size: number): Uint8Array =>
  size === 0 ? new Uint8Array() : zstdDecompressSync(bytes, { maxOutputLength: size });

/** An object that is in memory as a whole. */
export const wholeFile = (bytes: Uint8Array): AsyncBuffer => ({
  byteLength: bytes.byteLength,
  slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
});

function rowFilter(
  { fromMs, beforeMs }: TimeSpan,
  logId: string | undefined,
): ParquetQueryFilter | undefined {
  if (fromMs === undefined && beforeMs === undefined && logId === undefined) return undefined;
  return {
    ...((fromMs !== undefined || beforeMs !== undefined) && {
      time: {
        ...(fromMs !== undefined && { $gte: new Date(fromMs) }),
        ...(beforeMs !== undefined && { $lt: new Date(beforeMs) }),
      },
    }),
    ...(logId !== undefined && { log_id: { $eq: logId } }),
  };
}
