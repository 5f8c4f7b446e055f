/** What the stacks hold that costs something for being there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesiseApp } from '../../test/templates/synthesise-app.ts';

/** How many resources there are of each type. */
export type Resources = Readonly<Record<string, number>>;

/** The shared stack, and that of a tenant with nothing but the defaults. */
export interface StackResources {
  readonly shared: Resources;
  readonly tenant: Resources;
}

const TENANT = { name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' };

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

export function countResources(): StackResources {
  const folder = mkdtempSync(join(tmpdir(), 'collector-cost-'));
  try {
    const tenantsFile = join(folder, 'tenants.json');
    writeFileSync(tenantsFile, JSON.stringify({ tenants: [TENANT] }));
    const templates = synthesiseApp(tenantsFile, join(folder, 'cdk.out'));
    const count = (stack: string) =>
      countTypes(JSON.parse(readFileSync(templates.get(stack) ?? '', 'utf8')));
    return { shared: count('Auth0Collector'), tenant: count('Auth0Collector-acme') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countTypes({ Resources }: Template): Resources {
  const types = Map.groupBy(Object.values(Resources), ({ Type }) => Type);
  return Object.fromEntries([...types].sort().map(([type, all]) => [type, all.length]));
}
