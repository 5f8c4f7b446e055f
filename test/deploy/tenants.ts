/** Simulated tenants that the deployed pollers collect from. */
import { join } from 'node:path';
import { newCredentials, type SimulatedCredentials } from '../../local/simulate.ts';
import type { AttackName } from '../../local/tenant/attacks/table.ts';
import { Holdings } from '../../local/tenant/holdings.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../local/tenant/server.ts';

/** Auth0's own name of the tenants: what their tokens are for, whatever host is asked. */
export const CANONICAL_DOMAIN = 'acme.eu.auth0.com';

/** A simulated tenant that gets new events only when a test says so. */
export interface Source {
  readonly tenant: SimulatedTenant;
  readonly credentials: SimulatedCredentials;
  /** Every event that it serves, as it serves it. */
  served(): string[];
  add(count: number): void;
}

/** Starts a tenant that holds so many events; these attacks are among them. */
export async function startSource(
  folder: string,
  name: string,
  count: number,
  attacks: readonly AttackName[] = [],
): Promise<Source> {
  const plan = 'enterprise';
  const dir = join(folder, 'tenants', name);
  const holdings = new Holdings({ dir, hostname: CANONICAL_DOMAIN, plan, seed: count, attacks });
  holdings.holdGenerated(count, Date.now());
  const { events } = holdings;
  const live = holdings.startLive();
  const credentials = newCredentials();
  const tenant = await startSimulatedTenant({
    events,
    applications: [{ ...credentials, mayUseClientCredentials: true, scopes: ['read:logs'] }],
    plan,
    canonicalDomain: CANONICAL_DOMAIN,
  });
  return {
    tenant,
    credentials,
    served: () =>
      Array.from({ length: events.count }, (_, index) => events.json(index).toString('utf8')),
    add: (more) => {
      for (let index = 0; index < more; index += 1) live.append(new Date());
    },
  };
}
