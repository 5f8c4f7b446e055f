import type { EventFacts } from '../auth0/event-facts.ts';
import type { Entity, EntityKind, Entry, ProfileName, Severity, Signal } from './rule.ts';
import type { RuleSet, TunedRule } from './rule-set.ts';

/** A signal of a rule, as the entry that is kept of it. */
export interface Hit {
  readonly tuned: TunedRule;
  readonly entity: Entity;
  readonly entry: Entry;
  readonly severity: Severity | undefined;
}

/** What the events of a run say about one entity that has a memory. */
export interface Touch {
  readonly entity: Entity;
  readonly sightings: Sighted[];
  readonly hits: Hit[];
}

export interface Sighted {
  readonly profile: ProfileName;
  readonly values: readonly string[];
  readonly ms: number;
}

/** What the events of a run say, before anybody's memory is asked. */
export interface Readings {
  /** Of rules that need no memory. */
  readonly immediate: readonly Hit[];
  readonly touches: ReadonlyMap<string, Touch>;
}

export const NOTE_CHARS_MAX = 160;
export const ENTITY_CHARS_MAX = 256;

/** Collects what rules and profiles see in events, one event after the other. */
export class Reading implements Readings {
  readonly immediate: Hit[] = [];
  readonly touches = new Map<string, Touch>();
  readonly #byKind = new Map<EntityKind, Map<string, Touch>>();
  readonly #ruleSet: RuleSet;

  constructor(ruleSet: RuleSet) {
    this.#ruleSet = ruleSet;
  }

  add(facts: EventFacts): void {
    const ms = happenedMs(facts);
    for (const profile of this.#ruleSet.profilesFor(facts.code)) {
      const sighting = this.#ruleSet.profiles[profile].sighting(facts);
      if (sighting === undefined) continue;
      const { sightings } = this.#touch(bounded(sighting.entity));
      sightings.push({ profile, values: sighting.values, ms });
    }
    for (const hit of hitsOf(facts, ms, this.#ruleSet)) {
      if (hit.tuned.rule.detection.kind === 'each') this.immediate.push(hit);
      else this.#touch(hit.entity).hits.push(hit);
    }
  }

  /** A login touches the same few entities a dozen times: the key is put together for new ones only. */
  #touch(entity: Entity): Touch {
    const ofKind = this.#byKind.get(entity.kind) ?? new Map<string, Touch>();
    const known = ofKind.get(entity.value);
    if (known !== undefined) return known;
    const fresh: Touch = { entity, sightings: [], hits: [] };
    this.#byKind.set(entity.kind, ofKind.set(entity.value, fresh));
    this.touches.set(entityKey(entity), fresh);
    return fresh;
  }
}

/** What an entity is told apart by. */
export const entityKey = ({ kind, value }: Entity): string => `${kind}#${value}`;

function hitsOf(facts: EventFacts, ms: number, ruleSet: RuleSet): Hit[] {
  const rules = ruleSet.rulesFor(facts.code);
  if (rules.length === 0) return [];
  const hits: Hit[] = [];
  for (const tuned of rules) {
    const { detection } = tuned.rule;
    if (detection.kind === 'absence') continue;
    const found = detection.match(facts, tuned.context);
    if (found === undefined) continue;
    if (!Array.isArray(found)) hits.push(hitOf(tuned, facts, ms, found as Signal));
    else for (const signal of found as Signal[]) hits.push(hitOf(tuned, facts, ms, signal));
  }
  return hits.length > 0 && ruleSet.isAllowed(facts) ? [] : hits;
}

function hitOf(tuned: TunedRule, facts: EventFacts, ms: number, signal: Signal): Hit {
  const { entity, severity } = signal;
  return { tuned, entity: bounded(entity), entry: entryOf(facts, ms, signal), severity };
}

const entryOf = (facts: EventFacts, ms: number, { note, mark, value }: Signal): Entry => ({
  ms,
  logId: facts.logId,
  note: note.slice(0, NOTE_CHARS_MAX),
  mark: mark ?? '',
  value: (value ?? '').slice(0, ENTITY_CHARS_MAX),
  counted: false,
});

const bounded = (entity: Entity): Entity =>
  entity.value.length <= ENTITY_CHARS_MAX
    ? entity
    : { kind: entity.kind, value: entity.value.slice(0, ENTITY_CHARS_MAX) };

const DAY_MS = 86_400_000;

/** When the event happened; a date far from its ingestion can't be meant, and would move windows. */
function happenedMs({ timeMs, ingestedMs }: EventFacts): number {
  if (ingestedMs === undefined) return timeMs ?? 0;
  if (timeMs === undefined) return ingestedMs;
  return timeMs > ingestedMs + DAY_MS || timeMs < ingestedMs - 31 * DAY_MS ? ingestedMs : timeMs;
}
