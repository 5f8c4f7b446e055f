import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CollectorStack } from '../../infra/collector-stack.ts';
import { Auth0Tenant, type Network } from '../../infra/index.ts';
import { parseTenants, readTenants } from '../../infra/tenants.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { TemplateJson } from './evaluate.ts';
import { appContext, resourcesOf, synthesise } from './synthesise.ts';

const TENANTS = [{ name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' }];
const VPC = {
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroupIds: ['sg-0123456789abcdef0'],
};
const PROXY = 'http://proxy.example.com:3128';

let folder: string;
let pem: string;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "a company's network "));
  ({ cert: pem, private: key } = await generate([{ name: 'commonName', value: 'Corporate CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into the folder and gives its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function acmeWith(network: unknown): TemplateJson {
  const template = synthesise(TENANTS, { network }).tenants['acme'];
  if (template === undefined) throw new Error('no stack');
  return template;
}

function poller(template: TemplateJson): Record<string, unknown> {
  const [[, { Properties }] = ['', { Properties: {} }]] = resourcesOf(
    template,
    'AWS::Lambda::Function',
  );
  return Properties;
}

const variablesOf = (template: TemplateJson) =>
  (poller(template)['Environment'] as { Variables: Record<string, unknown> }).Variables;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const ec2Statements = (template: TemplateJson): Statement[] =>
  resourcesOf(template, 'AWS::IAM::Policy')
    .flatMap(
      ([, { Properties }]) =>
        (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
    )
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ec2:')));

describe('without a network', () => {
  test('a poller runs outside of any VPC, and talks to Auth0 directly', () => {
    const acme = acmeWith(undefined);
    expect(poller(acme)).not.toHaveProperty('VpcConfig');
    expect(ec2Statements(acme)).toEqual([]);
    expect(Object.keys(variablesOf(acme))).not.toContain(ENV.httpsProxyUrl);
    expect(Object.keys(variablesOf(acme))).not.toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('subnets', () => {
  test('take in the poller, but not what all tenants share', () => {
    const { collector, tenants } = synthesise(TENANTS, { network: VPC });
    expect(tenants['acme'] && poller(tenants['acme'])['VpcConfig']).toEqual({
      SubnetIds: VPC.subnetIds,
      SecurityGroupIds: VPC.securityGroupIds,
    });
    expect(poller(collector)).not.toHaveProperty('VpcConfig');
  });

  test('let Lambda make network interfaces, but not the code of the poller', () => {
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    expect(ec2Statements(acmeWith(VPC))).toEqual([
      { Effect: 'Allow', Action: actions, Resource: '*' },
      {
        Effect: 'Deny',
        Action: actions,
        Resource: '*',
        Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      },
    ]);
  });
});

describe('a proxy', () => {
  test('is handed to the poller', () => {
    expect(variablesOf(acmeWith({ httpsProxy: PROXY }))[ENV.httpsProxyUrl]).toBe(PROXY);
  });
});

describe('an authority of the company', () => {
  test('lies in the bundle where Node looks for it', () => {
    const outdir = join(folder, 'cdk.out');
    const app = new App({
      outdir,
      context: { ...appContext(), 'aws:cdk:bundling-stacks': ['Own'] },
    });
    const caCertificateFile = file('corporate ca.pem', pem);
    chmodSync(caCertificateFile, 0o600);
    new Auth0Tenant(new Stack(app, 'Own'), 'Tenant', {
      shared: new CollectorStack(app, 'Shared', { tenantNames: ['acme'] }).collector,
      tenantName: 'acme',
      auth0Domain: 'acme.us.auth0.com',
      plan: 'free',
      network: { caCertificateFile },
    });
    const template = app.synth().getStackArtifact('Own').template as TemplateJson;
    const path = variablesOf(template)['NODE_EXTRA_CA_CERTS'];
    expect(path).toBe('/var/task/ca-certificate.pem');
    const bundles = readdirSync(outdir).filter((name) =>
      existsSync(join(outdir, name, 'index.mjs')),
    );
    expect(bundles).toHaveLength(1);
    const bundled = join(outdir, bundles[0] ?? '', 'ca-certificate.pem');
    expect(readFileSync(bundled, 'utf8')).toBe(pem);
    expect(statSync(bundled).mode & 0o777).toBe(0o644);
  });

  test('is found beside the file that names it', () => {
    const caCertificateFile = 'beside.pem';
    const path = file(caCertificateFile, `${pem}\n${pem}`);
    const tenants = file(
      'tenants.json',
      JSON.stringify({ tenants: TENANTS, network: { caCertificateFile } }),
    );
    expect(readTenants(tenants).network).toEqual({ caCertificateFile: path });
  });

  const wrong: [what: string, text: () => string | undefined, expected: string][] = [
    ['missing', () => undefined, 'does not exist; put the certificate there'],
    ['empty', () => '', 'is not a certificate in PEM; export it as PEM (Base64)'],
    ['cut short', () => pem.replace(/\n.{10}/, '\n'), 'is not a certificate in PEM; export it'],
    ['with its key', () => `${pem}\n${key}`, 'holds a private key; leave only the certificate'],
  ];
  test.each(wrong)('that is %s is refused in a sentence', (what, text, expected) => {
    const content = text();
    const name = `${what}.pem`;
    if (content !== undefined) file(name, content);
    const network = { caCertificateFile: name };
    const tenants = file('tenants.json', JSON.stringify({ tenants: TENANTS, network }));
    expect(() => readTenants(tenants)).toThrow(
      `tenants.json: network, field "caCertificateFile": ${join(folder, name)} ${expected}`,
    );
  });
});

describe('the setting', () => {
  const cases: [field: string, network: unknown, expected: string][] = [
    ['subnetIds', { ...VPC, subnetIds: [] }, 'expected 1 to 16 ids of subnets; list them as in ['],
    ['subnetIds', { ...VPC, subnetIds: 'subnet-0123456789abcdef0' }, 'expected 1 to 16 ids'],
    ['subnetIds.1', { ...VPC, subnetIds: [VPC.subnetIds[0], 'vpc-1'] }, 'expected 1 to 16 ids'],
    ['subnetIds', { securityGroupIds: VPC.securityGroupIds }, 'or leave out both "subnetIds"'],
    ['securityGroupIds', { subnetIds: VPC.subnetIds }, 'or leave out both "subnetIds"'],
    ['securityGroupIds.0', { ...VPC, securityGroupIds: ['default'] }, 'expected 1 to 5 ids of'],
    ['httpsProxy', { httpsProxy: 'proxy.example.com:3128' }, 'expected the URL of an HTTP proxy'],
    ['httpsProxy', { httpsProxy: 'http://user:secret@proxy.example.com' }, 'without credentials'],
    ['httpsProxy', { httpsProxy: `${PROXY}/path` }, 'without credentials and path; write it as in'],
    ['httpsProxy', { httpsProxy: 'http://proxy.example.com:99999' }, 'expected the URL of an'],
    ['caCertificateFile', { caCertificateFile: '' }, 'expected the path of a PEM file; give it'],
  ];
  test.each(cases)('with a wrong %s is refused with the remedy: %j', (field, network, expected) => {
    const found = complaints(network);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`tenants.json: network, field "${field}": `);
    expect(found[0]).toContain(expected);
    expect(found[0]).not.toContain('secret@');
    expect(found[0]).toMatch(/[^.]\.$/);
  });

  test('with a field that does not exist is refused', () => {
    expect(complaints({ vpcId: 'vpc-1' })).toEqual([
      'tenants.json: network, unknown field "vpcId": expected only subnetIds, securityGroupIds, httpsProxy, caCertificateFile; correct the spelling or remove it.',
    ]);
  });

  test.each([null, 'none', []])('that is %j is refused', (network) => {
    expect(complaints(network)).toEqual([
      'tenants.json: network: expected an object with only subnetIds, securityGroupIds, httpsProxy, caCertificateFile; see docs/deployment.md for the form.',
    ]);
  });

  function complaints(network: unknown): string[] {
    try {
      parseTenants({ tenants: TENANTS, network });
    } catch (error) {
      return String((error as Error).message).split('\n');
    }
    return [];
  }

  test.each<[string, Network]>([
    ['both subnetIds and securityGroupIds', { subnetIds: ['subnet-1'] }],
    ["The network's httpsProxy is wrong", { httpsProxy: 'proxy.example.com' }],
    ['absent.pem does not exist', { caCertificateFile: 'absent.pem' }],
  ])('of another app is checked, too: %s', (expected, network) => {
    const app = new App({ context: appContext() });
    const { collector } = new CollectorStack(app, 'Shared', { tenantNames: ['acme'] });
    const tenant = { tenantName: 'acme', auth0Domain: 'acme.us.auth0.com', plan: 'free' };
    const make = () =>
      new Auth0Tenant(new Stack(app, 'Own'), 'Tenant', { shared: collector, ...tenant, network });
    expect(make).toThrow(expected);
  });
});
