import { describe, expect, it } from 'vitest';
import { ATTACK_NAMES } from '../../local/tenant/attacks/table.ts';
import { FIRST_TENANT_DAYS, measure, NORMAL_EVENTS_PER_DAY, noisePer100k } from './measure.ts';

const NORMAL_EVENTS = 50_000;
/** Medium or heavier, per 100,000 events, over all rules. */
const NOISE_MAX = 5;

describe('the whole catalogue', () => {
  it('leaves the ordinary days of a tenant alone', () => {
    const days = NORMAL_EVENTS / NORMAL_EVENTS_PER_DAY;
    const measured = measure({ events: NORMAL_EVENTS, seed: 11, isAttacked: false, days });
    const told = [...measured.incidents].map(([rule, counts]) => [rule, ...counts].join(' '));
    expect(noisePer100k(measured), told.join('\n')).toBeLessThanOrEqual(NOISE_MAX);
    // An engine that never says anything is quiet too.
    expect(measured.incidents.size).toBeGreaterThan(3);
  });

  it.each([1, 2, 3])('sees every attack on a tenant as npm start has it (seed %i)', (seed) => {
    const days = FIRST_TENANT_DAYS;
    const { attacks } = measure({ events: 5_000, seed, isAttacked: true, days });
    expect(attacks.map(({ run }) => run.name).sort()).toEqual([...ATTACK_NAMES].sort());
    const missed = attacks.filter((attack) => attack.missed.length > 0);
    expect(missed.map(({ run, missed }) => `${run.name}: ${missed.join(', ')}`)).toEqual([]);
  });
});
