import type { Clock } from '../platform/clock.ts';
import { detect } from './engine.ts';
import { grown, type Incident, type IncidentChange } from './incident.ts';
import type { IncidentStore, Reason } from './incident-store.ts';
import type { RuleSet } from './rule-set.ts';
import { someAtOnce } from './some-at-once.ts';
import type { StateStore } from './state-store.ts';
import type { Readings } from './touches.ts';

export interface RunParts {
  readonly tenant: string;
  readonly ruleSet: RuleSet;
  readonly states: StateStore;
  readonly incidents: IncidentStore;
  readonly clock: Clock;
}

/** No two changes of a run are of one incident. */
const CHANGES_AT_ONCE = 8;

/** How many incidents a run opened, and how many it added to. */
export interface RunOutcome {
  readonly opened: number;
  readonly grown: number;
}

/**
 * Detects in a promised run and saves what comes of it: the incidents first, since the states say
 * that their events were looked at. Repeating it changes nothing that is saved already.
 */
export async function detectRun(
  parts: RunParts,
  run: string,
  readings: Readings,
): Promise<RunOutcome> {
  const { tenant, states, ruleSet } = parts;
  const before = await states.load(tenant, readings.touches.keys());
  const { states: after, changes } = detect(tenant, run, readings, before, ruleSet);
  const outcome = { opened: 0, grown: 0 };
  await someAtOnce(changes, CHANGES_AT_ONCE, async (change) => {
    const reason = await saveChange(parts, change);
    if (reason === 'opened') outcome.opened += 1;
    else if (reason !== undefined) outcome.grown += 1;
  });
  await states.save(tenant, after);
  return outcome;
}

/** Brings a change into its incident; undefined when it was there already. */
export async function saveChange(
  { tenant, incidents, clock }: Pick<RunParts, 'tenant' | 'incidents' | 'clock'>,
  change: IncidentChange,
): Promise<Reason | undefined> {
  const before = await incidents.get(tenant, change.incident.id);
  const after = grown(before, change, clock.nowMs());
  if (after === undefined) return undefined;
  const reason = reasonOf(before, after);
  await incidents.save(after, reason, before);
  return reason;
}

function reasonOf(before: Incident | undefined, after: Incident): Reason {
  if (before === undefined) return 'opened';
  return before.severity === after.severity ? 'grown' : 'escalated';
}
