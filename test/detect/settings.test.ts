import { describe, expect, it } from 'vitest';
import { RULES } from '../../lambda/detect/rules/catalogue.ts';
import { DEFAULT_DETECTION, readDetectionSettings } from '../../lambda/detect/settings.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';

const read = (settings: object) =>
  readDetectionSettings(JSON.stringify({ acme: settings }), RULES)('acme');

function refusal(settings: object): string {
  try {
    read(settings);
  } catch (thrown) {
    if (thrown instanceof CollectorError) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
  return 'accepted';
}

describe('the detection settings of a tenant', () => {
  it('are the defaults for a tenant that has none', () => {
    expect(readDetectionSettings('{}', RULES)('acme')).toEqual(DEFAULT_DETECTION);
  });

  it('take what is said and keep the rest', () => {
    expect(
      read({
        off: ['A0-LOG-06'],
        limits: { 'A0-LOG-01': { count: 250 } },
        allow: { ips: ['192.0.2.0/24', '2001:db8::/32'] },
      }),
    ).toEqual({
      off: ['A0-LOG-06'],
      limits: { 'A0-LOG-01': { count: 250 } },
      lists: {},
      allow: { ips: ['192.0.2.0/24', '2001:db8::/32'], users: [], clients: [] },
    });
  });

  it.each([
    [
      'a rule that does not exist',
      { off: ['A0-LOG-99'] },
      'acme.off.0: there is no rule A0-LOG-99',
    ],
    [
      'a limit that the rule does not have',
      { limits: { 'A0-LOG-01': { threshold: 3 } } },
      'acme.limits.A0-LOG-01.threshold: A0-LOG-01 has no such limit (it has count',
    ],
    [
      'a limit that is none',
      { limits: { 'A0-LOG-01': { count: 0 } } },
      'acme.limits.A0-LOG-01.count',
    ],
    ['a network that is none', { allow: { ips: ['192.0.2.0/33'] } }, 'acme.allow.ips.0'],
    ['a field that does not exist', { rules: [] }, 'at acme: Unrecognized key'],
  ])('refuse %s by name', (_, settings, words) => {
    expect(refusal(settings)).toContain('DETECTION_SETTINGS');
    expect(refusal(settings)).toContain(words);
  });

  it('refuse a text that is not JSON', () => {
    expect(() => readDetectionSettings('{', RULES)).toThrow(CollectorError);
  });
});
