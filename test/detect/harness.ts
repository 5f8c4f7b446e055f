import { factsOf, type JsonObject } from '../../lambda/auth0/event-facts.ts';
import { detect } from '../../lambda/detect/engine.ts';
import type { EntityState } from '../../lambda/detect/entity-state.ts';
import { grown, type Incident } from '../../lambda/detect/incident.ts';
import type { Profiles } from '../../lambda/detect/profiles.ts';
import type { Rule } from '../../lambda/detect/rule.ts';
import { createRuleSet } from '../../lambda/detect/rule-set.ts';
import { DEFAULT_DETECTION, type DetectionSettings } from '../../lambda/detect/settings.ts';
import { decodeState, encodeState } from '../../lambda/detect/state-codec.ts';
import { Reading } from '../../lambda/detect/touches.ts';

export interface HarnessOptions {
  readonly rules: readonly Rule[];
  readonly profiles?: Partial<Profiles>;
  readonly settings?: Partial<DetectionSettings>;
  readonly collectorClientId?: string;
  readonly tenant?: string;
}

/**
 * A tenant's detection without AWS: each call of `run` is one run of events, and what is remembered
 * goes through the same text as in the table. A run that saves only some of its states stands for a
 * crash; it has to be repeated under its name.
 */
export function createHarness(options: HarnessOptions) {
  const { rules, profiles = {}, settings, collectorClientId, tenant = 'acme' } = options;
  const ruleSet = createRuleSet(
    rules,
    profiles as Profiles,
    { ...DEFAULT_DETECTION, ...settings },
    collectorClientId,
  );
  const states = new Map<string, ReturnType<typeof encodeState>>();
  const incidents = new Map<string, Incident>();
  let runs = 0;
  const run = (
    events: readonly JsonObject[],
    name = `${++runs}-${runs}`,
    statesSavedMax = Number.POSITIVE_INFINITY,
  ): void => {
    const reading = new Reading(ruleSet);
    for (const event of events) reading.add(factsOf(event));
    const loaded = new Map<string, EntityState>();
    for (const [key, encoded] of states) loaded.set(key, decodeState(encoded));
    const detected = detect(tenant, name, reading, loaded, ruleSet);
    for (const change of detected.changes) {
      const { id } = change.incident;
      const after = grown(incidents.get(id), change, 0);
      if (after !== undefined) incidents.set(id, after);
    }
    for (const [key, state] of [...detected.states].slice(0, statesSavedMax)) {
      states.set(key, encodeState(state));
    }
  };
  return { run, states, incidents: (): Incident[] => [...incidents.values()] };
}

/** The incidents that the rules raise over the events, all of them in one run. */
export function incidentsOf(events: readonly JsonObject[], options: HarnessOptions): Incident[] {
  const harness = createHarness(options);
  harness.run(events);
  return harness.incidents();
}
