import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkKeyArn } from '../../infra/encryption-key.ts';
import { AlarmTopic, Auth0Collector } from '../../infra/index.ts';
import { LakeSchema } from '../../infra/lake.ts';
import { parseTenants } from '../../infra/tenants.ts';
import { LAKE, PREFIX } from '../../lambda/platform/names.ts';
import { evaluate, type TemplateJson } from './evaluate.ts';
import { appContext, type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const GUIDE = readFileSync(join(REPOSITORY, 'docs', 'deployment.md'), 'utf8');

let deployment: Deployment;

beforeAll(() => {
  const entries = ['acme', 'shop'].map((name) => ({
    name,
    domain: `${name}.us.auth0.com`,
    plan: 'enterprise',
  }));
  deployment = synthesise(entries);
});

/** The code of the guide in a language, one text per block. */
const blocks = (language: string): string[] =>
  [...GUIDE.matchAll(/^( *)```(\w+)\n([\s\S]*?)\n\1```$/gm)].flatMap(([, , name, text]) =>
    name === language && text !== undefined ? [text] : [],
  );

describe('the app that the guide shows', () => {
  /** Runs it as `cdk` does, where the repository is a package of it, with the checks of our own app. */
  function synthesiseApp(): Record<string, TemplateJson> {
    const folder = mkdtempSync(join(tmpdir(), 'another-app-'));
    try {
      const modules = join(folder, 'node_modules');
      mkdirSync(modules);
      symlinkSync(REPOSITORY, join(modules, 'auth0-log-collector'));
      for (const name of ['aws-cdk-lib', 'cdk-nag', 'constructs']) {
        symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
      }
      const [code] = blocks('ts');
      const checks = `
        import { Validations } from 'aws-cdk-lib';
        import { AwsSolutionsChecks } from 'cdk-nag';
        Validations.of(app).addPlugins(new AwsSolutionsChecks(app));`;
      writeFileSync(join(folder, 'app.mts'), `${code}\n${checks}`);
      const outdir = join(folder, 'cdk.out');
      const { status, stderr } = spawnSync(process.execPath, ['app.mts'], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          CDK_OUTDIR: outdir,
          CDK_CONTEXT_JSON: JSON.stringify(appContext()),
        },
      });
      expect([status, stderr]).toEqual([0, '']);
      const template = (id: string): TemplateJson =>
        JSON.parse(readFileSync(join(outdir, `${id}.template.json`), 'utf8'));
      return { shared: template('SecurityLogs'), acme: template('SecurityLogs-acme') };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test('has both parts with their alarms, and not a finding', () => {
    const { shared, acme } = synthesiseApp();
    const types = (template: TemplateJson | undefined) =>
      Object.values(template?.Resources ?? {}).map(({ Type }) => Type);
    expect(types(shared)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::CloudWatch::Alarm']),
    );
    expect(types(acme)).toEqual(
      expect.arrayContaining([
        'AWS::Events::Rule',
        'AWS::SecretsManager::Secret',
        'AWS::CloudWatch::Alarm',
      ]),
    );
  }, 60_000);
});

describe('the guide', () => {
  test('lists every parameter of a tenant with its default', () => {
    const rows = [...GUIDE.matchAll(/^\| `([A-Z]\w+)` \| `\w+` \| (\S*) *\|/gm)];
    const listed = Object.fromEntries(rows.map(([, name, value]) => [name, value]));
    const { BootstrapVersion: _, ...parameters } = deployment.tenants['acme']?.Parameters ?? {};
    const given = ['Auth0Domain', 'Auth0Plan'];
    const expected = Object.entries(parameters).map(([name, { Default }]) => [
      name,
      given.includes(name) ? '' : String(Default) || 'empty',
    ]);
    expect(listed).toEqual(Object.fromEntries(expected));
  });

  test('names only stacks, parameters and outputs that exist', () => {
    const commands = blocks('sh').join('\n');
    const templates: Record<string, TemplateJson | undefined> = {
      Auth0Collector: deployment.collector,
      'Auth0Collector-acme': deployment.tenants['acme'],
      'Auth0Collector-shop': deployment.tenants['shop'],
    };
    const stacks = commands.match(/Auth0Collector[\w-]*/g) ?? [];
    expect(stacks.length).toBeGreaterThan(8);
    expect(stacks.filter((stack) => templates[stack] === undefined)).toEqual([]);
    const parameters = [...commands.matchAll(/--parameters ([\w-]+):(\w+)=/g)];
    expect(parameters.length).toBeGreaterThan(1);
    for (const [, stack = '', name = ''] of parameters) {
      expect(templates[stack]?.Parameters).toHaveProperty(name);
    }
    const outputs = [...commands.matchAll(/stack-name ([\w-]+)[^?]+\?OutputKey=='(\w+)'/g)];
    expect(outputs.length).toBeGreaterThan(1);
    for (const [, stack = '', name = ''] of outputs) {
      expect(templates[stack]?.Outputs).toHaveProperty(name);
    }
  });

  test('shows a tenants.json and a key that would be taken', () => {
    const files = blocks('json')
      .map((text) => JSON.parse(text))
      .filter((content) => 'tenants' in content);
    expect(files).toHaveLength(2);
    expect(files.map((content) => parseTenants(content).network)).toEqual([{}, files[1].network]);
    const [, arn = ''] = /kmsKeyArn=(arn\S+)/.exec(GUIDE) ?? [];
    expect(checkKeyArn(arn)).toBe(arn);
  });

  test('shows settings of lake and detection that would be taken', () => {
    const content = blocks('json').map((text) => JSON.parse(text));
    const acme = { name: 'acme', domain: 'acme.us.auth0.com', plan: 'free' };
    const { lake } = content.find((one) => 'lake' in one);
    expect(parseTenants({ tenants: [acme], lake }).lake).toMatchObject(lake);
    const { detection } = content.find((one) => 'detection' in one);
    expect(parseTenants({ tenants: [{ ...acme, detection }] }).tenants[0]?.detection).toEqual(
      detection,
    );
  });

  test('lists every setting of the lake with its default', () => {
    const rows = [...GUIDE.matchAll(/^\| `([a-zA-Z]+)` \| (for ever|false|\d+)? ?\| /gm)];
    const listed = Object.fromEntries(rows.map(([, name, value]) => [name, value]));
    const { lake } = parseTenants({
      tenants: [{ name: 'acme', domain: 'a.auth0.com', plan: 'free' }],
    });
    expect(Object.keys(listed).sort()).toEqual(Object.keys(LakeSchema.shape).sort());
    for (const [name, value] of Object.entries(listed)) {
      const known = lake[name as keyof typeof lake];
      const isForEver = known === undefined && name.endsWith('Days');
      expect([name, value]).toEqual([name, isForEver ? 'for ever' : known?.toString()]);
    }
  });

  test('gives analysts what their queries need, in names that exist', () => {
    const policy = blocks('json')
      .map((text) => JSON.parse(text))
      .find((content) => content.Version === '2012-10-17');
    const text = JSON.stringify(policy);
    expect(text).toContain(`workgroup/${LAKE.workgroup}"`);
    expect(text).toContain(`database/${LAKE.database}"`);
    expect(text).toContain(`THE_BUCKET/${PREFIX.lake}*`);
    expect(text).toContain(`THE_BUCKET/${PREFIX.athenaResults}*`);
    expect(text).not.toContain(PREFIX.archive);
  });

  test('gives a key the statements that one of our own app gets', () => {
    const app = new App({ context: appContext() });
    const stack = new Stack(app, 'Own', {
      env: { account: '111122223333', region: 'eu-central-1' },
    });
    const encryptionKey = new Key(stack, 'Key');
    new Auth0Collector(stack, 'Collector', { tenantNames: ['acme'], encryptionKey });
    new AlarmTopic(stack, 'AlarmTopic', { encryptionKey });
    const template = app.synth().getStackArtifact('Own').template as TemplateJson;
    const known = {
      'AWS::Partition': { Default: 'aws' },
      'AWS::AccountId': { Default: '111122223333' },
    };
    const [[, key] = []] = resourcesOf(template, 'AWS::KMS::Key');
    const policy = evaluate({ ...template, Parameters: known }, key?.Properties['KeyPolicy']);
    const { Statement } = policy as { Statement: { Principal: { Service?: string } }[] };
    const documented = blocks('json')
      .map((text) => JSON.parse(text))
      .find(Array.isArray);
    expect(documented).toEqual(Statement.filter(({ Principal }) => Principal.Service));
  });
});
