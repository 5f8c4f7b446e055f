import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { isCall } from '../../lambda/detect/reading/call.ts';

const TEMPLATE = 'users/{id}/multifactor/{provider}';

/** What the template reads out of a call that is logged with this path. */
function read(path: string, method = 'delete', statusCode: unknown = 204) {
  const details = { request: { method, path }, response: { statusCode } };
  return isCall(factsOf({ type: 'sapi', details }).call, 'DELETE PATCH', TEMPLATE);
}

describe('a call of the Management API', () => {
  it('is known by its path, with and without prefix, host, query and slash at the end', () => {
    const parts = { id: 'auth0|1', provider: 'duo' };
    for (const path of [
      '/api/v2/users/auth0%7C1/multifactor/duo',
      '/v2/users/auth0|1/multifactor/duo/',
      'users/auth0|1/multifactor/duo',
      'https://acme.eu.auth0.com/api/v2/users/auth0%7C1/multifactor/duo?x=1',
      '/api/v2/USERS/auth0|1/Multifactor/duo',
    ]) {
      expect(read(path)).toEqual(parts);
    }
  });

  it('keeps an id with a slash in one piece, and one that can not be decoded as it is', () => {
    expect(read('/api/v2/users/samlp%7Ca%2Fb/multifactor/duo')?.['id']).toBe('samlp|a/b');
    expect(read('/api/v2/users/%E0%A4%A/multifactor/duo')?.['id']).toBe('%E0%A4%A');
  });

  it('is another one with a segment more or less, or an empty one', () => {
    expect(read('/api/v2/users/1/multifactor')).toBeUndefined();
    expect(read('/api/v2/users/1/multifactor/duo/2')).toBeUndefined();
    expect(read('/api/v2/users//multifactor/duo')).toBeUndefined();
    expect(read('/api/v2/users/1/multifactor/duo', 'post')).toBeUndefined();
  });

  it('counts only when it succeeded', () => {
    const path = '/api/v2/users/1/multifactor/duo';
    expect([200, 204, 299, '200', undefined].map((status) => read(path, 'patch', status))).toEqual(
      Array(5).fill({ id: '1', provider: 'duo' }),
    );
    expect([199, 300, 302, 400, 404, 500].map((status) => read(path, 'patch', status))).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('gives back every id that a client can encode', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        const path = `/api/v2/users/${encodeURIComponent(id)}/multifactor/duo`;
        expect(read(path)?.['id']).toBe(id);
      }),
    );
  });

  it('is read without harm whatever its path is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => {
        expect([undefined, 'object']).toContain(read(path) && 'object');
      }),
    );
  });
});
