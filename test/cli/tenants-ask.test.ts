import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askClientId, askSecret, askTenant, type Terminal } from '../../cli/tenants-ask.ts';

const SECRET = 'typed-secret-of-the-test';

/** A person who answers each question when it is asked; keys are sent as a terminal sends them. */
function person(answers: Readonly<Record<string, string>>): Terminal & { shown(): string } {
  const input = new PassThrough();
  const output = new PassThrough();
  const waiting = new Map(Object.entries(answers));
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
    for (const [question, keys] of waiting) {
      if (!shown.includes(question)) continue;
      waiting.delete(question);
      // Not within the drawing of the question, which listens for keys only afterwards.
      setImmediate(() => {
        for (const key of [...keys, '\r']) input.write(key);
      });
    }
  });
  return { input, output, shown: () => shown };
}

const CTRL_C = '\u0003';

let secretBefore: string | undefined;
beforeEach(() => {
  secretBefore = process.env['AUTH0_CLIENT_SECRET'];
  delete process.env['AUTH0_CLIENT_SECRET'];
});
afterEach(() => {
  if (secretBefore !== undefined) process.env['AUTH0_CLIENT_SECRET'] = secretBefore;
});

describe('tenants add at a terminal', () => {
  it('asks for all that is missing, with proposals', async () => {
    const terminal = person({
      'Domain of the tenant': 'acme.eu.auth0.com',
      'Name of the tenant': '',
      'Auth0 plan': '',
      'Minutes from one poll': '',
      'Collect from when on': '',
    });
    expect(await askTenant({}, terminal)).toEqual({
      name: 'acme',
      domain: 'acme.eu.auth0.com',
      canonicalDomain: undefined,
      plan: 'free',
      interval: 5,
      collectionStart: undefined,
    });
  });

  it('asks for the canonical domain of a custom one', async () => {
    const terminal = person({
      'Domain of the tenant': 'login.example.com',
      'Canonical domain': 'acme.us.auth0.com',
      'Name of the tenant': 'shop',
    });
    const given = { plan: 'enterprise', interval: 5, collectionStart: 'oldest' };
    expect(await askTenant(given, terminal)).toEqual({
      ...given,
      name: 'shop',
      domain: 'login.example.com',
      canonicalDomain: 'acme.us.auth0.com',
    });
  });

  it('asks for nothing that was given', async () => {
    const given = {
      name: 'acme',
      domain: 'acme.us.auth0.com',
      plan: 'free',
      interval: 5,
      collectionStart: 'oldest',
    };
    const terminal = person({});
    expect(await askTenant(given, terminal)).toMatchObject(given);
    expect(terminal.shown()).toBe('');
  });

  it('takes the client secret without showing it', async () => {
    const terminal = person({ 'Client id': ' the-client ', 'Client secret': SECRET });
    expect(await askClientId(undefined, terminal)).toBe('the-client');
    expect((await askSecret(terminal)).reveal()).toBe(SECRET);
    expect(terminal.shown()).not.toContain(SECRET);
    expect(terminal.shown()).toContain('Client secret of the application');
  });

  it('prefers the secret of the environment', async () => {
    process.env['AUTH0_CLIENT_SECRET'] = ` ${SECRET} `;
    expect((await askSecret(undefined)).reveal()).toBe(SECRET);
    delete process.env['AUTH0_CLIENT_SECRET'];
  });

  it('changes nothing when the person leaves', async () => {
    const terminal = person({ 'Domain of the tenant': CTRL_C });
    await expect(askTenant({}, terminal)).rejects.toThrow('Nothing was changed');
  });
});
