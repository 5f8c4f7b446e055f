/** A logarithmic axis. */
export interface Axis {
  /** The values at its two ends; both above 0. */
  readonly from: number;
  readonly to: number;
  /** Where a tick and its label stand. */
  readonly ticks: readonly number[];
}

/** More labels than these would stand too close beside each other. */
const TICKS_MAX = 6;
const WITHIN_A_DECADE = [1, 2, 5];

/** From the smallest value to the largest, with a tick at each: for what was chosen to be measured. */
export function axisOfSizes(sizes: readonly number[]): Axis {
  return { from: Math.min(...sizes), to: Math.max(...sizes), ticks: sizes };
}

/** Whole decades around the values: for what was measured, so that no difference looks larger than it is. */
export function axisOfDecades(values: readonly number[]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const decades = high - low;
  const every = Math.ceil((decades + 1) / TICKS_MAX);
  const powers = Array.from({ length: Math.floor(decades / every) + 1 }, (_, at) =>
    powerOfTen(low + at * every),
  );
  const to = powerOfTen(high);
  const fine = powers.flatMap((power) => WITHIN_A_DECADE.map((digit) => digit * power));
  const ticks = decades === 1 ? fine.filter((tick) => tick <= to) : powers;
  return { from: powerOfTen(low), to, ticks };
}

/** Exact where `10 ** -3` is not. */
const powerOfTen = (exponent: number): number => Number(`1e${exponent}`);

/** Where a value stands on the axis, from 0 to 1; in the middle of an axis that has one value only. */
export function placeOn({ from, to }: Axis, value: number): number {
  const length = Math.log(to) - Math.log(from);
  if (length === 0) return 0.5;
  return (Math.log(value) - Math.log(from)) / length;
}
