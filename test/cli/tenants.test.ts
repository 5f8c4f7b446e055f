import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import type { SimulatedTenant } from '../../local/tenant/server.ts';
import { startServices } from '../contract/services.ts';
import { type Outcome, runCommand, temporaryFolder } from '../e2e/command.ts';
import { type BehindProxy, startProxyTo } from './behind-proxy.ts';
import { type FakeStacks, startFakeStacks } from './fake-stacks.ts';
import { CLIENT_ID, CLIENT_SECRET, CREDENTIALS, startTenant } from './subject.ts';

const DOMAIN = 'acme.us.auth0.com';
const ARGS = ['--domain', DOMAIN, '--client-id', CLIENT_ID, '--plan', 'enterprise'];

let aws: EmbeddedAws;
let fake: FakeStacks;
let proxy: BehindProxy;
let tenant: SimulatedTenant;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  aws = await startServices();
  fake = await startFakeStacks();
  proxy = await startProxyTo(DOMAIN, () => tenant.host);
  secrets = new SecretsManagerClient({});
});
afterAll(async () => {
  secrets.destroy();
  proxy.close();
  await fake.close();
  await aws.stop();
});

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder.path, 'tenants.json');
  tenant = await startTenant({ canonicalDomain: DOMAIN });
  for (const name of Object.keys(fake.stacks)) delete fake.stacks[name];
});
afterEach(() => folder.remove());

const tenants = (args: readonly string[], secret = CLIENT_SECRET): Promise<Outcome> =>
  runCommand('cli/collector.ts', ['tenants', ...args, '--file', file], {
    ...aws.sdkEnvironment,
    ...fake.environment,
    ...proxy.environment,
    AUTH0_CLIENT_SECRET: secret,
  });

const content = () => JSON.parse(readFileSync(file, 'utf8'));

const steady = (text: string): string => text.replaceAll(folder.path, 'FOLDER');

/** Written by hand: comments in the order of fields and in their spacing are to stay. */
const BY_HAND = `{
  "lake": { "pseudonyms": true },
  "tenants": [
    {
      "plan": "free",
      "name": "shop",
      "domain": "shop.eu.auth0.com",
      "detection": { "allow": { "ips": ["192.0.2.0/24", "2001:db8::/32"] } }
    },
    { "name": "acme", "domain": "acme.us.auth0.com", "plan": "enterprise" }
  ]
}
`;

async function secretText(id: string): Promise<string | undefined> {
  return (await secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
}

describe('tenants add', () => {
  it('writes the entry once the tenant can be read, and says how to deploy it', async () => {
    const { code, stdout, stderr } = await tenants(['add', ...ARGS, '--interval', '10']);
    expect([code, stderr]).toEqual([0, '']);
    await expect(steady(stdout)).toMatchFileSnapshot('golden/tenants-add.txt');
    const entry = { name: 'acme', domain: DOMAIN, pollIntervalMinutes: 10, plan: 'enterprise' };
    expect(content()).toEqual({ tenants: [entry] });
    expect(readdirSync(folder.path)).toEqual(['tenants.json']);
  });

  it('keeps what the file holds otherwise, to the letter', async () => {
    writeFileSync(file, BY_HAND.replace('"acme", "domain": "acme', '"other", "domain": "other'));
    const { code } = await tenants(['add', ...ARGS, '--collection-start', 'oldest']);
    expect(code).toBe(0);
    const text = readFileSync(file, 'utf8');
    const [before = ''] = BY_HAND.split('    { "name": "acme"');
    expect(text.startsWith(before)).toBe(true);
    const { lake, tenants: entries } = content();
    expect(lake).toEqual({ pseudonyms: true });
    expect(entries.map(({ name }: { name: string }) => name)).toEqual(['shop', 'other', 'acme']);
    expect(entries[2].collectionStart).toBe('oldest');
  });

  it('writes nothing when the tenant can not be read', async () => {
    writeFileSync(file, BY_HAND);
    const args = ['add', 'acme-two', ...ARGS, '--put-secret'];
    const { code, stdout } = await tenants(args, 'wrong');
    expect(code).toBe(1);
    expect(stdout).toContain('AUTH0_401_CREDENTIALS');
    expect(stdout).toContain('Copy client id and client secret again');
    expect(stdout).toMatch(/Nothing was changed\.\n$/);
    expect(readFileSync(file, 'utf8')).toBe(BY_HAND);
    await expect(secretText('auth0-collector/acme-two')).rejects.toThrow('find the specified');
  });

  it('puts the credentials into a secret that the entry names, before there is a stack', async () => {
    const { code, stdout } = await tenants(['add', 'acme-new', ...ARGS, '--put-secret']);
    expect(code).toBe(0);
    const arn =
      'arn:aws:secretsmanager:us-east-1:000000000000:secret:auth0-collector/acme-new-local1';
    expect(content().tenants[0].credentialsSecretArn).toBe(arn);
    expect(await secretText(arn)).toBe(CREDENTIALS);
    expect(stdout).toContain(`The credentials are in ${arn}\n`);
    expect(stdout).not.toContain('--put-secret');
    expect(stdout).not.toContain(CLIENT_SECRET);
  });

  it('tells all of it as one JSON object', async () => {
    const { code, stdout, stderr } = await tenants(['add', ...ARGS, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      tenant: { name: 'acme', domain: DOMAIN, pollIntervalMinutes: 5, enabled: true },
      file,
      isChanged: true,
    });
    expect(told.checks.every(({ state }: { state: string }) => state !== 'failed')).toBe(true);
    expect(told.next[0]).toContain('npx cdk deploy Auth0Collector Auth0Collector-acme');
    expect(stderr).toContain('token');
  });

  it.each([
    [['--plan', 'free'], '--domain is missing, and there is no terminal to ask at'],
    [['--domain', DOMAIN], '--plan is missing'],
    [['--domain', DOMAIN, '--plan', 'free'], '--client-id is missing'],
    [['--domain', DOMAIN, '--plan', 'gold'], 'Allowed choices are free'],
    [[...ARGS, '--interval', '7'], 'field "pollIntervalMinutes": expected one of 1, 2'],
    [[...ARGS, '--interval', 'x'], 'Expected a whole number from 1 to 60'],
    [[...ARGS, '--collection-start', 'monday'], 'field "collectionStart": expected a day'],
    [['Acme', ...ARGS], 'field "name": expected 2 to 32 lower-case letters'],
    [['shop', ...ARGS], 'expected a name that no other entry has'],
    [['--domain', 'https://x', '--plan', 'free'], 'field "domain": expected a lower-case host'],
    [
      ['--domain', 'login.example.com', '--plan', 'free'],
      'field "canonicalDomain": expected a value',
    ],
    [[...ARGS, '--client-secret', 'x'], "unknown option '--client-secret'"],
  ])('refuses %j in a sentence, and writes nothing', async (args, words) => {
    writeFileSync(file, BY_HAND.replace('"acme", "domain"', '"other", "domain"'));
    const before = readFileSync(file, 'utf8');
    const { code, stdout, stderr } = await tenants(['add', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('refuses to go on without the client secret', async () => {
    const { code, stderr } = await tenants(['add', ...ARGS], ' ');
    expect([code, stderr]).toEqual([2, 'The client secret is missing: set AUTH0_CLIENT_SECRET\n']);
    expect(existsSync(file)).toBe(false);
  });

  it.each(['{', '[]', '{"tenants": {}}'])('refuses the file %s', async (text) => {
    writeFileSync(file, text);
    const { code, stderr } = await tenants(['add', ...ARGS]);
    expect(code).toBe(2);
    expect(stderr).toContain('tenants.json');
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('tenants set, enable, disable and remove', () => {
  beforeEach(() => writeFileSync(file, BY_HAND));

  it('set changes one entry and leaves the text of the others', async () => {
    const { code, stdout } = await tenants(['set', 'acme', '--interval', '1', '--plan', 'free']);
    expect(code).toBe(0);
    await expect(steady(stdout)).toMatchFileSnapshot('golden/tenants-set.txt');
    await expect(readFileSync(file, 'utf8')).toMatchFileSnapshot('golden/tenants-set.json.txt');
  });

  it('set takes a setting back by an empty text', async () => {
    await tenants(['set', 'acme', '--collection-start', 'oldest']);
    expect(content().tenants[1].collectionStart).toBe('oldest');
    await tenants(['set', 'acme', '--collection-start', '']);
    expect(content()).toEqual(JSON.parse(BY_HAND));
  });

  it('set tries another domain first', async () => {
    const moved = ['set', 'shop', '--domain', DOMAIN, '--client-id', CLIENT_ID];
    expect((await tenants(moved, 'wrong')).code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(BY_HAND);
    expect((await tenants(moved)).code).toBe(0);
    expect(content().tenants[0].domain).toBe(DOMAIN);
  });

  it('set fills in the secret that the stack has made', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'made-by-stack', SecretString: '{}' }));
    fake.stacks['Auth0Collector-acme'] = { outputs: { SecretArn: 'made-by-stack' } };
    const args = ['set', 'acme', '--client-id', CLIENT_ID, '--put-secret'];
    const { code, stdout } = await tenants(args);
    expect(code).toBe(0);
    expect(await secretText('made-by-stack')).toBe(CREDENTIALS);
    expect(readFileSync(file, 'utf8')).toBe(BY_HAND);
    expect(stdout).toMatch(/acme is as it was in .*\n\n {2}npm run -s collector -- check acme\n$/);
  });

  it('disable and enable switch a tenant', async () => {
    const { code, stdout } = await tenants(['disable', 'acme']);
    expect(code).toBe(0);
    await expect(steady(stdout)).toMatchFileSnapshot('golden/tenants-disable.txt');
    expect(content().tenants[1].enabled).toBe(false);
    expect((await tenants(['enable', 'acme'])).stdout).toContain(':Enabled=true');
    expect(content().tenants[1].enabled).toBe(true);
  });

  it('remove takes an entry out, but not the last', async () => {
    const { code, stdout } = await tenants(['remove', 'shop']);
    expect(code).toBe(0);
    await expect(steady(stdout)).toMatchFileSnapshot('golden/tenants-remove.txt');
    expect(content()).toEqual({
      ...JSON.parse(BY_HAND),
      tenants: [JSON.parse(BY_HAND).tenants[1]],
    });
    const last = await tenants(['remove', 'acme']);
    expect(last.code).toBe(2);
    expect(last.stderr).toContain('is the last entry of');
    expect(content().tenants).toHaveLength(1);
  });

  it.each([
    [['set', 'acme'], 'There is nothing to set'],
    [['set', 'acme', '--interval', '7'], 'field "pollIntervalMinutes": expected one of'],
    [['set', 'other', '--interval', '5'], 'There is no tenant "other" in'],
    [['enable', 'other'], '(there is: shop, acme)'],
    [['disable'], "missing required argument 'name'"],
    [['remove', 'other'], 'There is no tenant "other" in'],
    [['delete', 'acme'], "unknown command 'delete'"],
  ])('refuse %j in a sentence, and change nothing', async (args, words) => {
    const { code, stdout, stderr } = await tenants(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
    expect(readFileSync(file, 'utf8')).toBe(BY_HAND);
  });
});

describe('tenants list', () => {
  it('shows the settings with their defaults', async () => {
    writeFileSync(file, BY_HAND);
    const { code, stdout, stderr } = await tenants(['list']);
    await expect(stdout).toMatchFileSnapshot('golden/tenants-list.txt');
    expect([code, steady(stderr)]).toEqual([0, '2 tenants in FOLDER/tenants.json\n']);
    const lines = (await tenants(['list', '--json'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).pollIntervalMinutes)).toEqual([5, 5]);
  });

  it('refuses a file that the deployment would refuse', async () => {
    writeFileSync(file, BY_HAND.replace('"free"', '"gold"'));
    const { code, stderr } = await tenants(['list']);
    expect(code).toBe(2);
    expect(stderr).toContain('entry 1 ("shop"), field "plan": expected one of');
  });

  it('and the other commands have examples in their help', async () => {
    for (const command of ['list', 'add', 'set', 'enable', 'disable', 'remove']) {
      const { code, stdout } = await runCommand('cli/collector.ts', ['tenants', command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`collector tenants ${command}`);
    }
  });
});
