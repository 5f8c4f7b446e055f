import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_PROFILE, Learner, type ProfileState } from '../../lambda/detect/profile-state.ts';
import type { ProfileDefinition } from '../../lambda/detect/profiles.ts';

const sighting = fc.record({
  values: fc.array(fc.constantFrom('DE', 'BR', 'US', 'FR'), { minLength: 1, maxLength: 2 }),
  day: fc.integer({ min: 20_000, max: 20_012 }),
  times: fc.integer({ min: 1, max: 4 }),
});
const definition = (learnEvents: number): ProfileDefinition => ({
  types: ['s'],
  sighting: () => undefined,
  learnEvents,
  learnDays: 14,
  memoryDays: 5,
});

interface Sighting {
  readonly values: readonly string[];
  readonly day: number;
  readonly times: number;
}

function learned(
  sightings: readonly Sighting[],
  learnEvents: number,
  before: ProfileState = EMPTY_PROFILE,
): ProfileState {
  const learner = new Learner(definition(learnEvents), before);
  for (const { values, day, times } of sightings) learner.learn(values, day, times);
  return learner.state;
}

describe('a profile', () => {
  it('learns as much from sightings that were counted as from one after the other', () => {
    fc.assert(
      fc.property(fc.array(sighting), fc.integer({ min: 1, max: 8 }), (all, enough) => {
        const single = all.flatMap((one) =>
          Array.from({ length: one.times }, () => ({ ...one, times: 1 })),
        );
        expect(learned(all, enough)).toEqual(learned(single, enough));
      }),
    );
  });

  it('learns the same in one run as in several, and leaves what it was as it was', () => {
    fc.assert(
      fc.property(fc.array(sighting), fc.array(sighting), (first, second) => {
        const before = learned(first, 5);
        const asItWas = structuredClone(before);
        expect(learned(second, 5, before)).toEqual(learned([...first, ...second], 5));
        expect(before).toEqual(asItWas);
      }),
    );
  });

  it('remembers the newest fifty values and says until when it forgot', () => {
    const days = Array.from({ length: 60 }, (_, index) => index + 100);
    const sightings = days.map((day) => ({ values: [`value ${day}`], day, times: 1 }));
    const { values, forgottenDay } = learned(sightings, 5);
    expect(values.map(({ value }) => value)).toEqual(days.slice(10).map((day) => `value ${day}`));
    expect(forgottenDay).toBe(109);
  });
});
