import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstCheckpoint } from '../../lambda/collect/checkpoint.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { FINDING_CODES, remedyOfFinding } from '../../local/checks/findings.ts';
import { startServices } from '../contract/services.ts';
import { type Outcome, runCommand, startCommand, temporaryFolder } from '../e2e/command.ts';
import { synthesise } from '../infra/synthesise.ts';
import { type FakeStacks, startFakeStacks } from './fake-stacks.ts';
import { CLIENT_SECRET, CREDENTIALS, startTenant } from './subject.ts';

const check = (args: readonly string[], environment: Record<string, string> = {}) =>
  runCommand('cli/collector.ts', ['check', ...args], environment);

/** Without what differs from run to run. */
const steady = (text: string): string =>
  text.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

describe('check of a deployed tenant', () => {
  let aws: EmbeddedAws;
  let fake: FakeStacks;
  beforeAll(async () => {
    aws = await startServices();
    fake = await startFakeStacks();
    const secrets = new SecretsManagerClient({});
    await secrets.send(new CreateSecretCommand({ Name: 'made', SecretString: CREDENTIALS }));
    secrets.destroy();
    const dynamo = new DynamoDBClient({});
    const lastPollAt = new Date().toISOString();
    await createCheckpointStore(dynamo, aws.resources[ENV.collectionTable]).save('acme', {
      ...firstCheckpoint('oldest', { state: 'healthy', lastPollAt }),
      eventsTotal: 1_234,
      collectedUntil: lastPollAt,
    });
    dynamo.destroy();
  });
  afterAll(async () => {
    await fake.close();
    await aws.stop();
  });
  beforeEach(() => {
    fake.rules['TheRule'] = 'ENABLED';
    fake.stacks['Auth0Collector'] = {
      outputs: {
        CollectionTable: aws.resources[ENV.collectionTable],
        DetectionTable: aws.resources[ENV.detectionTable],
        BucketName: aws.resources[ENV.bucket],
        QueueUrl: aws.resources[ENV.queueUrl],
      },
    };
  });

  async function deploy(change: Record<string, string> = {}): Promise<void> {
    const tenant = await startTenant();
    fake.stacks['Auth0Collector-acme'] = {
      outputs: { RuleName: 'TheRule', SecretArn: 'made', PollerName: 'poller', LogGroup: 'log' },
      parameters: {
        Auth0Domain: tenant.host,
        CanonicalDomain: '',
        Auth0Plan: 'professional',
        RateShare: '0.25',
        PollIntervalMinutes: '10',
        ...change,
      },
    };
  }

  const run = (...args: string[]): Promise<Outcome> =>
    check(args, { ...aws.sdkEnvironment, ...fake.environment });

  it('goes by the outputs and parameters of its stack', async () => {
    await deploy();
    const { code, stdout, stderr } = await run('acme');
    await expect(steady(stdout)).toMatchFileSnapshot('golden/check-fine.txt');
    expect([code, stderr]).toEqual([0, '']);
  });

  it('ends with 1 and the remedies when something failed, as text and as JSON', async () => {
    await deploy({ Auth0Domain: 'login.example.com' });
    const { code, stdout } = await run('acme');
    await expect(steady(stdout)).toMatchFileSnapshot('golden/check-failed.txt');
    expect(code).toBe(1);
    const json = await run('acme', '--json');
    expect(json.code).toBe(1);
    const told = JSON.parse(json.stdout);
    expect([told.tenant, told.verdict, told.checks.length]).toEqual(['acme', 'failed', 16]);
    expect(told.checks[0]).toEqual({
      check: 'domain',
      state: 'failed',
      code: 'CONFIG_DOMAIN',
      said: expect.stringContaining('looks like a custom domain'),
      remedy: expect.stringContaining('Set the canonical domain of the tenant'),
    });
  });

  it('ends with 0 on a warning: collection works', async () => {
    await deploy();
    fake.rules['TheRule'] = 'DISABLED';
    const { code, stdout } = await run('acme', '--json');
    const { verdict, checks } = JSON.parse(stdout);
    expect([code, verdict]).toEqual([0, 'warning']);
    expect(checks.find((line: { check: string }) => line.check === 'rule')).toMatchObject({
      state: 'warning',
      code: 'CHECK_RULE_DISABLED',
      said: 'TheRule is disabled',
    });
  });

  it('shows neither the secret nor colours where there is no terminal', async () => {
    await deploy();
    const { stdout, stderr } = await run('acme');
    expect(stdout + stderr).not.toContain(CLIENT_SECRET);
    expect(stdout).not.toContain('\u001b');
  });

  it('refuses a tenant that is not deployed', async () => {
    const { code, stdout, stderr } = await run('other');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'There is no stack Auth0Collector-other in this account and region: deploy the tenant, or check AWS_PROFILE and AWS_REGION\n',
    );
  });

  it('refuses a stack that is older than the command', async () => {
    await deploy();
    fake.stacks['Auth0Collector-acme'] = { outputs: {} };
    const { code, stderr } = await run('acme');
    expect([code, stderr]).toEqual([
      2,
      'The stack Auth0Collector-acme has no output SecretArn: deploy it again\n',
    ]);
  });
});

describe('check of a local run', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('looks at a run under way, and says when the simulated tenant is gone', async () => {
    const running = startCommand('local/start.ts', [
      ...['--data', folder.path, '--events', '50', '--every', '3600'],
    ]);
    await running.shows('caught-up');
    const during = await check(['acme', '--local', folder.path, '--json']);
    running.process.kill('SIGINT');
    await running.outcome;
    expect(JSON.parse(during.stdout).verdict).toBe('ok');
    expect(during.code).toBe(0);
    const after = await check(['acme', '--local', folder.path]);
    expect(after.code).toBe(1);
    expect(after.stdout).toContain('CHECK_SIMULATION_OVER: Nobody answers at');
    expect(after.stdout).toMatch(/1 failed, \d+ ok, \d+ skipped\n$/);
  });

  it.each([
    [['--local', 'FOLDER'], "missing required argument 'tenant'"],
    [['acme', 'shop', '--local', 'FOLDER'], 'too many arguments'],
    [['other', '--local', 'FOLDER'], 'There is no tenant "other" in the data folder'],
    [['../acme', '--local', 'FOLDER'], '"../acme" is no name of a tenant'],
    [['acme', '--local', '/no/such/folder'], 'There is no data folder /no/such/folder'],
    [['acme', '--josn'], "unknown option '--josn'"],
  ])('refuses %j in a sentence', async (args, words) => {
    const { code, stdout, stderr } = await check(
      args.map((arg) => (arg === 'FOLDER' ? folder.path : arg)),
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
  });

  it('has examples in its help', async () => {
    const { code, stdout } = await check(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('collector check acme --local');
  });

  it('refuses a proxy with credentials, and does not repeat them', async () => {
    const { code, stderr } = await check(['acme', '--local', folder.path], {
      HTTPS_PROXY: 'http://user:hidden@proxy.example.com:3128',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('HTTPS_PROXY: expected the URL');
    expect(stderr).not.toContain('hidden');
  });
});

describe('what check finds', () => {
  it('is explained in docs/troubleshooting.md, each with its remedy', () => {
    const rows = readFileSync('docs/troubleshooting.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `CHECK_'));
    expect(rows.map((row) => row.split(' | ').slice(0, 1).join())).toEqual(
      FINDING_CODES.map((code) => `| \`${code}\``),
    );
    for (const [index, code] of FINDING_CODES.entries()) {
      expect(rows[index]).toContain(`| ${remedyOfFinding(code)} |`);
    }
  });
});

describe('the stacks', () => {
  it('have the outputs and parameters that check goes by', () => {
    const { collector, tenants } = synthesise([
      { name: 'acme', domain: 'acme.us.auth0.com', plan: 'free' },
    ]);
    expect(Object.keys(collector.Outputs ?? {})).toContain('QueueUrl');
    const { acme } = tenants;
    expect(Object.keys(acme?.Outputs ?? {})).toEqual(
      expect.arrayContaining(['RuleName', 'SecretArn']),
    );
    expect(Object.keys(acme?.Parameters ?? {})).toEqual(
      expect.arrayContaining([
        ...['Auth0Domain', 'CanonicalDomain', 'Auth0Plan', 'RateShare', 'PollIntervalMinutes'],
      ]),
    );
  });
});
