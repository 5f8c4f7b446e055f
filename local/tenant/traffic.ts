/**
 * The traffic of a believable Auth0 tenant: some four hundred people, a dozen applications and a
 * handful of administrators, on an ordinary day. Nobody travels; passwords are mistyped now and then;
 * nobody is attacked, but where a plan of attacks says so. Every current event type turns up within any
 * 20,000 events in a row.
 */

import type { AttackPlan } from './attacks/plan.ts';
import { playAttacks } from './attacks/play.ts';
import type { EventSlot } from './event-slot.ts';
import { ACCOUNTS } from './traffic/accounts.ts';
import { EXCHANGES } from './traffic/exchanges.ts';
import { FACTORS } from './traffic/factors.ts';
import { type Shape, tell } from './traffic/fields.ts';
import { LOGIN_FAILURES } from './traffic/login-failures.ts';
import { LOGINS } from './traffic/logins.ts';
import { createManagement } from './traffic/management.ts';
import { OPERATIONS } from './traffic/operations.ts';
import { buildPopulation } from './traffic/people.ts';
import { PROTECTION } from './traffic/protection.ts';
import { buildTroupes, setScene } from './traffic/scene.ts';
import { buildRota, stepAt } from './traffic/stories.ts';
import { buildTenant } from './traffic/tenant.ts';

export interface Traffic {
  /** The event of this slot, as the Management API serves it. The same slot, the same event. */
  event(slot: EventSlot): Record<string, unknown>;
}

/**
 * The traffic that belongs to a seed: any whole number. `hostname` is the tenant's canonical
 * domain, whose first label is the tenant's name. The events of planned attacks take the place of
 * normal ones; all others are the same with and without a plan.
 */
export function createTraffic(options: {
  seed: number;
  hostname: string;
  attacks?: AttackPlan | undefined;
}): Traffic {
  const { seed, hostname, attacks } = options;
  const tenant = buildTenant(seed, hostname);
  const population = buildPopulation(seed, tenant);
  const troupes = buildTroupes(tenant, population);
  const rota = buildRota(seed);
  const shapes = new Map<string, Shape>(
    Object.entries({
      ...LOGINS,
      ...LOGIN_FAILURES,
      ...EXCHANGES,
      ...ACCOUNTS,
      ...FACTORS,
      ...PROTECTION,
      ...OPERATIONS,
      ...createManagement(seed),
    }),
  );
  const play = attacks && playAttacks(attacks, tenant, population, rota, shapes);
  return {
    event(slot) {
      const played = play?.(slot);
      if (played !== undefined) return played;
      const step = stepAt(seed, rota, slot.index);
      const shape = shapes.get(step.code);
      if (shape === undefined) throw new Error(`no shape for event type ${step.code}`);
      return tell(shape, setScene(seed, tenant, troupes, step, slot));
    },
  };
}
