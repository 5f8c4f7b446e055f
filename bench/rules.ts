/**
 * Poller and ingest on the embedded AWS, then the detector behind them, over backlogs of different
 * size. "speed with rules" takes the detector as if it ran in between; on AWS it is a function of its
 * own and holds up nobody.
 */
import { execFileSync } from 'node:child_process';
import { figure } from './figure.ts';
import { EVENT_BYTES } from './source/source-facts.ts';

const BACKLOGS = [20_000, 100_000];

export interface RulesResult {
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

export function measureRules(): readonly RulesResult[] {
  return BACKLOGS.map((events) => {
    process.stderr.write(`rules, ${figure(events)} events ...\n`);
    const args = [...process.execArgv, 'bench/pipeline.ts', String(events), String(EVENT_BYTES)];
    const stdout = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const result: RulesResult = JSON.parse(stdout);
    if (result.isComplete && result.fetched === events) return result;
    throw new Error(`${result.fetched} of ${events} events came as far as the archive`);
  });
}

export function printRules(results: readonly RulesResult[]): void {
  process.stdout.write('\nPoller, ingest and rules on the embedded AWS\n');
  console.table(
    results.map((result) => ({
      events: figure(result.events),
      'events/s': figure(result.events / result.seconds),
      seconds: figure(result.seconds, 1),
      'CPU s': figure(result.cpuSeconds, 1),
      'rules s': figure(result.detectionSeconds, 1),
      'speed with rules': `${figure((100 * result.seconds) / (result.seconds + result.detectionSeconds))} %`,
      'RSS before MB': figure(result.rssBeforeMb),
      'RSS peak MB': figure(result.rssPeakMb),
      'growth MB': figure(result.rssPeakMb - result.rssBeforeMb),
    })),
  );
}
