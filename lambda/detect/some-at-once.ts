/**
 * Uses every item, so many of them at once. After a failure none is begun, and those under way are
 * waited for before it is thrown: nobody writes any more when the lease is given back.
 */
export async function someAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  use: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items].values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of waiting) {
      if (failures.length > 0) return;
      await use(item).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
