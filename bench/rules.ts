/**
 * Poller and ingest on the embedded AWS, and the detector, over backlogs of different size. How much of
 * their speed poller and ingest keep with rules is said twice: as if the detector ran in between, and
 * with the detector beside them in a process of its own, as on AWS.
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
  /** The same backlog, while the detector was at work beside it in a process of its own. */
  readonly besideSeconds: number;
  readonly cpuSeconds: number;
  readonly rssBeforeMb: number;
  readonly rssPeakMb: number;
}

export function measureRules(): readonly RulesResult[] {
  return BACKLOGS.map((events) => {
    process.stderr.write(`rules, ${figure(events)} events ...\n`);
    const alone = runPipeline(events);
    return { ...alone, besideSeconds: runPipeline(events, 'beside').seconds };
  });
}

function runPipeline(
  events: number,
  ...more: readonly string[]
): Omit<RulesResult, 'besideSeconds'> {
  const script = ['bench/pipeline.ts', String(events), String(EVENT_BYTES), ...more];
  const stdout = execFileSync(process.execPath, [...process.execArgv, ...script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result: RulesResult = JSON.parse(stdout);
  if (result.isComplete && result.fetched === events) return result;
  throw new Error(`${result.fetched} of ${events} events came as far as the archive`);
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
      'rules in a row': percent(result.seconds, result.seconds + result.detectionSeconds),
      'rules beside': percent(result.seconds, result.besideSeconds),
      'RSS before MB': figure(result.rssBeforeMb),
      'RSS peak MB': figure(result.rssPeakMb),
      'growth MB': figure(result.rssPeakMb - result.rssBeforeMb),
    })),
  );
}

const percent = (seconds: number, secondsWithRules: number): string =>
  `${figure((100 * seconds) / secondsWithRules)} %`;
