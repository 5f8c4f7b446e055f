import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation of the heap at the size that it has now, a few megabytes after a start.
 * Lambda lets it grow to 75 MB in a function of 512 MB. Whoever reads pages in a stream wins nothing by
 * that: hardly anything outlives its page, and a large young generation only keeps garbage longer, the
 * buffers of pages included.
 *
 * What is set is the factor of growth, which V8 reads whenever the young generation could grow; the
 * largest size itself is fixed when a process starts, and the runtime of Lambda names it.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
