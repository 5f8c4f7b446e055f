import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { createPseudonyms, PSEUDONYM_PATTERN } from '../../lambda/ocsf/pseudonym.ts';
import { toOcsf } from '../../lambda/ocsf/to-ocsf.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { oneOfEach, simulatedEvents } from './simulated.ts';
import { faultsOf } from './validator.ts';

const KEY = Buffer.alloc(32, 7);
const { pseudonymise, tokenOf } = createPseudonyms(KEY);

const event = {
  type: 'fp',
  date: '2026-03-02T06:00:00.000Z',
  log_id: '9001',
  description: 'Wrong password for Ann.Example@example.com (annex) from 192.0.2.10, not 192.0.2.1',
  ip: '192.0.2.10',
  user_id: 'samlp|acme|ann.example@example.com',
  user_name: 'annex',
  connection: 'acme',
  details: {
    request: {
      ip: '192.0.2.10',
      auth: { user: { user_id: 'auth0|7', name: 'Bo Berg', email: 'bo@example.net' } },
      path: '/api/v2/users-by-email?email=ann.example%40example.com&x=bo%2Btag%40example.net',
    },
    body: { given_name: 'Ann', phone_number: '+15005550001', phone: 15005550001 },
    prompts: [{ name: 'login', user_id: 'auth0|7', user_name: 'annex' }],
    'bo@example.net': ['annexes', 'annex'],
  },
  location_info: { country_code: 'FR', city_name: 'Lyon', latitude: 45.7, longitude: 4.8 },
};

describe('pseudonyms', () => {
  it('leave no name, address, number or e-mail address of the event', () => {
    const text = JSON.stringify(pseudonymise(event));
    for (const clear of [
      'example.com',
      'example.net',
      '192.0.2.10',
      'Bo Berg',
      '"Ann"',
      '1500555',
    ]) {
      expect(text.toLowerCase()).not.toContain(clear.toLowerCase());
    }
    expect(text).not.toMatch(/\bannex\b/);
  });

  it('are found again by the clear value, in any case and place', () => {
    const result = pseudonymise(event);
    const [ann, annex, ip] = ['ANN.example@example.com', 'Annex', '192.0.2.10'].map(tokenOf);
    expect(result).toMatchObject({
      ip,
      user_name: annex,
      user_id: `samlp|acme|${ann}`,
      description: `Wrong password for ${ann} (${annex}) from ${ip}, not 192.0.2.1`,
      details: {
        request: {
          ip,
          auth: {
            user: {
              user_id: 'auth0|7',
              name: tokenOf('Bo Berg'),
              email: tokenOf('bo@example.net'),
            },
          },
          path: `/api/v2/users-by-email?email=${ann}&x=${tokenOf('bo+tag@example.net')}`,
        },
        body: { phone: tokenOf('15005550001') },
        [tokenOf('bo@example.net')]: ['annexes', annex],
      },
    });
  });

  it('leave what is no person: types, prompts, connections, ids and the country', () => {
    expect(pseudonymise(event)).toMatchObject({
      type: 'fp',
      log_id: '9001',
      connection: 'acme',
      details: { prompts: [{ name: 'login', user_id: 'auth0|7' }] },
    });
    expect(pseudonymise(event)['location_info']).toEqual({ country_code: 'FR' });
  });

  it('do not let a user name change the type of its event', () => {
    expect(pseudonymise({ type: 'fp', user_name: 'fp' })).toEqual({
      type: 'fp',
      user_name: tokenOf('fp'),
    });
  });

  it('have one form, and differ with the key', () => {
    expect(tokenOf('ann@example.com')).toMatch(PSEUDONYM_PATTERN);
    expect(createPseudonyms(randomBytes(32)).tokenOf('ann')).not.toBe(tokenOf('ann'));
    const byText = createPseudonyms(new Secret(KEY.toString('utf8')));
    expect(byText.tokenOf('ann')).toBe(tokenOf('ann'));
  });

  it('keep every simulated event mappable, without a person in it', () => {
    for (const clear of oneOfEach(simulatedEvents())) {
      const hidden = pseudonymise(clear);
      const text = JSON.stringify(hidden);
      expect(text, text).not.toMatch(/@example\.|%40example\./);
      for (const key of ['ip', 'user_name'] as const) {
        if (clear[key]) expect(text, text).not.toContain(`"${clear[key]}"`);
      }
      const context = { tenant: 'acme', rawData: text, version: '1.8.0' } as const;
      const mapped = toOcsf(factsOf(hidden), context);
      expect(faultsOf('1.8.0', mapped.record)).toEqual([]);
      const before = toOcsf(factsOf(clear), context);
      expect(mapped.record['type_uid']).toBe(before.record['type_uid']);
    }
  });

  it('can be made of any object', () => {
    const deep = `${'{"a":'.repeat(50_000)}"ann@example.com"${'}'.repeat(50_000)}`;
    expect(JSON.stringify(pseudonymise(JSON.parse(deep)))).not.toContain('example');
    const odd = JSON.parse('{"__proto__":{"email":"ann@example.com"},"user_name":"(.*)[","ip":5}');
    expect(JSON.stringify(pseudonymise(odd))).toBe(
      `{"__proto__":{"email":"${tokenOf('ann@example.com')}"},"user_name":"${tokenOf('(.*)[')}","ip":5}`,
    );
    expect(pseudonymise({ description: `${'a'.repeat(200_000)}@` })['description']).toHaveLength(
      200_001,
    );
  });
});
