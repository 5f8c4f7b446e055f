import type { EventFacts } from '../auth0/event-facts.ts';
import { dayOf } from './profile-state.ts';
import type { Entity, EntityKind, Entry, ProfileName, Severity, Signal } from './rule.ts';
import type { RuleSet, TunedRule } from './rule-set.ts';

/** A signal, as the entry that is kept of it; rules that see the same in an event share it. */
export interface Hit {
  readonly entity: Entity;
  readonly entry: Entry;
  readonly severity: Severity | undefined;
}

/** What the events of a run say about one entity that has a memory, in order of arrival. */
export interface Touch {
  readonly entity: Entity;
  readonly sightings: Sighted[];
  readonly hits: Hit[];
  /** By position, the rules that the hits are of: most events are hits of many rules. */
  readonly hitRules: TunedRule[];
}

/** Events of one day, one after the other, that showed the entity with the same values. */
export interface Sighted {
  /** Counts from 1970, UTC. */
  readonly day: number;
  readonly seen: readonly Seen[];
  times: number;
}

/** What an event shows a profile. */
interface Seen {
  readonly profile: ProfileName;
  readonly values: readonly string[];
}

/** What the events of a run say, before anybody's memory is asked. */
export interface Readings {
  /** Of rules that need no memory. */
  readonly immediate: readonly Immediate[];
  readonly touches: ReadonlyMap<string, Touch>;
}

interface Immediate {
  readonly tuned: TunedRule;
  readonly hit: Hit;
}

export const NOTE_CHARS_MAX = 160;
export const ENTITY_CHARS_MAX = 256;

/** Collects what rules and profiles see in events, one event after the other. */
export class Reading implements Readings {
  readonly immediate: Immediate[] = [];
  readonly touches = new Map<string, Touch>();
  readonly #byKind = new Map<EntityKind, Map<string, Touch>>();
  readonly #ruleSet: RuleSet;
  #last: { readonly entity: Entity; readonly touch: Touch } | undefined;

  constructor(ruleSet: RuleSet) {
    this.#ruleSet = ruleSet;
  }

  add(facts: EventFacts): void {
    const ms = happenedMs(facts);
    this.#learn(facts, dayOf(ms));
    this.#match(facts, ms);
  }

  #learn(facts: EventFacts, day: number): void {
    let touch: Touch | undefined;
    let seen: Seen[] = [];
    for (const [profile, { sighting }] of this.#ruleSet.profilesFor(facts.code)) {
      const sighted = sighting(facts);
      if (sighted === undefined) continue;
      const next = this.#touch(sighted.entity);
      if (touch !== undefined && next !== touch) {
        addSeen(touch, day, seen);
        seen = [];
      }
      touch = next;
      seen.push({ profile, values: sighted.values });
    }
    if (touch !== undefined) addSeen(touch, day, seen);
  }

  #match(facts: EventFacts, ms: number): void {
    const shared: Shared = [];
    let isAllowed: boolean | undefined;
    for (const tuned of this.#ruleSet.rulesFor(facts.code)) {
      const { detection } = tuned.rule;
      if (detection.kind === 'absence') continue;
      const found = detection.match(facts, tuned.context);
      if (found === undefined) continue;
      isAllowed ??= this.#ruleSet.isAllowed(facts);
      if (isAllowed) return;
      for (const signal of isList(found) ? found : [found]) {
        const hit = hitOf(facts, ms, signal, shared);
        if (detection.kind === 'each') {
          this.immediate.push({ tuned, hit });
          continue;
        }
        const touch = this.#touch(hit.entity);
        touch.hits.push(hit);
        touch.hitRules.push(tuned);
      }
    }
  }

  /** A login touches the same few entities a dozen times: the key is put together for new ones only. */
  #touch(unbounded: Entity): Touch {
    if (this.#last?.entity === unbounded) return this.#last.touch;
    const entity = bounded(unbounded);
    const ofKind = this.#byKind.get(entity.kind) ?? new Map<string, Touch>();
    let touch = ofKind.get(entity.value);
    if (touch === undefined) {
      touch = { entity, sightings: [], hits: [], hitRules: [] };
      this.#byKind.set(entity.kind, ofKind.set(entity.value, touch));
      this.touches.set(entityKey(entity), touch);
    }
    this.#last = { entity: unbounded, touch };
    return touch;
  }
}

/** Most events of a day show an entity as the one before did: those are counted. */
function addSeen({ sightings }: Touch, day: number, seen: readonly Seen[]): void {
  const last = sightings.at(-1);
  if (last !== undefined && last.day === day && isSame(last.seen, seen)) last.times += 1;
  else sightings.push({ day, seen, times: 1 });
}

function isSame(a: readonly Seen[], b: readonly Seen[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    const [one, other] = [a[index], b[index]];
    if (one?.profile !== other?.profile) return false;
    if (one === undefined || other === undefined) return false;
    if (one.values.length !== other.values.length) return false;
    for (let at = 0; at < one.values.length; at += 1) {
      if (one.values[at] !== other.values[at]) return false;
    }
  }
  return true;
}

const isList = (found: Signal | readonly Signal[]): found is readonly Signal[] =>
  Array.isArray(found);

/** What an entity is told apart by. */
export const entityKey = ({ kind, value }: Entity): string => `${kind}#${value}`;

/** What was made of the signals of one event so far: rules that saw the same share it. */
type Shared = { readonly signal: Signal; readonly hit: Hit }[];

function hitOf(facts: EventFacts, ms: number, signal: Signal, shared: Shared): Hit {
  const known = shared.find((one) => one.signal === signal);
  if (known !== undefined) return known.hit;
  const { severity } = signal;
  const hit = { entity: bounded(signal.entity), entry: entryOf(facts, ms, signal), severity };
  shared.push({ signal, hit });
  return hit;
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
