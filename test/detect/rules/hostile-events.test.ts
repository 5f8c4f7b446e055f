import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEHAVIOR_RULES } from '../../../lambda/detect/rules/behavior.ts';
import { PROFILES } from '../../../lambda/detect/rules/catalogue.ts';
import { LOGIN_RULES } from '../../../lambda/detect/rules/login.ts';
import { ENTITY_CHARS_MAX, NOTE_CHARS_MAX } from '../../../lambda/detect/touches.ts';
import { event } from '../events.ts';
import { incidentsOf } from '../harness.ts';

const RULES = [...LOGIN_RULES, ...BEHAVIOR_RULES];
const CODES = [...new Set(RULES.flatMap(({ types }) => (types === 'all' ? [] : types)))];

const wild = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 3_000 }),
  fc.constantFrom('192.0.2.7', 'alice@example.com', '__proto__', 'constructor'),
);
const place = fc.record({ country_code: wild, latitude: wild, longitude: wild });
const details = fc.record(
  {
    riskAssessment: fc.record({ confidence: wild, assessments: wild }),
    enrollment: fc.record({ phone_number: wild, identifier: wild }),
    body: fc.record({ phone_number: wild }),
    familyId: wild,
    tokenCounter: wild,
    latestCounter: wild,
  },
  { requiredKeys: [] },
);
const fields = fc.record(
  {
    ip: wild,
    user_name: wild,
    user_id: wild,
    client_id: wild,
    client_name: wild,
    user_agent: wild,
    description: wild,
    strategy_type: wild,
    security_context: fc.oneof(wild, fc.record({ ja4: wild })),
    location_info: fc.oneof(wild, place),
    details: fc.oneof(wild, details),
  },
  { requiredKeys: [] },
);

describe('the rules about users', () => {
  it('stand whatever an event holds, and keep their lines short', () => {
    const events = fc.array(fc.tuple(fc.constantFrom(...CODES), fields), { maxLength: 30 });
    fc.assert(
      fc.property(events, (list) => {
        const incidents = incidentsOf(
          list.map(([code, wildFields]) => event(code, wildFields)),
          { rules: RULES, profiles: PROFILES },
        );
        for (const { entity, timeline } of incidents) {
          expect(entity.value.length).toBeLessThanOrEqual(ENTITY_CHARS_MAX);
          for (const { text } of timeline) {
            expect(text.length).toBeLessThanOrEqual(NOTE_CHARS_MAX);
            expect(text).not.toMatch(/[\n\r\t]/);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
