/**
 * One backlog of archived batches into the lake, measured: `node bench/compaction.ts DIR`. The folder
 * holds the archive objects and `rows.json`, the ledger; objects of the lake go to `DIR/lake`. Prints
 * one JSON object. A process of its own, so that memory is this backlog's alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compactTenant } from '../lambda/lake/compact-tenant.ts';
import { lakeKey } from '../lambda/lake/lake-object.ts';
import { OWN_SHAPES } from '../lambda/lake/lake-row.ts';
import { openLakeObject, wholeFile } from '../lambda/lake/read-parquet.ts';
import { writeParquet } from '../lambda/lake/write-parquet.ts';
import type { LedgerRow } from '../lambda/ledger/ledger-row.ts';
import type { LedgerStore } from '../lambda/ledger/ledger-store.ts';
import { systemClock } from '../lambda/platform/clock.ts';
import { splitLines } from '../lambda/queue/envelope.ts';

const SAMPLE_EVERY_MS = 5;
const MEGABYTE = 1024 * 1024;
const LOOK_UPS = 20;

const [dir = ''] = process.argv.slice(2);
const rows: LedgerRow[] = JSON.parse(readFileSync(join(dir, 'rows.json'), 'utf8'));
const keys: string[] = [];
const rssBefore = process.memoryUsage.rss();
let rssPeak = rssBefore;
const sample = () => {
  rssPeak = Math.max(rssPeak, process.memoryUsage.rss());
};
const sampling = setInterval(sample, SAMPLE_EVERY_MS);
const cpuBefore = process.cpuUsage();
const startedAtMs = performance.now();
const summary = await compactTenant({
  tenant: 'bench',
  ledger: readOnlyLedger(),
  compactions: { load: async () => undefined, save: async (_tenant, item) => item },
  readArchived: async ({ stored }) => {
    const key = stored?.key ?? '';
    return { key, lines: splitLines(gunzipSync(await readFile(join(dir, key)))) };
  },
  pseudonymise: undefined,
  writers: [
    async (object, lakeRows) => {
      const key = join(dir, lakeKey(object));
      const bytes = writeParquet(
        OWN_SHAPES[object.class],
        lakeRows.map(({ values }) => values),
      );
      sample();
      mkdirSync(dirname(key), { recursive: true });
      writeFileSync(key, bytes);
      keys.push(key);
      return bytes.byteLength;
    },
  ],
  headSeq: async () => rows.length,
  clock: systemClock,
  deadlineMs: Number.POSITIVE_INFINITY,
});
const seconds = (performance.now() - startedAtMs) / 1000;
const cpu = process.cpuUsage(cpuBefore);
clearInterval(sampling);
const { events, ranges, objects, bytes, stopReason, error } = summary;
if (error !== undefined) throw error;
process.stdout.write(
  `${JSON.stringify({
    events,
    ranges,
    objects,
    stopReason,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    bytesPerEvent: bytes / events,
    rssBeforeMb: rssBefore / MEGABYTE,
    rssPeakMb: rssPeak / MEGABYTE,
    lookUpMs: await lookUpMs(),
  })}\n`,
);

function readOnlyLedger(): LedgerStore {
  const refuse = async () => {
    throw new Error('the ledger of the bench is for reading');
  };
  return {
    markSent: refuse,
    markStored: refuse,
    isStored: refuse,
    row: async (_tenant, seq) => rows[seq - 1],
    rows: async function* (_tenant, afterSeq = 0) {
      yield* rows.slice(afterSeq);
    },
  };
}

/** Finding the text of one event by its id in the largest object, as a median. */
async function lookUpMs(): Promise<number> {
  const files = keys.map((key) => readFileSync(key)).sort((a, b) => b.length - a.length);
  const [largest = Buffer.alloc(0)] = files;
  const times: number[] = [];
  for (let at = 0; at < LOOK_UPS; at += 1) {
    const begunAtMs = performance.now();
    const reader = await openLakeObject(wholeFile(largest));
    const wanted = Math.floor((reader.rowCount * at) / LOOK_UPS);
    const range = reader.ranges.find(({ rowEnd }) => rowEnd > wanted) ?? { rowStart: 0, rowEnd: 1 };
    const ids = await reader.readColumn('log_id', range);
    const found = range.rowStart + ids.indexOf(ids[wanted - range.rowStart]);
    await reader.readColumn('raw_data', { rowStart: found, rowEnd: found + 1 });
    times.push(performance.now() - begunAtMs);
  }
  return times.sort((a, b) => a - b)[LOOK_UPS / 2] ?? 0;
}
