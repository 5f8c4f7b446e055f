/**
 * `npm run bench`: poller and ingest, the detector behind them, then the compactor, over backlogs of
 * different size; prints a table of each. "speed with rules" takes the detector as if it ran in
 * between; on AWS it is a function of its own and holds up nobody.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

const EVENT_BYTES = 2048;
const BACKLOGS = [20_000, 100_000, 1_000_000];

interface Measured {
  readonly events: number;
  readonly fetched: number;
  readonly isComplete: boolean;
  readonly batches: number;
  readonly seconds: number;
  /** What the detector took behind it. */
  readonly detectionSeconds: number;
  readonly cpuSeconds: number;
  readonly rssBeforeMb: number;
  readonly rssPeakMb: number;
}

const results = BACKLOGS.map((events): Measured => {
  process.stderr.write(`${events.toLocaleString('en-US')} events of ${EVENT_BYTES} bytes ...\n`);
  const args = [...process.execArgv, 'bench/pipeline.ts', String(events), String(EVENT_BYTES)];
  const stdout = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(stdout);
});

const round = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });

console.table(
  results.map((result) => ({
    events: round(result.events),
    archived: result.isComplete && result.fetched === result.events ? 'all' : 'NOT ALL',
    'events/s': round(result.events / result.seconds),
    seconds: round(result.seconds, 1),
    'CPU s': round(result.cpuSeconds, 1),
    'rules s': round(result.detectionSeconds, 1),
    'speed with rules': `${round((100 * result.seconds) / (result.seconds + result.detectionSeconds))} %`,
    'RSS before MB': round(result.rssBeforeMb),
    'RSS peak MB': round(result.rssPeakMb),
    'growth MB': round(result.rssPeakMb - result.rssBeforeMb),
  })),
);
mkdirSync('bench', { recursive: true });
writeFileSync('bench/results.json', `${JSON.stringify(results, null, 2)}\n`);
execFileSync(process.execPath, [...process.execArgv, 'bench/lake.ts'], { stdio: 'inherit' });
