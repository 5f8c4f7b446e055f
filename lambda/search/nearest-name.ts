/** The name that a mistyped one most likely means: at most two letters off, or begun alike. */
export function nearestName<T extends string>(typed: string, names: readonly T[]): T | undefined {
  const [best] = names
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .sort((one, other) => one.distance - other.distance);
  if (best !== undefined && best.distance <= Math.min(2, best.name.length - 1)) return best.name;
  return names.find((name) => name.startsWith(typed) || typed.startsWith(name));
}

/** How many letters to insert, delete or replace, over at most as many letters as names have. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [rowIndex, letter] of [...one.slice(0, LETTERS_MAX)].entries()) {
    const next = [rowIndex + 1];
    for (const [index, wanted] of [...other].entries()) {
      const replaced = (row[index] ?? 0) + Number(letter !== wanted);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const LETTERS_MAX = 32;
