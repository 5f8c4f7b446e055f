import { createHash } from 'node:crypto';
import { SINCE_OLDEST } from '../lambda/auth0/cursor.ts';
import type { WantedTenant } from './console/tenants.ts';
import { SIMULATED_EVENTS_DEFAULT, type SimulatedSource } from './options.ts';
import type { RunSettings } from './run-settings.ts';
import { ATTACK_NAMES } from './tenant/attacks/table.ts';
import type { TenantSetUp } from './tenant-run.ts';

/** What it takes to collect a tenant that is added in the console. */
export function setUpOf(dataDir: string, wanted: WantedTenant): TenantSetUp {
  const { name: tenant, plan } = wanted;
  const shared = { dataDir, tenant, plan, once: false };
  if (wanted.kind === 'simulated') return { ...shared, ...simulated(tenant) };
  const { domain, canonicalDomain, collectionStart, credentials } = wanted;
  const { clientId } = credentials;
  return {
    ...shared,
    collectionStart,
    source: { kind: 'real', domain, canonicalDomain, clientId },
  };
}

/** The same for one that was added in an earlier run; its credentials are in its secret. */
export function keptSetUp(dataDir: string, tenant: string, settings: RunSettings): TenantSetUp {
  const { plan, isSimulated, domain, canonicalDomain, collectionStart } = settings;
  const shared = { dataDir, tenant, plan, once: false };
  if (isSimulated) return { ...shared, ...simulated(tenant) };
  return {
    ...shared,
    collectionStart,
    source: { kind: 'real', domain, canonicalDomain, clientId: '' },
  };
}

const simulated = (tenant: string) => ({
  collectionStart: SINCE_OLDEST,
  source: sourceNamed(tenant),
});

/** Tenants of different names have different people, the same in every run. */
function sourceNamed(tenant: string): SimulatedSource {
  const seed = createHash('sha256').update(tenant).digest().readUInt32BE(0) >>> 1;
  return {
    kind: 'simulated',
    events: SIMULATED_EVENTS_DEFAULT,
    seed,
    attacks: ATTACK_NAMES,
    eventsFile: undefined,
    asIs: false,
  };
}
