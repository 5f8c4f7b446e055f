/**
 * When attacks happen. The first 5,000 events of a tenant have every attack once, late enough that
 * its users are known by then; after that, every 50,000 events have every attack once more. Which
 * attacks are played changes nothing about when the others are.
 */
import { Draw, mix } from '../traffic/draw.ts';
import { ATTACK_NAMES, ATTACKS, type AttackName } from './table.ts';

/** One attack of a tenant: its events are some of the slots from `from` up to `to`. */
export interface AttackRun {
  readonly name: AttackName;
  /** Its first slot, and the first one behind it. */
  readonly from: number;
  readonly to: number;
  /** The slots of its own events, ascending; the others are normal traffic. */
  readonly slots: readonly number[];
  /** What is drawn in it depends on this. */
  readonly seed: number;
}

export interface AttackPlan {
  readonly seed: number;
  readonly names: readonly AttackName[];
  /** The run that a slot lies in. */
  runAt(index: number): AttackRun | undefined;
  /** The runs that have a slot from `from` up to but not including `to`, in their order. */
  runsWithin(from: number, to: number): readonly AttackRun[];
}

/** How many events have every attack once in a tenant that has just been set up… */
export const FIRST_CYCLE_EVENTS = 5_000;
/** …and later on. */
export const CYCLE_EVENTS = 50_000;

/** Before this slot nobody is known well enough; behind the last one a run might be cut off. */
const FIRST_SLOTS = [3_500, 4_950] as const;

/** So many slots in all to an event of the attack. */
const SLOTS_PER_EVENT = 1.5;
/** A flood leaves little room for others. */
const SLOTS_PER_EVENT_OF_FLOOD = 1.1;
const FLOOD_EVENTS = 60;

/** Plans the attacks of these names for a tenant with this seed. */
export function planAttacks(seed: number, names: readonly AttackName[]): AttackPlan {
  const cycles = new Map<number, readonly AttackRun[]>();
  const runsOf = (cycle: number): readonly AttackRun[] => {
    const known = cycles.get(cycle);
    if (known !== undefined) return known;
    const runs = layOut(seed, cycle).filter(({ name }) => names.includes(name));
    cycles.set(cycle, runs);
    return runs;
  };
  const cycleOf = (index: number) => Math.floor(index / CYCLE_EVENTS);
  return {
    seed,
    names,
    runAt: (index) => runsOf(cycleOf(index)).find(({ from, to }) => index >= from && index < to),
    runsWithin: (from, to) => {
      const runs: AttackRun[] = [];
      for (let cycle = cycleOf(from); cycle <= cycleOf(to - 1); cycle += 1) {
        runs.push(...runsOf(cycle).filter((run) => run.to > from && run.from < to));
      }
      return runs;
    },
  };
}

/**
 * The attacks within the first `count` events of a tenant with this seed, as they really happen:
 * what detection has to find. One that is cut off at the end is left out.
 */
export const attacksIn = (
  seed: number,
  count: number,
  names: readonly AttackName[] = ATTACK_NAMES,
): readonly AttackRun[] =>
  planAttacks(seed, names)
    .runsWithin(0, count)
    .filter(({ to }) => to <= count);

/** All attacks of one cycle in an order of its own, with gaps between them. */
function layOut(seed: number, cycle: number): readonly AttackRun[] {
  const draw = new Draw(mix(seed, 0xa77ac, cycle));
  const [start, end] =
    cycle === 0 ? FIRST_SLOTS : [cycle * CYCLE_EVENTS, (cycle + 1) * CYCLE_EVENTS];
  const order = ATTACK_NAMES.map((name) => ({ name, rank: draw.bits() })).sort(
    (a, b) => a.rank - b.rank,
  );
  const needed = order.reduce((sum, { name }) => sum + slotsOf(name), 0);
  const gap = Math.floor((end - start - needed) / order.length);
  const runs: AttackRun[] = [];
  let from: number = start;
  for (const { name } of order) {
    from += draw.between(Math.floor(gap / 2), gap);
    const to = from + slotsOf(name);
    const slots = slotsIn(from, to, ATTACKS[name].events);
    runs.push({
      name,
      from,
      to,
      slots,
      seed: mix(seed, 0xa77ac, cycle, ATTACK_NAMES.indexOf(name)),
    });
    from = to;
  }
  return runs;
}

function slotsOf(name: AttackName): number {
  const { events } = ATTACKS[name];
  const perEvent = events > FLOOD_EVENTS ? SLOTS_PER_EVENT_OF_FLOOD : SLOTS_PER_EVENT;
  return Math.ceil(events * perEvent);
}

const slotsIn = (from: number, to: number, events: number): readonly number[] =>
  Array.from({ length: events }, (_, event) => from + Math.floor((event * (to - from)) / events));
