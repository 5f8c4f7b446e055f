/**
 * Mean and standard deviation of counts. Counts of independent events scatter by the root of their
 * mean at least, so a short and even history can't claim to know better.
 */
export function meanAndSpread(counts: readonly number[]): { mean: number; spread: number } {
  if (counts.length === 0) return { mean: 0, spread: 0 };
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return { mean, spread: Math.sqrt(Math.max(variance, mean)) };
}
