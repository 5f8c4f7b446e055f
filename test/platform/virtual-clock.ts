import type { Clock } from '../../lambda/platform/clock.ts';

export interface VirtualClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[];
}

/** A clock that stands still but for its own waits. */
export function virtualClock(startMs: number = Date.parse('2026-05-04T10:00:00Z')): VirtualClock {
  let nowMs = startMs;
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
}
