import { execFileSync } from 'node:child_process';
import { unitsOf } from '../cost/month.ts';
import { addEfforts, type Effort, timesEffort, type Units, without } from '../cost/units.ts';

/** What it took to collect, store, audit, examine and compact a backlog. */
export interface CountedBacklog {
  readonly events: number;
  readonly effort: Effort;
}

/** Counts in a process of its own, which listens to what the handlers write. */
export function countBacklog(events: number): CountedBacklog {
  const args = [...process.execArgv, 'bench/growth/count-backlog.ts', String(events)];
  const stdout = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
  });
  return { events, effort: JSON.parse(stdout) };
}

/**
 * The units that are billed for a backlog: as counted, or as the largest counted one, and for each
 * event more what the step to it took. What detection remembers of an entity grows up to its bounds, so
 * the first events of a backlog cost less than the later ones, and no average of all would do.
 *
 * @param counted at least two, by growing size
 * @throws {RangeError} for a backlog that was not counted and is smaller than one that was
 */
export function unitsOfBacklog(counted: readonly CountedBacklog[], events: number): Units {
  const same = counted.find((one) => one.events === events);
  if (same !== undefined) return unitsOf(same.effort);
  const [before, largest] = counted.slice(-2);
  if (before === undefined || largest === undefined || events < largest.events) {
    throw new RangeError(`No units for ${events} events from ${counted.length} counted backlogs`);
  }
  const steps = (events - largest.events) / (largest.events - before.events);
  const step = without(largest.effort, before.effort);
  return unitsOf(addEfforts(largest.effort, timesEffort(step, steps)));
}
