import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  type AsyncBuffer,
  type LakeReader,
  openLakeObject,
} from '../../lambda/lake/read-parquet.ts';
import { DECOMPRESSION, splitLines } from '../../lambda/queue/envelope.ts';
import { byNewest, type Hit, readEvent } from '../../lambda/search/hit.ts';
import type { Matcher } from '../../lambda/search/match.ts';
import type { TimeRange, Unit } from './plan.ts';

/** What is looked for in an object. */
export interface Scan extends TimeRange {
  readonly matcher: Matcher;
  readonly limit: number;
}

/** What was found in an object: the newest, and how many events were looked at. */
export interface Scanned {
  readonly hits: readonly Hit[];
  readonly events: number;
  /** The object is missing or damaged. */
  readonly isUnreadable?: true;
}

const decompress = promisify(gunzip);

/** Looks through an object. */
export function scanUnit(unit: Unit, file: AsyncBuffer, scan: Scan): Promise<Scanned> {
  return unit.kind === 'lake'
    ? scanLakeObject(unit.tenant, file, scan)
    : scanArchiveObject(unit.tenant, file, scan);
}

async function scanArchiveObject(
  tenant: string,
  file: AsyncBuffer,
  { matcher, limit, fromMs, toMs }: Scan,
): Promise<Scanned> {
  const object = await file.slice(0, file.byteLength);
  const content = await decompress(object, DECOMPRESSION);
  const lines = splitLines(content);
  const isAsked = isWithin({ fromMs, toMs });
  const hits = lines.flatMap((line) => {
    const event = readEvent(tenant, line.toString('utf8'));
    if (event === undefined || !isAsked(event.hit.timeMs)) return [];
    const { hit, values } = event;
    return matcher.matches({ ...values, raw: hit.raw }) ? [hit] : [];
  });
  return { hits: hits.sort(byNewest).slice(0, limit), events: lines.length };
}

/** Rows that are read in one go: of the texts of that many, some MB. */
const CHUNK_ROWS = 5_000;
/** Texts of rows so near to each other lie in the same page, for the most part. */
const NEAR_ROWS = 64;

async function scanLakeObject(tenant: string, file: AsyncBuffer, scan: Scan): Promise<Scanned> {
  const { limit, fromMs, toMs, matcher } = scan;
  const reader = await openLakeObject(file, { fromMs, beforeMs: toMs }, matcher.logId);
  const hits: Hit[] = [];
  // An id rules rows out by what the footer says; they are looked at all the same.
  let events = matcher.logId === undefined ? 0 : reader.rowCount - rowsOf(reader);
  // Rows are sorted by time, so the newest are found first from the end.
  for (const chunk of chunksFromEnd(reader)) {
    if (hits.length >= limit) break;
    hits.push(...(await scanChunk(reader, tenant, chunk, scan, limit - hits.length)));
    events += chunk.rowEnd - chunk.rowStart;
  }
  return { hits, events };
}

interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

const rowsOf = ({ ranges }: LakeReader): number =>
  ranges.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0);

function* chunksFromEnd({ ranges }: LakeReader): Generator<RowRange> {
  for (const { rowStart, rowEnd } of ranges.toReversed()) {
    for (let end = rowEnd; end > rowStart; ) {
      // Cut where the row groups are cut, so that none is decoded twice.
      const start = Math.max(rowStart, Math.floor((end - 1) / CHUNK_ROWS) * CHUNK_ROWS);
      yield { rowStart: start, rowEnd: end };
      end = start;
    }
  }
}

async function scanChunk(
  reader: LakeReader,
  tenant: string,
  chunk: RowRange,
  scan: Scan,
  room: number,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const run of runsOf(await candidates(reader, chunk, scan)).reverse()) {
    const first = run[0] ?? 0;
    const rows = { rowStart: first, rowEnd: (run.at(-1) ?? first) + 1 };
    const texts = await reader.readColumn('raw_data', rows);
    for (const row of run.toReversed()) {
      if (hits.length >= room) return hits;
      const text = texts[row - first];
      if (typeof text !== 'string' || !scan.matcher.matchesText(text)) continue;
      const event = readEvent(tenant, text);
      if (event !== undefined) hits.push(event.hit);
    }
  }
  return hits;
}

/** The rows of a chunk that time and columns do not rule out; once none is left, nothing more is read. */
async function candidates(
  reader: LakeReader,
  chunk: RowRange,
  { matcher, fromMs, toMs }: Scan,
): Promise<number[]> {
  const { rowStart, rowEnd } = chunk;
  let rows = Array.from({ length: rowEnd - rowStart }, (_, index) => rowStart + index);
  if (fromMs !== undefined || toMs !== undefined) {
    const times = await reader.readColumn('time', chunk);
    const isAsked = isWithin({ fromMs, toMs });
    rows = rows.filter((row) => isAsked(Number(times[row - rowStart])));
  }
  const columns = new Map<string, readonly unknown[]>();
  for (const term of matcher.columnTerms) {
    for (const name of term.columns) {
      if (rows.length === 0) return [];
      if (!columns.has(name)) columns.set(name, await reader.readColumn(name, chunk));
    }
    rows = rows.filter((row) => term.holds((name) => columns.get(name)?.[row - rowStart]));
  }
  return rows;
}

const isWithin =
  ({ fromMs, toMs }: TimeRange) =>
  (timeMs: number): boolean =>
    (fromMs === undefined || timeMs >= fromMs) && (toMs === undefined || timeMs < toMs);

/** Groups rows that are near to each other. */
function runsOf(rows: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && row - (run.at(-1) ?? 0) <= NEAR_ROWS) run.push(row);
    else runs.push([row]);
  }
  return runs;
}
