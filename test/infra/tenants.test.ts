import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SettingsError } from '../../infra/settings-error.ts';
import { parseTenants, readTenants } from '../../infra/tenants.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const ACME = { name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' };

/** The sentences about a file whose entries are these. */
function complaints(...tenants: unknown[]): string[] {
  return complaintsAbout({ tenants });
}

function complaintsAbout(content: unknown): string[] {
  try {
    parseTenants(content);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('an entry', () => {
  test('with only what is needed gets the defaults', () => {
    expect(parseTenants({ tenants: [ACME] }).tenants).toEqual([
      {
        ...ACME,
        pollIntervalMinutes: 5,
        rateShare: 0.5,
        audit: 'all',
        enabled: true,
        logRetentionDays: 30,
      },
    ]);
  });

  const cases: [field: string, value: unknown, expected: string][] = [
    ['domain', undefined, 'expected a lower-case host name; write it as in "acme.us.auth0.com"'],
    ['domain', 'https://acme.us.auth0.com', 'without https:// and without a path.'],
    ['domain', 'acme.us.auth0.com/', 'without https:// and without a path.'],
    ['domain', 'Acme.us.auth0.com', 'expected a lower-case host name'],
    ['domain', 'acme', 'expected a lower-case host name'],
    ['canonicalDomain', 'acme/', 'expected the host name that Auth0 gave the tenant; write'],
    ['plan', undefined, 'expected one of free, essentials, professional, enterprise; name'],
    ['plan', 'Enterprise', 'expected one of free, essentials, professional, enterprise; name'],
    ['credentialsSecretArn', 'acme/auth0', 'expected the whole ARN of a Secrets Manager secret'],
    [
      'credentialsSecretArn',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:*',
      'with the six characters at its end; copy it from Secrets Manager',
    ],
    ['pollIntervalMinutes', 7, 'expected one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60; choose'],
    ['pollIntervalMinutes', '5', 'or leave the field out for 5.'],
    ['collectionStart', '2026-11', 'write it as in "2026-11-01T00:00:00Z"'],
    ['collectionStart', '2026-02-30T00:00:00Z', 'expected a day or moment in UTC'],
    ['collectionStart', '2026-11-01T00:00:00+01:00', 'expected a day or moment in UTC'],
    ['collectionStart', '', 'expected a day or moment in UTC, or "oldest"; write'],
    ['audit', 'some', 'expected one of all, sample, off; say'],
    ['rateShare', 0, 'expected a number from 0.01 to 1 with at most two decimals; give'],
    ['rateShare', 1.5, 'expected a number from 0.01 to 1'],
    ['rateShare', 0.125, 'expected a number from 0.01 to 1 with at most two decimals'],
    ['enabled', 'yes', 'expected true or false; write false to pause the tenant'],
    ['logRetentionDays', 31, 'expected one of 1, 3, 5, 7, 14, 30, 60, 90'],
  ];

  test.each(cases)('whose %s is %j is refused with the remedy', (field, value, expected) => {
    const found = complaints(ACME, { ...ACME, name: 'shop', [field]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`tenants.json: entry 2 ("shop"), field "${field}": `);
    expect(found[0]).toContain(expected);
    expect(found[0]).toMatch(/[^.]\.$/);
  });

  test.each([undefined, 'Acme', 'a', '-acme', 'acme-', 'a'.repeat(33)])(
    'whose name is %j is refused by its place',
    (name) => {
      const [sentence, ...others] = complaints({ ...ACME, name });
      expect(others).toEqual([]);
      expect(sentence).toMatch(
        /^tenants\.json: entry 1, field "name": expected 2 to 32 lower-case letters, digits and hyphens.*; give .*\.$/,
      );
    },
  );

  test.each(['oldest', '2026-11-01', '2026-11-01T00:00:00Z', '2028-02-29T23:59:59.999Z'])(
    'may start at %s',
    (collectionStart) => {
      expect(complaints({ ...ACME, collectionStart })).toEqual([]);
    },
  );

  test('with a custom domain must say the canonical one', () => {
    const custom = { ...ACME, domain: 'login.acme.example' };
    expect(complaints(custom)).toEqual([
      'tenants.json: entry 1 ("acme"), field "canonicalDomain": expected a value, because "domain" is a custom domain and Auth0 issues tokens for the tenant\'s own one; add it as in "acme.us.auth0.com".',
    ]);
    expect(complaints({ ...custom, canonicalDomain: 'acme.us.auth0.com' })).toEqual([]);
  });

  test('with a field that does not exist is refused, and the value is not repeated', () => {
    expect(complaints({ ...ACME, clientSecret: 'a-real-one' })).toEqual([
      'tenants.json: entry 1 ("acme"), unknown field "clientSecret": expected only name, domain, canonicalDomain, credentialsSecretArn, pollIntervalMinutes, collectionStart, plan, rateShare, audit, enabled, logRetentionDays, detection; correct the spelling or remove it (credentials belong in Secrets Manager, never here).',
    ]);
  });

  test.each([null, 'acme', 7, [[]]])('that is %j is refused', (entry) => {
    expect(complaints(entry)).toEqual([
      'tenants.json: entry 1: expected an object with the fields of a tenant; see tenants.example.json for the form.',
    ]);
  });
});

describe('the detection of an entry', () => {
  test('gets what is left out', () => {
    const { tenants } = parseTenants({ tenants: [{ ...ACME, detection: { off: ['A0-LOG-01'] } }] });
    expect(tenants.map(({ detection }) => detection)).toEqual([
      {
        off: ['A0-LOG-01'],
        limits: {},
        lists: {},
        allow: { ips: [], users: [], clients: [] },
      },
    ]);
  });

  test.each<[unknown, field: string, expected: string]>([
    [{ off: ['A0-LOG-99'] }, 'detection.off.0', 'there is no rule A0-LOG-99'],
    [{ limits: { 'A0-LOG-99': { count: 1 } } }, 'detection.limits.A0-LOG-99', 'there is no rule'],
    [
      { limits: { 'A0-LOG-01': { counts: 5 } } },
      'detection.limits.A0-LOG-01.counts',
      'A0-LOG-01 has no such limit (it has count, windowMinutes)',
    ],
    [{ limits: { 'A0-LOG-01': { count: 0 } } }, 'detection.limits.A0-LOG-01.count', 'Too small'],
    [{ lists: { 'A0-LOG-01': { any: [] } } }, 'detection.lists.A0-LOG-01.any', 'no such list'],
    [{ allow: { ips: ['192.0.2.0/64'] } }, 'detection.allow.ips.0', 'must be an IP address or a'],
    [{ allow: { addresses: [] } }, 'detection.allow', 'unknown field "addresses"'],
    [{ rules: [] }, 'detection', 'unknown field "rules"'],
    [[], 'detection', 'expected object'],
  ])('%j is refused at its place', (detection, field, expected) => {
    const found = complaints(ACME, { ...ACME, name: 'shop', detection });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`tenants.json: entry 2 ("shop"), field "${field}"`);
    expect(found[0]).toContain(expected);
    expect(found[0]).toMatch(/[^.]\.$/);
  });
});

describe('the lake', () => {
  const SECURITY_LAKE = {
    bucket: 'aws-security-data-lake-eu-west-1-abc',
    source: 'auth0',
    region: 'eu-west-1',
    accountId: 'external',
  };

  test('is kept for ever and shows who is who unless told otherwise', () => {
    expect(parseTenants({ tenants: [ACME] }).lake).toEqual({ pseudonyms: false, resultDays: 7 });
    const lake = { pseudonyms: true, securityLake: SECURITY_LAKE, archiveDays: 400, lakeDays: 90 };
    expect(parseTenants({ tenants: [ACME], lake }).lake).toEqual({ ...lake, resultDays: 7 });
  });

  test.each<[lake: unknown, field: string, expected: string]>([
    [{ pseudonyms: 'yes' }, 'pseudonyms', 'expected true or false; write true'],
    [{ archiveDays: 29 }, 'archiveDays', 'expected a whole number of days from 30 to 36500; give'],
    [{ lakeDays: 30.5 }, 'lakeDays', 'or leave the field out to keep them for ever.'],
    [{ incidentDays: '400' }, 'incidentDays', 'expected a whole number of days'],
    [{ resultDays: 0 }, 'resultDays', 'or leave the field out for 7.'],
    [{ securityLake: 'abc' }, 'securityLake', 'only bucket, source, region, accountId; see'],
    [
      { securityLake: { ...SECURITY_LAKE, bucket: 'abc/*' } },
      'securityLake.bucket',
      'expected the name of the bucket of Security Lake; copy',
    ],
    [
      { securityLake: { ...SECURITY_LAKE, accountId: '1' } },
      'securityLake.accountId',
      'expected 12 digits, or "external"; give',
    ],
    [
      { securityLake: { ...SECURITY_LAKE, prefix: 'x' } },
      'securityLake',
      'unknown field "prefix": correct the spelling or remove it.',
    ],
  ])('%j is refused at its place', (lake, field, expected) => {
    const [found = '', ...others] = complaintsAbout({ tenants: [ACME], lake });
    expect(others).toEqual([]);
    expect(found).toContain(`tenants.json: lake, field "${field}"`);
    expect(found).toContain(expected);
  });

  test('with a field that does not exist is refused', () => {
    expect(complaintsAbout({ tenants: [ACME], lake: { keep: 1 } })).toEqual([
      'tenants.json: lake, unknown field "keep": expected only pseudonyms, securityLake, archiveDays, lakeDays, incidentDays, resultDays; correct the spelling or remove it.',
    ]);
  });
});

describe('the entries together', () => {
  test('may not share a name', () => {
    expect(complaints(ACME, { ...ACME, name: 'shop' }, ACME)).toEqual([
      'tenants.json: entry 3 ("acme"), field "name": expected a name that no other entry has, but entry 1 has it too; rename one of the two.',
    ]);
  });

  test('may share a domain', () => {
    expect(complaints(ACME, { ...ACME, name: 'acme-again' })).toEqual([]);
  });

  test('have all their mistakes told at once', () => {
    expect(
      complaints({ ...ACME, plan: 'gold', rateShare: 2 }, { ...ACME, enabled: 1 }),
    ).toHaveLength(4);
  });

  test.each([[[]], [{}], [[ACME]], [{ tenants: [] }], [{ tenants: [ACME], extra: 1 }], [null]])(
    'in the form %j are refused',
    (content) => {
      expect(complaintsAbout(content)).toEqual([
        'tenants.json: expected an object whose field "tenants" lists at least one tenant, and beside it at most "network" and "lake"; see tenants.example.json for the form.',
      ]);
    },
  );
});

describe('the file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenants-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('that is missing is named, with the example to copy', () => {
    const path = join(folder, 'absent.json');
    expect(() => readTenants(path)).toThrow(
      `${path} does not exist; copy ${join(folder, 'tenants.example.json')} to it and fill in your tenants.`,
    );
  });

  test('that is not JSON is refused with the place', () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{ "tenants": [ }');
    expect(() => readTenants(path)).toThrow(
      /^broken\.json is not valid JSON \(.+\); correct it at that place\.$/,
    );
  });

  test('that ships, and the example, are valid', () => {
    expect(readTenants(join(REPOSITORY, 'tenants.json')).tenants.map(({ name }) => name)).toEqual([
      'acme',
    ]);
    const example = join(folder, 'tenants.json');
    copyFileSync(join(REPOSITORY, 'tenants.example.json'), example);
    expect(readTenants(example).tenants).toHaveLength(2);
  });

  test('of the example shows every field', () => {
    const [sentence = ''] = complaints({ ...ACME, unknown: 1 });
    const fields = /expected only ([\w, ]+);/.exec(sentence)?.[1]?.split(', ') ?? [];
    const text = readFileSync(join(REPOSITORY, 'tenants.example.json'), 'utf8');
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((field) => !text.includes(`"${field}":`))).toEqual([]);
  });
});
