import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import type { CheckLine } from '../../local/checks/examine.ts';
import { examine } from '../../local/checks/examine.ts';
import type { Subject } from '../../local/checks/subject.ts';
import type { Fault } from '../../local/tenant/faults.ts';
import type { SimulatedTenantOptions } from '../../local/tenant/server.ts';
import { startServices } from '../contract/services.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  CREDENTIALS,
  newApplication,
  secretOf,
  startTenant,
  subjectOf,
} from './subject.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startServices();
});
afterAll(() => aws.stop());

const inOrder = [
  'domain',
  'dns',
  'connection',
  'clock',
  'secret',
  'token',
  'audience',
  'scopes',
  'logs',
  'rate',
];

const withState = (lines: readonly CheckLine[], state: CheckLine['state']): string[] =>
  lines.filter((line) => line.state === state).map(({ check }) => check);

/** A tenant that is fine but for this. */
async function brokenBy(
  options: Partial<SimulatedTenantOptions>,
  ...faults: readonly Fault[]
): Promise<Subject> {
  const tenant = await startTenant(options);
  tenant.faults.add(faults);
  return subjectOf(tenant.host);
}

const withApplication = (change: Partial<ReturnType<typeof newApplication>>) =>
  brokenBy({ applications: [{ ...newApplication(), ...change }] });

const withSecret = async (...texts: string[]) =>
  subjectOf((await startTenant()).host, {}, await secretOf(...texts));

const status = (endpoint: Fault['endpoint'], code: number, body = ''): Fault => ({
  endpoint,
  action: { do: 'status', status: code, body },
});

const notFound = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });

/** A server that nobody vouches for. */
async function untrusted(): Promise<string> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const server = createServer({ key, cert }, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A tenant whose every request ends at another origin, as a wrong name server would have it. */
async function rerouted(domain: string, origin: string): Promise<Subject> {
  const subject = await subjectOf(domain);
  const reroute = (url: string): string => url.replace(/^https?:\/\/[^/]+/, origin);
  return {
    ...subject,
    http: (request) => subject.http({ ...request, url: reroute(request.url) }),
  };
}

async function closedPort(): Promise<string> {
  const tenant = await startTenant();
  await tenant.stop();
  return tenant.host;
}

interface SetUp {
  readonly name: string;
  readonly make: () => Promise<Subject>;
  readonly check: string;
  readonly code: string;
  readonly remedy: string;
}

const BROKEN: readonly SetUp[] = [
  {
    name: 'a domain with https:// before it',
    make: () => subjectOf('https://acme.us.auth0.com'),
    check: 'domain',
    code: 'CONFIG_DOMAIN',
    remedy: 'Give the domain as a bare host name',
  },
  {
    name: 'a custom domain without its canonical one',
    make: () => subjectOf('login.example.com'),
    check: 'domain',
    code: 'CONFIG_DOMAIN',
    remedy: 'Set the canonical domain of the tenant',
  },
  {
    name: 'a name that does not exist',
    make: () => subjectOf('acmee.us.auth0.com', { lookUp: () => Promise.reject(notFound) }),
    check: 'dns',
    code: 'AUTH0_DNS',
    remedy: 'The domain could not be resolved: check its spelling',
  },
  {
    name: 'a region that does not exist',
    make: () => subjectOf('acme.uss.auth0.com', { lookUp: () => Promise.reject(notFound) }),
    check: 'dns',
    code: 'AUTH0_DNS',
    remedy: 'it is the region of the tenant',
  },
  {
    name: 'a region that does not exist and leads to a server of another name',
    make: async () => rerouted('acme.uss.auth0.com', await untrusted()),
    check: 'connection',
    code: 'AUTH0_TLS',
    remedy: 'it is the region of the tenant',
  },
  {
    name: 'a certificate that is not trusted',
    make: async () => rerouted('acme.us.auth0.com', await untrusted()),
    check: 'connection',
    code: 'AUTH0_TLS',
    remedy: 'The certificate of the server is not trusted',
  },
  {
    name: 'a server that is not there',
    make: async () => subjectOf(await closedPort()),
    check: 'connection',
    code: 'AUTH0_CONNECTION',
    remedy: 'check the network between',
  },
  {
    name: 'a simulated tenant that has ended',
    make: async () => subjectOf(await closedPort(), {}, { isSimulated: true }),
    check: 'connection',
    code: 'CHECK_SIMULATION_OVER',
    remedy: 'lives while npm start runs',
  },
  {
    name: 'a clock that is ten minutes off',
    make: () => brokenBy({ nowMs: () => Date.now() + 600_000 }),
    check: 'clock',
    code: 'CHECK_CLOCK',
    remedy: 'Set the clock of this machine',
  },
  {
    name: 'a secret that is not there',
    make: () => withSecret(),
    check: 'secret',
    code: 'CREDENTIALS_UNREADABLE',
    remedy: 'Check that the secret exists',
  },
  {
    name: 'a secret that still holds its placeholders',
    make: () =>
      withSecret(
        JSON.stringify({ clientId: SECRET_PLACEHOLDER, clientSecret: SECRET_PLACEHOLDER }),
      ),
    check: 'secret',
    code: 'CREDENTIALS_NOT_SET',
    remedy: 'into the secret of the tenant',
  },
  {
    name: 'the bare client secret in place of the JSON object',
    make: () => withSecret(CLIENT_SECRET),
    check: 'secret',
    code: 'CREDENTIALS_SHAPE',
    remedy: 'The secret must be one JSON object',
  },
  {
    name: 'a wrong client secret',
    make: () => withApplication({ clientSecret: 'rotated since' }),
    check: 'token',
    code: 'AUTH0_401_CREDENTIALS',
    remedy: 'Copy client id and client secret again',
  },
  {
    name: 'the domain of another tenant',
    make: () => withApplication({ clientId: 'application of the other tenant' }),
    check: 'token',
    code: 'AUTH0_401_CREDENTIALS',
    remedy: 'check that the domain is the tenant of that application',
  },
  {
    name: 'an application without the grant type',
    make: () => withApplication({ mayUseClientCredentials: false }),
    check: 'token',
    code: 'AUTH0_403_GRANT_TYPE',
    remedy: 'of the type "Machine to Machine"',
  },
  {
    name: 'an Action that denies the token',
    make: () =>
      brokenBy({}, status('token', 403, '{"error":"access_denied","error_description":"Not you"}')),
    check: 'token',
    code: 'AUTH0_403_DENIED',
    remedy: 'let the collector application pass',
  },
  {
    name: 'a tenant that was deleted',
    make: () => brokenBy({}, status('token', 404, 'Not found')),
    check: 'token',
    code: 'AUTH0_404_TENANT',
    remedy: 'check its spelling and region',
  },
  {
    name: 'a server in trouble',
    make: () => brokenBy({}, status('token', 503)),
    check: 'token',
    code: 'AUTH0_5XX',
    remedy: 'Auth0 has a problem',
  },
  {
    name: 'a quota of tokens that is used up',
    make: () => brokenBy({}, status('token', 429)),
    check: 'token',
    code: 'AUTH0_429_QUOTA',
    remedy: 'The token quota of the tenant is used up',
  },
  {
    name: 'a server that never answers',
    make: () => brokenBy({}, { endpoint: 'token', action: { do: 'stall' } }),
    check: 'token',
    code: 'AUTH0_TIMEOUT',
    remedy: 'Auth0 did not answer in time',
  },
  {
    name: 'a custom domain as audience',
    make: () => brokenBy({ canonicalDomain: 'acme.us.auth0.com' }),
    check: 'audience',
    code: 'AUTH0_403_AUDIENCE',
    remedy: 'Set the canonical domain',
  },
  {
    name: 'an application that is not authorised for the API',
    make: () => withApplication({ scopes: undefined }),
    check: 'audience',
    code: 'AUTH0_403_NOT_AUTHORIZED',
    remedy: 'Authorize the application for the Auth0 Management API',
  },
  {
    name: 'a missing scope',
    make: () => withApplication({ scopes: ['read:users'] }),
    check: 'scopes',
    code: 'AUTH0_403_SCOPE',
    remedy: 'Grant the scope read:logs',
  },
  {
    name: 'a token that the API refuses',
    make: () => brokenBy({}, { endpoint: 'logs', action: { do: 'expire-tokens' } }),
    check: 'logs',
    code: 'AUTH0_401_TOKEN',
    remedy: 'use the canonical domain',
  },
  {
    name: 'a rate limit that is used up',
    make: () => brokenBy({ rateLimit: { burst: 0, sustained: 0, perSeconds: 1 } }),
    check: 'logs',
    code: 'AUTH0_429_RATE',
    remedy: 'The rate limit of the tenant is reached',
  },
  {
    name: 'a proxy that answers in the place of Auth0',
    make: () => brokenBy({}, { endpoint: 'logs', action: { do: 'body', body: '<html>Sign in' } }),
    check: 'logs',
    code: 'AUTH0_NOT_JSON',
    remedy: 'look for a proxy in between',
  },
];

describe('the checks of the source', () => {
  it('are all fine for a tenant that can be read', async () => {
    const lines = await examine(await brokenBy({}));
    expect(lines.map(({ check }) => check)).toEqual(inOrder);
    expect(withState(lines, 'ok')).toEqual(inOrder);
    expect(JSON.stringify(lines)).not.toContain(CLIENT_SECRET);
  });

  it.each(BROKEN)('name the cause of $name', async ({ make, check, code, remedy }) => {
    const lines = await examine(await make());
    const failures = lines.filter(({ state }) => state === 'failed');
    // The one cause, and nothing that only follows from it.
    expect(failures.map((line) => [line.check, line.code])).toEqual([[check, code]]);
    expect(failures[0]?.remedy).toContain(remedy);
    expect(lines.map((line) => line.check)).toEqual(inOrder);
    expect(JSON.stringify(lines)).not.toContain(CLIENT_SECRET);
  });

  it('skip what an earlier failure makes pointless, and say which', async () => {
    const lines = await examine(await withApplication({ clientSecret: 'rotated since' }));
    expect(withState(lines, 'skipped')).toEqual(['audience', 'scopes', 'logs', 'rate']);
    expect(lines.find(({ check }) => check === 'scopes')?.said).toBe('needs "audience" to be fine');
  });

  it.each([
    [
      'scopes',
      'CHECK_SCOPE_EXCESS',
      () => withApplication({ scopes: ['read:logs', 'read:users'] }),
    ],
    ['scopes', 'CHECK_SCOPE_NARROW', () => withApplication({ scopes: ['read:logs_users'] })],
    [
      'rate',
      'CHECK_RATE_BUSY',
      () => brokenBy({ rateLimit: { burst: 1, sustained: 1, perSeconds: 60 } }),
    ],
    [
      'rate',
      'CHECK_RATE_HEADERS',
      () =>
        brokenBy(
          {},
          { endpoint: 'logs', action: { do: 'headers', headers: { 'x-ratelimit-limit': '' } } },
        ),
    ],
    ['clock', 'CHECK_CLOCK', () => brokenBy({ nowMs: () => Date.now() - 60_000 })],
  ])('warn at "%s" of %s, and go on', async (check, code, make) => {
    const lines = await examine(await make());
    const others = inOrder.filter((name) => name !== check);
    expect(withState(lines, 'ok')).toEqual(others);
    const line = lines.find((one) => one.check === check);
    expect([line?.state, line?.code]).toEqual(['warning', code]);
  });

  it('warn of credentials that only worked before the last change of the secret', async () => {
    const wrong = JSON.stringify({ clientId: CLIENT_ID, clientSecret: 'not at Auth0 yet' });
    const lines = await examine(await withSecret(CREDENTIALS, wrong));
    expect(withState(lines, 'warning')).toEqual(['token']);
    expect(lines.find(({ check }) => check === 'token')?.code).toBe('CHECK_CREDENTIALS_OLD');
    expect(withState(lines, 'failed')).toEqual([]);
  });

  it('do not wait for a check that does not end', async () => {
    const subject = await subjectOf('acme.us.auth0.com', { lookUp: () => new Promise(() => {}) });
    const lines = await examine(subject, undefined, 50);
    expect(lines[1]).toMatchObject({ check: 'dns', state: 'failed', code: 'CHECK_TIMEOUT' });
    expect(lines[1]?.said).toBe('no end after 0.05 s');
  });

  it('tell nothing of a secret that a server repeats', async () => {
    const body = JSON.stringify({ statusCode: 500, message: `you sent ${CLIENT_SECRET}` });
    const lines = await examine(await brokenBy({}, status('logs', 500, body)));
    expect(lines.find(({ check }) => check === 'logs')?.said).toContain('you sent [redacted]');
    expect(JSON.stringify(lines)).not.toContain(CLIENT_SECRET);
  });
});
