import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withoutLease } from '../lambda/collect/checkpoint.ts';
import { type CheckpointStore, createCheckpointStore } from '../lambda/collect/checkpoint-store.ts';
import type { PollSummary } from '../lambda/collect/poll.ts';
import { createCompactor } from '../lambda/compactor.ts';
import type { Incident } from '../lambda/detect/incident.ts';
import type { CompactionSummary } from '../lambda/lake/compact-tenant.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { COMPACTOR, ENV, POLLER } from '../lambda/platform/names.ts';
import { createPoller } from '../lambda/poller.ts';
import type { EmbeddedAws } from './aws/embedded-aws.ts';
import { drain } from './drain.ts';
import { invocationContext } from './invocation-context.ts';
import { createLocalDetection } from './local-detection.ts';
import type { RunOptions, SimulatedSource } from './options.ts';
import type { RunSettings } from './run-settings.ts';
import { newCredentials, type SimulatedCredentials, simulateTenant } from './simulate.ts';
import type { SimulatedTenant } from './tenant/server.ts';
import type { TenantOutput } from './tenant-output.ts';
import { putTenantSecret, secretName } from './tenant-secret.ts';

/** What it takes to collect one tenant on this machine. */
export type TenantSetUp = Pick<
  RunOptions,
  'dataDir' | 'tenant' | 'plan' | 'collectionStart' | 'once' | 'source'
>;

/** The collection of one tenant: the deployed handlers on the embedded AWS. */
export interface TenantRun {
  readonly tenant: string;
  /** The simulated tenant, unless the source is real. */
  readonly simulated: SimulatedTenant | undefined;
  readonly settings: Omit<RunSettings, 'isAdded'>;
  /** Events that the simulated tenant holds and that were not collected yet. */
  remaining(): Promise<number>;
  tick(): Promise<PollSummary>;
  /** Waits for ingest, at most so long; true when everything that was sent is in the archive. */
  drain(timeoutMs?: number): Promise<boolean>;
  /** Brings what is in the archive into the lake. */
  compact(): Promise<CompactionSummary>;
  /** Looks at what is new in the archive; returns the incidents that it opened, the newest last. */
  detect(): Promise<readonly Incident[]>;
  stop(): Promise<void>;
}

/**
 * Makes one tenant ready to be ticked; a simulated one is started.
 *
 * @param realSecret client secret of a real tenant; undefined when Secrets Manager has it already
 * @throws {UsageError}
 */
export async function startTenantRun(
  aws: EmbeddedAws,
  setUp: TenantSetUp,
  output: TenantOutput,
  realSecret?: string,
): Promise<TenantRun> {
  const { source } = setUp;
  const simulated = source.kind === 'simulated' ? await simulate(setUp, source) : undefined;
  try {
    return await startOn(aws, setUp, output, simulated, realSecret);
  } catch (thrown) {
    // Its server would keep the process from ending.
    await simulated?.stop();
    throw thrown;
  }
}

type Simulated = Awaited<ReturnType<typeof simulate>>;

async function startOn(
  aws: EmbeddedAws,
  setUp: TenantSetUp,
  output: TenantOutput,
  simulated: Simulated | undefined,
  realSecret: string | undefined,
): Promise<TenantRun> {
  const { tenant, source } = setUp;
  const credentials = simulated?.credentials ?? realCredentials(source, realSecret);
  if (credentials !== undefined) await putTenantSecret(tenant, credentials);
  const settings = settingsOf(setUp, simulated);
  const client = new DynamoDBClient(AWS_CLIENT);
  const checkpoints = createCheckpointStore(client, aws.resources[ENV.collectionTable]);
  await dropStaleLease(checkpoints, tenant);
  const poller = createPoller(pollerEnvironment(aws, tenant, settings), output.telemetry('poller'));
  const compactor = createCompactor(aws.resources, output.telemetry('compactor'));
  const detection = await createLocalDetection(aws.resources, setUp, output.telemetry('detector'));
  return {
    tenant,
    simulated,
    settings,
    remaining: async () => {
      const collected = (await checkpoints.load(tenant))?.eventsTotal ?? 0;
      return Math.max(0, (simulated?.events.count ?? 0) - collected);
    },
    tick: () => poller({}, invocationContext(POLLER.timeoutSeconds)),
    drain: (timeoutMs = Number.POSITIVE_INFINITY) => drain(aws, tenant, timeoutMs),
    detect: detection.detect,
    compact: () => compactor({ tenant }, invocationContext(COMPACTOR.timeoutSeconds)),
    stop: async () => {
      await simulated?.stop();
      detection.stop();
      client.destroy();
    },
  };
}

function realCredentials(source: TenantSetUp['source'], clientSecret: string | undefined) {
  if (source.kind !== 'real' || clientSecret === undefined) return undefined;
  return { clientId: source.clientId, clientSecret };
}

function settingsOf(
  { plan, collectionStart, source }: TenantSetUp,
  simulated: SimulatedTenant | undefined,
): TenantRun['settings'] {
  const isReal = source.kind === 'real';
  return {
    domain: simulated?.host ?? (isReal ? source.domain : ''),
    canonicalDomain: isReal ? source.canonicalDomain : '',
    plan,
    collectionStart,
    isSimulated: !isReal,
  };
}

function simulate({ dataDir, tenant, plan, once }: TenantSetUp, source: SimulatedSource) {
  const dir = join(dataDir, 'tenants', tenant);
  const { events, seed, attacks, eventsFile, asIs } = source;
  return simulateTenant(
    { dir, plan, events, seed, attacks, eventsFile, asIs, isLive: !once },
    keptCredentials(dir),
  );
}

/** The same credentials over restarts, as with a real tenant. */
function keptCredentials(dir: string): SimulatedCredentials {
  const path = join(dir, 'application.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  mkdirSync(dir, { recursive: true });
  const credentials = newCredentials();
  writeFileSync(path, JSON.stringify(credentials), { mode: 0o600 });
  return credentials;
}

const pollerEnvironment = (
  aws: EmbeddedAws,
  tenant: string,
  { domain, canonicalDomain, collectionStart, plan }: TenantRun['settings'],
): Record<string, string> => ({
  ...aws.resources,
  [ENV.tenant]: tenant,
  [ENV.auth0Domain]: domain,
  [ENV.canonicalDomain]: canonicalDomain,
  [ENV.credentialsSecretArn]: secretName(tenant),
  [ENV.collectionStart]: collectionStart,
  [ENV.auth0Plan]: plan,
});

/** The data folder is ours alone, so a lease there is of a process that is gone. */
async function dropStaleLease(checkpoints: CheckpointStore, tenant: string): Promise<void> {
  const checkpoint = await checkpoints.load(tenant);
  if (checkpoint?.lease !== undefined) await checkpoints.save(tenant, withoutLease(checkpoint));
}
