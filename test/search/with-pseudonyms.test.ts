import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { searchValues } from '../../lambda/lake/search-columns.ts';
import { createPseudonyms } from '../../lambda/ocsf/pseudonym.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { createMatcher } from '../../lambda/search/match.ts';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import { withPseudonyms } from '../../lambda/search/with-pseudonyms.ts';

const EVENT = {
  log_id: '90020261122100000000000000000000000001223372036854775808',
  type: 'fp',
  date: '2026-11-22T10:00:00.000Z',
  user_name: 'Ann@example.com',
  user_id: 'auth0|1',
  ip: '192.0.2.7',
  description: 'Wrong password for ann@example.com',
};
const { pseudonymise, tokenOf } = createPseudonyms(new Secret('k'.repeat(40)));

/** Whether a query finds the event, in clear or as a lake of pseudonyms holds it. */
function finds(query: string, event: Record<string, unknown>): boolean {
  const asked = withPseudonyms(parseQuery(query), tokenOf);
  const row = { ...searchValues(factsOf(event), ''), raw: JSON.stringify(event) };
  return createMatcher(asked).matches(row);
}

describe('a search in a lake of pseudonyms', () => {
  it('does not hold the clear values, or this would prove nothing', () => {
    const kept = JSON.stringify(pseudonymise(EVENT));
    expect(kept).not.toMatch(/ann@example\.com|192\.0\.2\.7/i);
  });

  it.each(['user:ann@example.com', 'ip:192.0.2.7', 'ann@example.com', '192.0.2.7 type:fp'])(
    'finds by the clear value: %s',
    (query) => {
      expect(finds(query, pseudonymise(EVENT))).toBe(true);
      expect(finds(query, EVENT)).toBe(true);
    },
  );

  it.each(['user:bob@example.com', 'ip:192.0.2.8', '-user:ann@example.com'])(
    'does not find another: %s',
    (query) => {
      expect(finds(query, pseudonymise(EVENT))).toBe(false);
      expect(finds(query, EVENT)).toBe(false);
    },
  );
});
