import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lambda/auth0/event-facts.ts';
import { maskSecrets } from '../../lambda/ocsf/mask.ts';

const SECRET = 'tR0ub4dor3';

/** Where Auth0 is known to leave, or might leave, what opens a door. */
const LEAKS: readonly (readonly [what: string, event: JsonObject])[] = [
  ['a one-time code of a login', { type: 'fcoa', details: { body: { otp: SECRET } } }],
  ['a code of a login', { type: 'fcoa', details: { body: { code: SECRET } } }],
  ['a verification code', { type: 'fcoa', details: { body: { verification_code: SECRET } } }],
  [
    'a login link',
    { type: 'cls', details: { link: `https://a.example.com/v?verification_code=${SECRET}&a=1` } },
  ],
  ['a login link within a link', { url: `https://a.example.com/?to=b%3Fcode%3D${SECRET}%26c` }],
  ['a login code', { type: 'cs', details: { code: SECRET } }],
  ['a login code that was sent', { type: 'cs', details: { body: { code: SECRET } } }],
  ['a code of a second factor', { details: { request: { body: { code: SECRET } } } }],
  ['a ticket', { details: { body: { ticket: SECRET } } }],
  ['a ticket link', { description: `see https://a.example.com/u?ticket=${SECRET}#` }],
  ['a client secret', { details: { response: { body: { client_secret: SECRET } } } }],
  ['a client secret in camel case', { details: { clientSecret: SECRET } }],
  ['a password', { details: { request: { body: { password: SECRET } } } }],
  ['passwords in a list', { details: { password: [SECRET, SECRET] } }],
  ['the value of a secret', { details: { secret: { name: 'a', value: SECRET } } }],
  ['a token', { details: { query: { access_token: SECRET } } }],
  [
    'a token in a fragment',
    { details: { return_to: `https://a.example.com/#id_token=${SECRET}` } },
  ],
  [
    'a JSON Web Token anywhere',
    { details: { note: `got eyJhbGciOiJub25l.eyJ${SECRET}.${SECRET} !` } },
  ],
  ['an authorization header', { details: { headers: { Authorization: `Bearer ${SECRET}` } } }],
  ['a bearer token in a text', { description: `sent Bearer ${SECRET}${SECRET}` }],
  ['a cookie', { details: { headers: { cookie: `auth0=${SECRET}` } } }],
  [
    'a token of a log stream',
    { details: { request: { body: { sink: { splunkToken: SECRET } } } } },
  ],
  ['a secret of an action', { body: { secrets: [{ name: 'KEY', value: SECRET }] } }],
  ['a header as a pair', { headers: [{ name: 'X-Api-Key', value: SECRET }] }],
  ['a form', { details: { body: `otp=${SECRET}&grant_type=otp` } }],
  ['JSON in a text', { details: { body: `{"a":1,"password": "x\\"${SECRET}","b":2}` } }],
  ['a password with stars in it', { body: { password: `a***${SECRET}` } }],
  ['a deep secret', { a: [[{ b: [{ refresh_token: SECRET }] }]] }],
];

describe('masking', () => {
  it.each(LEAKS)('hides %s', (_what, event) => {
    const masked = JSON.stringify(maskSecrets(event));
    expect(masked).not.toContain(SECRET);
    expect(masked).toContain('***');
  });

  it('hides a code that is a number', () => {
    expect(maskSecrets({ details: { body: { otp: 123456 } } })).toEqual({
      details: { body: { otp: '***' } },
    });
  });

  it.each<JsonObject>([
    { type: 's', details: { error: { code: 'inexistent_user' } } },
    { details: { riskAssessment: { assessments: { NewDevice: { code: 'no_match' } } } } },
    { details: { response: { body: { code: 'invalid_body', statusCode: 400 } } } },
    { details: { request: { body: { code: 'exports.onExecute = async () => {};' } } } },
    { details: { request: { body: { refresh_token: { rotation_type: 'rotating' } } } } },
    { details: { accessedSecrets: ['client_secret'] } },
    { details: { body: { password: '*****', ticket: '', otp: null, token: true } } },
    { details: { client_secret: '[REDACTED]', code: '*****Yez' } },
    { details: { code: '****-GNFU' } },
    { name: { toString: 1 }, value: 'x' },
    { details: { link: 'https://a.example.com/v?verification_code=******' } },
    { details: { grant_type: 'code', scope: 'openid', path: '/api/v2/tickets/password-change' } },
    { description: 'Basic authentication was used; the token = unknown' },
  ])('returns the same object when there is nothing to hide: %j', (event) => {
    expect(maskSecrets(event)).toBe(event);
  });

  it('changes nothing beside the secret, not even the order', () => {
    const event = {
      a: 1,
      details: { b: 'x', body: { user: 'u', otp: '1', z: [1] }, c: null },
      d: 2,
    };
    expect(JSON.stringify(maskSecrets(event))).toBe(
      '{"a":1,"details":{"b":"x","body":{"user":"u","otp":"***","z":[1]},"c":null},"d":2}',
    );
    expect(event.details.body.otp).toBe('1');
  });

  it('leaves a masked event as it is, whatever the event', () => {
    const keys = fc.constantFrom('details', 'body', 'code', 'token', 'value', '__proto__', 'x');
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.constantFrom('https://a.example.com/?code=1', 'eyJhbGciOiJub25l.e30.', '***', null, 7),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(keys, tree), (event) => {
        const masked = maskSecrets(JSON.parse(JSON.stringify(event)));
        expect(maskSecrets(masked)).toBe(masked);
      }),
      { numRuns: 500 },
    );
  });

  it('masks as a whole what is deeper than anything that Auth0 writes', () => {
    const deep = `${'{"a":'.repeat(50_000)}"${SECRET}"${'}'.repeat(50_000)}`;
    const masked = JSON.stringify(maskSecrets(JSON.parse(deep)));
    expect(masked).not.toContain(SECRET);
    expect(masked.length).toBeLessThan(1_000);
  });

  it.each([
    ['eyJ', 'eyJ-'.repeat(250_000)],
    ['dots', `eyJaaaaaaaa${'.a'.repeat(500_000)}`],
    ['links', '?code='.repeat(170_000)],
    ['encoded links', '%3Fcode%3D'.repeat(100_000)],
    ['bearers', 'Bearer '.repeat(140_000)],
    ['JSON', '"token":"'.repeat(110_000)],
    ['backslashes', `"token":"${'\\'.repeat(1_000_000)}`],
    ['blanks', `Bearer ${' '.repeat(1_000_000)}`],
  ])('ends soon on a long text of %s', (_what, text) => {
    // A pattern that goes back over what it has read would need hours for a million characters.
    expect(typeof maskSecrets({ description: text })['description']).toBe('string');
  });
});
