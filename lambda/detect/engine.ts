import type { EntityState } from './entity-state.ts';
import { type IncidentChange, incidentChanges } from './incident.ts';
import { isApplied, judge, type Raise, raiseOf, stateOrEmpty } from './judge.ts';
import type { RuleSet } from './rule-set.ts';
import type { Readings } from './touches.ts';

/** What a run of events comes to. */
export interface Detected {
  /** The states that are to be saved, by entity key. */
  readonly states: ReadonlyMap<string, EntityState>;
  readonly changes: readonly IncidentChange[];
}

/**
 * Detects in a run of events, given what is remembered of the entities that they touch. Detecting
 * the same run again, with the states saved or not, comes to the same incidents.
 *
 * @param run name of the run: the ledger rows that it is made of
 */
export function detect(
  tenant: string,
  run: string,
  readings: Readings,
  states: ReadonlyMap<string, EntityState>,
  ruleSet: RuleSet,
): Detected {
  const raises: Raise[] = readings.immediate.map(({ tuned, hit }) => ({
    ...raiseOf(tuned, hit),
    tuned,
    entity: hit.entity,
  }));
  const changed = new Map<string, EntityState>();
  for (const [key, touch] of readings.touches) {
    const before = stateOrEmpty(states.get(key));
    if (isApplied(before, run)) continue;
    const { state, raises: own } = judge(before, touch, ruleSet.profiles, run);
    if (state !== undefined) changed.set(key, state);
    for (const raise of own) raises.push(raise);
  }
  return { states: changed, changes: incidentChanges(tenant, run, raises) };
}
