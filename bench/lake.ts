/** The compactor over backlogs of different size; prints a table. Called by `npm run bench`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generatedBlock } from '../local/tenant/generated-block.ts';
import { createTraffic } from '../local/tenant/traffic.ts';
import { figure } from './figure.ts';
import { sized } from './sized-traffic.ts';

const EVENT_BYTES = 2048;
const BACKLOGS = [1_000, 20_000, 200_000];
const BATCH_EVENTS = 1_000;
const SEED = 7;
const DAY_MS = 24 * 3600_000;

/** What one measured process prints. */
interface Measured {
  readonly events: number;
  readonly ranges: number;
  readonly objects: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytesPerEvent: number;
  readonly rssBeforeMb: number;
  readonly rssPeakMb: number;
  readonly lookUpMs: number;
}

function measure(events: number): Measured {
  process.stderr.write(`lake: ${events.toLocaleString('en-US')} events ...\n`);
  const dir = mkdtempSync(join(tmpdir(), 'collector-lake-'));
  try {
    fillArchive(dir, events);
    const args = [...process.execArgv, 'bench/compaction.ts', dir];
    const stdout = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(stdout);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Archive objects and the rows of the ledger that name them. */
function fillArchive(dir: string, count: number): void {
  const nowMs = Date.now();
  const traffic = sized(createTraffic({ seed: SEED, hostname: 'bench.us.auth0.com' }), EVENT_BYTES);
  const block = generatedBlock({
    traffic,
    seed: SEED,
    count,
    fromMs: nowMs - DAY_MS,
    toMs: nowMs,
    firstIndex: 0,
  });
  const rows = [];
  for (let from = 0; from < count; from += BATCH_EVENTS) {
    const size = Math.min(BATCH_EVENTS, count - from);
    const lines = Array.from({ length: size }, (_, at) => `${block.json(from + at)}\n`);
    const content = Buffer.from(lines.join(''));
    const key = `${from}.ndjson.gz`;
    writeFileSync(join(dir, key), gzipSync(content));
    const contentDigest = createHash('sha256').update(content).digest('hex');
    const at = new Date(nowMs).toISOString();
    rows.push({
      seq: rows.length + 1,
      count: size,
      contentBytes: content.length,
      contentDigest,
      sentAt: at,
      stored: { contentDigest, key, count: size, at },
    });
  }
  writeFileSync(join(dir, 'rows.json'), JSON.stringify(rows));
}

console.table(
  BACKLOGS.map(measure).map((result) => ({
    events: figure(result.events),
    ranges: result.ranges,
    objects: result.objects,
    seconds: figure(result.seconds, 2),
    'CPU s': figure(result.cpuSeconds, 2),
    'events/s': figure(result.events / result.seconds),
    'bytes/event': figure(result.bytesPerEvent),
    'RSS before MB': figure(result.rssBeforeMb),
    'RSS peak MB': figure(result.rssPeakMb),
    'growth MB': figure(result.rssPeakMb - result.rssBeforeMb),
    'look-up ms': figure(result.lookUpMs, 1),
  })),
);
