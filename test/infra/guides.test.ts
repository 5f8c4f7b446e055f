import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const SECURITY = readFileSync(join(DOCS, 'security.md'), 'utf8');
const SCALE = readFileSync(join(DOCS, 'scale.md'), 'utf8');

const OF_EVERY_ROLE = 'every one';
const entry = (name: string) => ({ name, domain: `${name}.us.auth0.com`, plan: 'enterprise' });

let deployment: Deployment;

beforeAll(() => {
  deployment = synthesise([entry('acme')]);
});

interface Statement {
  readonly Action: string | readonly string[];
}

/** What the role of each function may do, by the name of the function. */
function rolesOf({ templates }: Deployment): Map<string, Set<string>> {
  const policies = templates.flatMap((template) => resourcesOf(template, 'AWS::IAM::Policy'));
  return new Map(
    policies.map(([id, { Properties }]) => {
      const [, name = id] = /([A-Z][a-z]+)RoleDefaultPolicy/.exec(id) ?? [];
      const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] };
      return [name.toLowerCase(), new Set(Statement.flatMap(({ Action }) => Action))];
    }),
  );
}

/** What the document says that roles may do, by the name in its first column. */
function documentedRoles(): Map<string, Set<string>> {
  const roles = new Map<string, Set<string>>();
  for (const [, name = '', cell = ''] of SECURITY.matchAll(
    /^\| ([a-z ]+) \| (`[a-z0-9]+:.*?) \|/gm,
  )) {
    const actions = [...cell.matchAll(/`([a-z0-9]+:[A-Za-z]+)`/g)].map(([, action = '']) => action);
    roles.set(name, new Set([...(roles.get(name) ?? []), ...actions]));
  }
  return roles;
}

describe('the page on security', () => {
  test('lists every role with all that it may do', () => {
    const documented = documentedRoles();
    const ofEvery = documented.get(OF_EVERY_ROLE) ?? new Set();
    documented.delete(OF_EVERY_ROLE);
    const sorted = (roles: ReadonlyMap<string, ReadonlySet<string>>) =>
      Object.fromEntries([...roles].map(([name, actions]) => [name, [...actions].sort()]));
    const whole = new Map(
      [...documented].map(([name, own]) => [name, new Set([...own, ...ofEvery])]),
    );
    expect(sorted(whole)).toEqual(sorted(rolesOf(deployment)));
  });

  test('is right that no role has a managed policy', () => {
    const roles = deployment.templates.flatMap((template) =>
      resourcesOf(template, 'AWS::IAM::Role'),
    );
    expect(roles.length).toBeGreaterThan(3);
    for (const [, { Properties }] of roles)
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

describe('the page on scale', () => {
  test('counts what a tenant adds', () => {
    const rows = [...SCALE.matchAll(/^\| `(AWS::[A-Za-z]+::[A-Za-z]+)` \| (\d+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(5);
    const { acme } = deployment.tenants;
    for (const [, type = '', count] of rows) {
      expect([type, acme && resourcesOf(acme, type).length]).toEqual([type, Number(count)]);
    }
  });

  test('says how many tenants fill the template of the shared stack', () => {
    const [, said = ''] = /at about (\d+) the template of the shared stack/.exec(SCALE) ?? [];
    const bytes = ({ collector }: Deployment) => JSON.stringify(collector, null, 1).length;
    const names = Array.from({ length: 40 }, (_, at) => `tenant-${String(at).padStart(5, '0')}`);
    const perTenant =
      (bytes(synthesise(names.map(entry))) - bytes(synthesise(names.slice(0, 1).map(entry)))) /
      (names.length - 1);
    const full = (1_000_000 - bytes(deployment)) / perTenant;
    expect(Number(said) / full).toBeGreaterThan(0.85);
    expect(Number(said) / full).toBeLessThan(1.15);
  });
});
