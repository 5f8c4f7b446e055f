import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import { PROFILES, RULES } from '../../lambda/detect/rules/catalogue.ts';

describe('the catalogue of rules', () => {
  it('has every rule once', () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(52);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s says what it is', (id, rule) => {
    expect(id).toMatch(/^A0-(?:ADM|LOG|UBH|OPS)-\d{2}$/);
    for (const words of [rule.title, rule.why, rule.tune, rule.todo]) {
      expect(words.length).toBeGreaterThan(5);
    }
    for (const technique of rule.attack) expect(technique).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    expect(rule.periodHours).toBeGreaterThan(0);
    if (rule.types !== 'all') {
      expect(rule.types.length > 0).toBe(rule.detection.kind !== 'absence');
      for (const code of rule.types) expect(Object.keys(EVENT_TYPES)).toContain(code);
    }
  });

  it('has profiles for the rules that ask for one', () => {
    for (const { detection } of RULES) {
      if (detection.kind === 'first-seen') expect(PROFILES).toHaveProperty(detection.profile);
    }
  });
});
