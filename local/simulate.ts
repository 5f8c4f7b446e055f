import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlanName } from '../lambda/platform/names.ts';
import type { AttackName } from './tenant/attacks/table.ts';
import type { Fault } from './tenant/faults.ts';
import { Holdings } from './tenant/holdings.ts';
import { type Exchange, type SimulatedTenant, startSimulatedTenant } from './tenant/server.ts';
import { UsageError } from './usage-error.ts';

export interface SimulationOptions {
  /** Where the tenant keeps what it holds. */
  readonly dir: string;
  readonly plan: PlanName;
  readonly events: number;
  readonly seed: number;
  /** Attacks within the simulated traffic; none unless told. */
  readonly attacks?: readonly AttackName[] | undefined;
  readonly eventsFile: string | undefined;
  readonly asIs: boolean;
  /** New events come while it runs, and token requests are logged, as with a real tenant. */
  readonly isLive: boolean;
  readonly port?: number;
  readonly latencyMs?: number;
  readonly faults?: readonly Fault[];
  readonly onAnswered?: (exchange: Exchange) => void;
}

/** The application that a collector signs in with. */
export interface SimulatedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const HOSTNAME = 'acme.us.auth0.com';
const LIVE_EVENTS_PER_SECOND = 1.5;

/** Starts a simulated tenant with what it held before and what the options ask for. */
export async function simulateTenant(
  options: SimulationOptions,
  credentials: SimulatedCredentials = newCredentials(),
): Promise<SimulatedTenant & { readonly credentials: SimulatedCredentials }> {
  const { dir, plan, seed, attacks, eventsFile, asIs, faults = [] } = options;
  const file = eventsFile === undefined ? undefined : existingFile(eventsFile);
  const holdings = new Holdings({ dir, hostname: HOSTNAME, plan, seed, attacks });
  if (file === undefined) holdings.holdGenerated(options.events, Date.now());
  else holdings.holdFile(file, asIs ? undefined : Date.now());
  const live = options.isLive ? holdings.startLive() : undefined;
  let caughtUpMs = Date.now();
  const gapMs = 1000 / LIVE_EVENTS_PER_SECOND;
  const tenant = await startSimulatedTenant({
    events: holdings.events,
    applications: [{ ...credentials, mayUseClientCredentials: true, scopes: ['read:logs'] }],
    plan,
    ...(asIs && { retentionDays: 0 }),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.latencyMs !== undefined && { latencyMs: options.latencyMs }),
    ...(options.onAnswered !== undefined && { onAnswered: options.onAnswered }),
    beforeAnswer: () => {
      for (; live !== undefined && caughtUpMs + gapMs <= Date.now(); caughtUpMs += gapMs) {
        live.append(new Date(caughtUpMs));
      }
    },
    onTokenIssued: (clientId) => live?.appendTokenExchange(new Date(), clientId),
  });
  tenant.faults.add(faults);
  return { ...tenant, credentials };
}

export const newCredentials = (): SimulatedCredentials => ({
  clientId: 'simulated-collector',
  clientSecret: randomBytes(32).toString('base64url'),
});

function existingFile(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file?.isFile()) return resolve(path);
  throw new UsageError(`There is no events file ${path}`);
}
