/** How much of what is billed, by the names that `prices.json` has prices for. */
export type Units = Readonly<Record<string, number>>;

/** What a part of the work took. */
export interface Effort {
  /** Counted exactly: the same work counts the same again. */
  readonly counted: Units;
  /** Bytes; they differ by a little from run to run, since times and ids do. */
  readonly bytes: Units;
  /** Milliseconds on the machine that counted, by function: no more than a hint. */
  readonly measuredMs: Units;
}

export const NOTHING: Effort = { counted: {}, bytes: {}, measuredMs: {} };

function combine(left: Units, right: Units, operation: (a: number, b: number) => number): Units {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries(
    [...names].sort().map((name) => [name, operation(left[name] ?? 0, right[name] ?? 0)]),
  );
}

export const add = (left: Units, right: Units): Units => combine(left, right, (a, b) => a + b);

const times = (units: Units, factor: number): Units =>
  Object.fromEntries(Object.entries(units).map(([name, count]) => [name, count * factor]));

const both = (left: Effort, right: Effort, of: (a: Units, b: Units) => Units): Effort => ({
  counted: of(left.counted, right.counted),
  bytes: of(left.bytes, right.bytes),
  measuredMs: of(left.measuredMs, right.measuredMs),
});

export const addEfforts = (left: Effort, right: Effort): Effort => both(left, right, add);

/** What is left when some of the work is taken away; never less than nothing. */
export const without = (whole: Effort, part: Effort): Effort =>
  both(whole, part, (a, b) => combine(a, b, (x, y) => Math.max(0, x - y)));

export const timesEffort = ({ counted, bytes, measuredMs }: Effort, factor: number): Effort => ({
  counted: times(counted, factor),
  bytes: times(bytes, factor),
  measuredMs: times(measuredMs, factor),
});
