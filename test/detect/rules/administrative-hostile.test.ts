import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, type JsonObject } from '../../../lambda/auth0/event-facts.ts';
import { ADMINISTRATIVE_RULES } from '../../../lambda/detect/rules/administrative.ts';
import { ADMINISTRATIVE_PROFILES } from '../../../lambda/detect/rules/administrative-profiles.ts';
import { OPERATIONS_RULES } from '../../../lambda/detect/rules/operations.ts';

/** Paths that rules look into the bodies of. */
const CALLS = [
  'PATCH attack-protection/bot-detection',
  'PATCH attack-protection/brute-force-protection',
  'PUT guardian/policies',
  'PUT guardian/factors/sms',
  'PUT guardian/factors/phone/message-types',
  'POST client-grants',
  'PATCH clients/a',
  'PATCH log-streams/a',
  'PATCH connections/a',
  'POST tenants/invitations',
  'PATCH tenants/invitations/a',
  'POST users/a/roles',
  'POST roles/a/permissions',
  'PATCH actions/triggers/a/bindings',
  'PATCH actions/actions/a',
  'PATCH users/a',
  'POST jobs/users-exports',
];
/** Keys that rules ask bodies for. */
const KEYS = [
  ...['enabled', 'shields', 'mode', 'allowlist', 'policy', 'message_types', 'audience', 'scope'],
  ...['client_id', 'grant_types', 'callbacks', 'app_type', 'name', 'status', 'sink', 'filters'],
  ...['strategy', 'options', 'roles', 'owners', 'state', 'user', 'permissions', 'bindings', 'code'],
  ...['blocked', 'connection_id', '__proto__', 'constructor'],
];

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
);
const body = fc.oneof(anything, fc.dictionary(fc.constantFrom(...KEYS), anything));

const hostileEvent = fc
  .record({
    type: fc.constantFrom('sapi', 'mgmt_api_read', 'seccft', 'kms_key_state_changed', 'fn'),
    call: fc.constantFrom(...CALLS),
    body,
    answer: body,
    user: anything,
    others: fc.record({
      log_id: anything,
      date: anything,
      description: anything,
      user_id: anything,
      client_id: anything,
      client_name: anything,
      ip: anything,
      audience: anything,
      location_info: fc.oneof(anything, fc.record({ country_code: anything })),
    }),
  })
  .map(({ type, call, body: requestBody, answer, user, others }): JsonObject => {
    const [method, path] = call.split(' ');
    const request = { method, path, body: requestBody, auth: { user }, channel: user };
    const response = { statusCode: 200, body: answer };
    return { ...others, type, details: { request, response, accessedSecrets: answer } };
  });

describe('events with anything in them', () => {
  it('are read without harm, into lines that stay lines', () => {
    const rules = [...ADMINISTRATIVE_RULES, ...OPERATIONS_RULES];
    fc.assert(
      fc.property(hostileEvent, (event) => {
        const facts = factsOf(event);
        for (const profile of Object.values(ADMINISTRATIVE_PROFILES)) profile.sighting(facts);
        for (const { detection, limits, lists } of rules) {
          if (detection.kind === 'absence') continue;
          const found = detection.match(facts, { limits, lists, collectorClientId: 'a' }) ?? [];
          for (const { entity, note } of [found].flat()) {
            expect(typeof entity.value).toBe('string');
            expect(note).not.toMatch(/\p{Cc}/u);
            expect(note.length).toBeLessThan(400);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
