import type { ProfileDefinition } from './profiles.ts';

const DAY_MS = 86_400_000;
const VALUES_MAX = 50;
const SIGHTING_DAYS_MAX = 4;

/**
 * What a profile has learned. Days count from 1970, UTC. It keeps first and last days rather than an
 * order of events, so what arrives in another order teaches the same.
 */
export interface ProfileState {
  /** First and last day of every value. */
  readonly values: Readonly<Record<string, readonly [first: number, last: number]>>;
  /** Sightings per day, the earliest days only: until there are enough to have learned. */
  readonly learned: readonly (readonly [day: number, sightings: number])[];
  /** The newest days with a sighting, ascending. */
  readonly days: readonly number[];
  /** The last day of the newest value that had to make room: before that, nothing is called new. */
  readonly forgottenDay: number;
}

export const EMPTY_PROFILE: ProfileState = { values: {}, learned: [], days: [], forgottenDay: -1 };

/** The profile after one more event that showed the entity with these values. */
export function learn(
  state: ProfileState,
  definition: ProfileDefinition,
  values: readonly string[],
  ms: number,
): ProfileState {
  const day = dayOf(ms);
  if (isKnownAlready(state, definition, values, day)) return state;
  return {
    ...withValues(state, definition, values, day),
    learned: withSighting(state.learned, definition.learnEvents, day),
    days: withDay(state.days, day),
  };
}

/** True when the value was not seen on an earlier day, and the profile had learned by then. */
export function isNewValue(
  state: ProfileState,
  definition: ProfileDefinition,
  value: string,
  ms: number,
): boolean {
  const day = dayOf(ms);
  if (day <= state.forgottenDay || !hasLearned(state, definition, day)) return false;
  const known = Object.hasOwn(state.values, value) ? state.values[value] : undefined;
  return known === undefined || known[0] >= day;
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
  let sightings = 0;
  for (const [on, count] of state.learned) if (on < day) sightings += count;
  return sightings >= definition.learnEvents;
}

/** True for one more sighting of a day that has it all already: most are. */
function isKnownAlready(
  { values: known, learned, days }: ProfileState,
  { learnEvents }: ProfileDefinition,
  values: readonly string[],
  day: number,
): boolean {
  if (!days.includes(day)) return false;
  const isWithin = (value: string) => {
    const span = Object.hasOwn(known, value) ? known[value] : undefined;
    return span !== undefined && span[0] <= day && day <= span[1];
  };
  if (!values.every(isWithin)) return false;
  let before = 0;
  for (const [on, count] of learned) if (on < day) before += count;
  return before >= learnEvents;
}

function withValues(
  state: ProfileState,
  { memoryDays }: ProfileDefinition,
  seen: readonly string[],
  day: number,
): Pick<ProfileState, 'values' | 'forgottenDay'> {
  const values = new Map(Object.entries(state.values));
  for (const value of seen) {
    const [first, last] = values.get(value) ?? [day, day];
    const isAgain = day - last > memoryDays;
    values.set(value, [isAgain ? day : Math.min(first, day), Math.max(last, day)]);
  }
  let { forgottenDay } = state;
  while (values.size > VALUES_MAX) {
    const [oldest, [, last]] = [...values].reduce((a, b) => (b[1][1] < a[1][1] ? b : a));
    values.delete(oldest);
    forgottenDay = Math.max(forgottenDay, last);
  }
  return { values: Object.fromEntries(values), forgottenDay };
}

/** Keeps the earliest days that together have enough sightings; later ones can't change anything. */
function withSighting(
  learned: ProfileState['learned'],
  enough: number,
  day: number,
): ProfileState['learned'] {
  const counts = new Map(learned);
  counts.set(day, (counts.get(day) ?? 0) + 1);
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

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
