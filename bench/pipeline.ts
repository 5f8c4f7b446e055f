/**
 * One backlog through poller and ingest on the embedded AWS, then through the detector, measured:
 * `node bench/pipeline.ts COUNT BYTES [beside]`; with `beside`, the detector is at work beside them in a
 * process of its own. Prints one JSON object. A process of its own, so that memory is this backlog's
 * alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalRun } from '../local/local-run.ts';
import { RunOutput } from '../local/run-output.ts';
import { Helper } from './source/helper.ts';

const SAMPLE_EVERY_MS = 20;
const MEGABYTE = 1024 * 1024;

const TENANT = 'bench';

const [count = 0, bytes = 2048] = process.argv.slice(2, 4).map(Number);
const isBeside = process.argv[4] === 'beside';
const dataDir = mkdtempSync(join(tmpdir(), 'collector-bench-'));
const { child, host, clientId, clientSecret } = await startTenant();
const run = await startLocalRun(
  {
    dataDir,
    tenant: TENANT,
    plan: 'enterprise',
    collectionStart: 'oldest',
    once: true,
    everySeconds: 1,
    json: true,
    source: { kind: 'real', domain: host, clientId, canonicalDomain: '' },
  },
  new RunOutput(new (await import('node:stream')).PassThrough().resume()),
  clientSecret,
);
const detector = isBeside
  ? await Helper.start('bench/beside-detector.ts', [dataDir, TENANT], process.execArgv)
  : undefined;
const rssBefore = process.memoryUsage.rss();
let rssPeak = rssBefore;
const sampling = setInterval(() => {
  rssPeak = Math.max(rssPeak, process.memoryUsage.rss());
}, SAMPLE_EVERY_MS);
const cpuBefore = process.cpuUsage();
const startedAtMs = performance.now();
const summary = await run.tick();
const isComplete = await run.drain();
const seconds = (performance.now() - startedAtMs) / 1000;
const cpu = process.cpuUsage(cpuBefore);
clearInterval(sampling);
await detector?.ask({});
await detector?.stop();
const detectedFromMs = performance.now();
await run.detect();
const detectionSeconds = (performance.now() - detectedFromMs) / 1000;
await run.stop();
child.kill();
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(
  `${JSON.stringify({
    events: count,
    eventBytes: bytes,
    fetched: summary.fetched,
    isComplete,
    batches: summary.batches,
    seconds,
    detectionSeconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    rssBeforeMb: rssBefore / MEGABYTE,
    rssPeakMb: rssPeak / MEGABYTE,
  })}\n`,
);

async function startTenant() {
  const child: ChildProcess = spawn(
    process.execPath,
    ['bench/sized-tenant.ts', String(count), String(bytes)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await once(child.stdout ?? process.stdin, 'data');
  return { child, ...JSON.parse(line.toString('utf8')) };
}
