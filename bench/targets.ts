/** What a figure has to keep to. */
export type Bound = { readonly max: number } | { readonly min: number };

/** Says whether a figure keeps to its target. */
export function target(what: string, value: number, bound: Bound): boolean {
  const isKept = 'max' in bound ? value <= bound.max : value >= bound.min;
  const shown = value.toLocaleString('en-US', { maximumFractionDigits: 2 });
  const wanted = 'max' in bound ? `at most ${bound.max}` : `at least ${bound.min}`;
  process.stdout.write(`${isKept ? 'ok    ' : 'MISSED'}  ${what}: ${shown}, ${wanted}\n`);
  return isKept;
}
