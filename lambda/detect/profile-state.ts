import type { ProfileDefinition } from './profiles.ts';

const DAY_MS = 86_400_000;
const VALUES_MAX = 50;
const SIGHTING_DAYS_MAX = 4;

/**
 * What a profile has learned. Days count from 1970, UTC. It keeps first and last days rather than an
 * order of events, so what arrives in another order teaches the same.
 */
export interface ProfileState {
  /** In no order; so few that looking through them is faster than a table of them would be. */
  readonly values: readonly KnownValue[];
  /** Sightings per day, the earliest days only: until there are enough to have learned. */
  readonly learned: readonly (readonly [day: number, sightings: number])[];
  /** The newest days with a sighting, ascending. */
  readonly days: readonly number[];
  /** The last day of the newest value that had to make room: before that, nothing is called new. */
  readonly forgottenDay: number;
}

/** A value with the first and the last day that it was seen. */
export interface KnownValue {
  readonly value: string;
  readonly first: number;
  readonly last: number;
}

export const EMPTY_PROFILE: ProfileState = {
  values: [],
  learned: [],
  days: [],
  forgottenDay: -1,
};

/** A profile that learns. */
export class Learner {
  readonly #definition: ProfileDefinition;
  readonly #before: ProfileState;
  #learning: Learning | undefined;

  constructor(definition: ProfileDefinition, before: ProfileState) {
    this.#definition = definition;
    this.#before = before;
  }

  /** The profile with what it learned; the very same when that was nothing. */
  get state(): ProfileState {
    return this.#learning ?? this.#before;
  }

  /** Learns that so many events of a day showed the entity with these values. */
  learn(values: readonly string[], day: number, times: number): void {
    const { learnEvents, memoryDays } = this.#definition;
    if (isKnownAlready(this.state, learnEvents, values, day)) return;
    this.#learning ??= { ...this.#before, values: [...this.#before.values] };
    const learning = this.#learning;
    for (const value of values) see(learning.values, value, day, memoryDays);
    learning.learned = withSightings(learning.learned, learnEvents, day, times);
    learning.days = withDay(learning.days, day);
    while (learning.values.length > VALUES_MAX) forgetOldest(learning);
  }
}

/** A profile that no one else has hold of yet. */
type Learning = { -readonly [Key in keyof ProfileState]: ProfileState[Key] } & {
  readonly values: KnownValue[];
};

/** True when the value was not seen on an earlier day, and the profile had learned by then. */
export function isNewValue(
  state: ProfileState,
  definition: ProfileDefinition,
  value: string,
  ms: number,
): boolean {
  const day = dayOf(ms);
  if (day <= state.forgottenDay || !hasLearned(state, definition, day)) return false;
  const known = knownValue(state.values, value);
  return known === undefined || known.first >= day;
}

/** Days since the last sighting on an earlier day. */
export function daysSinceLast(state: ProfileState, ms: number): number | undefined {
  const day = dayOf(ms);
  const before = state.days.filter((seen) => seen < day).at(-1);
  return before === undefined ? undefined : day - before;
}

function hasLearned(state: ProfileState, definition: ProfileDefinition, day: number): boolean {
  const first = state.learned[0]?.[0];
  if (first === undefined || first >= day) return false;
  if (day - first >= definition.learnDays) return true;
  return sightingsBefore(state.learned, day) >= definition.learnEvents;
}

/** True for one more sighting of a day that has it all already: most are. */
function isKnownAlready(
  { values: known, learned, days }: ProfileState,
  learnEvents: number,
  values: readonly string[],
  day: number,
): boolean {
  if (!days.includes(day) || sightingsBefore(learned, day) < learnEvents) return false;
  return values.every((value) => {
    const span = knownValue(known, value);
    return span !== undefined && span.first <= day && day <= span.last;
  });
}

function sightingsBefore(learned: ProfileState['learned'], day: number): number {
  let sightings = 0;
  for (const [on, count] of learned) if (on < day) sightings += count;
  return sightings;
}

const knownValue = (known: readonly KnownValue[], value: string): KnownValue | undefined =>
  known.find((one) => one.value === value);

function see(known: KnownValue[], value: string, day: number, memoryDays: number): void {
  const index = known.findIndex((one) => one.value === value);
  const before = known[index];
  if (before === undefined) {
    known.push({ value, first: day, last: day });
    return;
  }
  const isAgain = day - before.last > memoryDays;
  const first = isAgain ? day : Math.min(before.first, day);
  known[index] = { value: before.value, first, last: Math.max(before.last, day) };
}

function forgetOldest(learning: Learning): void {
  const { values, forgottenDay } = learning;
  const oldest = values.reduce((a, b) => (b.last < a.last ? b : a));
  values.splice(values.indexOf(oldest), 1);
  learning.forgottenDay = Math.max(forgottenDay, oldest.last);
}

/** Keeps the earliest days that together have enough sightings; later ones can't change anything. */
function withSightings(
  learned: ProfileState['learned'],
  enough: number,
  day: number,
  times: number,
): ProfileState['learned'] {
  if (learned.length > 0 && sightingsBefore(learned, day) >= enough) return learned;
  const counts = new Map(learned);
  counts.set(day, (counts.get(day) ?? 0) + times);
  const kept: [number, number][] = [];
  let sightings = 0;
  for (const [on, count] of [...counts].sort(([a], [b]) => a - b)) {
    kept.push([on, Math.min(count, Math.max(enough, 1))]);
    sightings += count;
    if (sightings >= enough) break;
  }
  return kept;
}

const withDay = (days: readonly number[], day: number): readonly number[] =>
  days.includes(day) ? days : [...days, day].sort((a, b) => a - b).slice(-SIGHTING_DAYS_MAX);

/** The day of a moment in milliseconds since 1970. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
