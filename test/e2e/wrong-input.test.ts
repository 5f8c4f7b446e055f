import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventBlocks } from '../../local/tenant/event-block.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../local/tenant/server.ts';
import { runCommand, temporaryFolder } from './command.ts';

const CLIENT_SECRET = 'right-secret-of-the-test';

let folder: ReturnType<typeof temporaryFolder>;
let tenant: SimulatedTenant;
beforeEach(async () => {
  folder = temporaryFolder();
  tenant = await startSimulatedTenant({
    events: new EventBlocks(),
    applications: [
      {
        clientId: 'collector',
        clientSecret: CLIENT_SECRET,
        mayUseClientCredentials: true,
        scopes: ['read:logs'],
      },
    ],
    plan: 'enterprise',
  });
});
afterEach(async () => {
  await tenant.stop();
  folder.remove();
});

const collect = (secret: string, ...args: string[]) =>
  runCommand('local/start.ts', ['--once', '--data', folder.path, ...args], {
    AUTH0_CLIENT_SECRET: secret,
  });

const fromTenant = (secret: string, ...args: string[]) =>
  collect(secret, '--domain', tenant.host, '--client-id', 'collector', ...args);

const application = () => {
  const [first] = tenant.applications;
  if (first === undefined) throw new Error('the tenant has no application');
  return first;
};

describe('a run that can not work', () => {
  it('names wrong credentials', async () => {
    const { code, stdout, stderr } = await fromTenant('wrong');
    expect(code).toBe(2);
    expect(stdout).toContain('AUTH0_401_CREDENTIALS');
    expect(stdout).toContain('Copy client id and client secret again');
    expect(stdout + stderr).not.toMatch(/ at .*\.ts:\d+/);
  });

  it('names a missing scope', async () => {
    application().scopes = ['read:users'];
    const { code, stdout } = await fromTenant(CLIENT_SECRET);
    expect(code).toBe(2);
    expect(stdout).toContain('AUTH0_403_SCOPE');
    expect(stdout).toContain('Grant the scope read:logs');
  });

  it('names an application without the grant', async () => {
    application().mayUseClientCredentials = false;
    const { code, stdout } = await fromTenant(CLIENT_SECRET);
    expect(code).toBe(2);
    expect(stdout).toContain('AUTH0_403_GRANT_TYPE');
  });

  it('names an application that is not authorised for the API', async () => {
    application().scopes = undefined;
    const { code, stdout } = await fromTenant(CLIENT_SECRET);
    expect(code).toBe(2);
    expect(stdout).toContain('AUTH0_403_NOT_AUTHORIZED');
  });

  it('names a host that nobody answers at', async () => {
    await tenant.stop();
    const { code, stderr } = await fromTenant(CLIENT_SECRET);
    expect(code).toBe(2);
    expect(stderr).toContain('AUTH0_CONNECTION');
    expect(stderr).toContain('ECONNREFUSED');
  });

  it('names a host that does not exist', async () => {
    const { code, stderr } = await collect(
      'any',
      '--domain',
      'no-such-tenant.invalid.auth0.com',
      '--client-id',
      'collector',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('AUTH0_DNS');
  });

  it.each([
    ['https://acme.us.auth0.com/', 'is not a host name'],
    ['login.example.com', 'looks like a custom domain'],
  ])('refuses the domain %s', async (domain, words) => {
    const { code, stderr } = await collect('any', '--domain', domain, '--client-id', 'collector');
    expect(code).toBe(2);
    expect(stderr).toContain('CONFIG_DOMAIN');
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
  });

  it.each([
    [['--collection-start', 'yesterday'], 'is not a time in UTC'],
    [['--collection-start', '2999-01-01T00:00:00Z'], 'is in the future'],
    [['--plan', 'gold'], 'Allowed choices are free, essentials'],
    [['--events', '-1'], 'whole number'],
    [['--nonsense'], 'unknown option'],
  ])('refuses %s', async (args, words) => {
    const { code, stdout, stderr } = await collect('any', ...args);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(words);
    expect(stdout + stderr).not.toMatch(/ at .*\.ts:\d+/);
  });

  it('says when the client secret is missing', async () => {
    const { code, stderr } = await fromTenant('');
    expect(code).toBe(2);
    expect(stderr).toContain('set AUTH0_CLIENT_SECRET');
  });

  it('shows the secret nowhere', async () => {
    const { stdout, stderr } = await fromTenant(CLIENT_SECRET);
    expect(stdout).toContain('fetched 0 log events');
    expect(stdout + stderr).not.toContain(CLIENT_SECRET);
  });
});
