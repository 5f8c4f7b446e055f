import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { Secret } from '../../lambda/platform/secret.ts';

const TELLTALE = 'telltale-5Fq';
const secret = new Secret(TELLTALE);
const holder = {
  credentials: { clientSecret: secret },
  list: [secret],
  map: new Map([[1, secret]]),
};
const failure = new CollectorError('AUTH0_5XX', `It broke with ${secret}`, { cause: holder });

describe('a secret', () => {
  it('is revealed to the one place that sends it', () => {
    expect(secret.reveal()).toBe(TELLTALE);
  });

  it.each([
    ['a template string', `${secret}`],
    ['joined text', `token: ${[secret, secret].join()}`],
    ['String()', String(secret)],
    ['JSON', JSON.stringify({ secret, holder: [holder] })],
    ['inspection', inspect(holder, { depth: 10, showHidden: true })],
    ['inspection without its own say', inspect(secret, { customInspect: false, showHidden: true })],
    ['console formats', format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['its keys', Reflect.ownKeys(secret).map(String).join()],
    ['its entries', Object.entries(secret).join()],
    ['the cause of an error', inspect(failure, { depth: 10 })],
    ['the text of an error', `${failure.message}${failure.stack}`],
    ['an error as JSON', JSON.stringify({ ...failure, cause: failure.cause })],
    ['a search parameter', new URLSearchParams({ secret: `${secret}` }).toString()],
  ])('does not show in %s', (_where, text) => {
    expect(text).not.toContain(TELLTALE);
  });

  it('does not survive a copy that could be printed', () => {
    expect(JSON.stringify({ ...secret })).toBe('{}');
    expect(inspect(structuredClone({ ...secret }))).not.toContain(TELLTALE);
  });
});
