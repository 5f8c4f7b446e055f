import { execFileSync } from 'node:child_process';
import type { CostFacts } from './month.ts';
import { countResources } from './stacks.ts';

/** Counts everything anew. */
export function countFacts(): CostFacts {
  const stdout = execFileSync(process.execPath, [...process.execArgv, 'bench/cost/count.ts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // As in Lambda, and whatever a test has set for itself.
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
  });
  return { resources: countResources(), counted: JSON.parse(stdout) };
}
