import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseDomain } from '../lambda/auth0/domain.ts';
import { createHttp } from '../lambda/auth0/http.ts';
import { withoutLease } from '../lambda/collect/checkpoint.ts';
import { type CheckpointStore, createCheckpointStore } from '../lambda/collect/checkpoint-store.ts';
import type { PollSummary } from '../lambda/collect/poll.ts';
import { createCompactor } from '../lambda/compactor.ts';
import type { Incident } from '../lambda/detect/incident.ts';
import { createIngest } from '../lambda/ingest.ts';
import type { CompactionSummary } from '../lambda/lake/compact-tenant.ts';
import { createLedgerStore } from '../lambda/ledger/ledger-store.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { COMPACTOR, ENV, POLLER } from '../lambda/platform/names.ts';
import { createPoller } from '../lambda/poller.ts';
import type { EmbeddedAws } from './aws/embedded-aws.ts';
import { startQueuePump } from './aws/queue-pump.ts';
import { takeDataFolder } from './data-folder.ts';
import { invocationContext } from './invocation-context.ts';
import { createLocalDetection } from './local-detection.ts';
import type { RealSource, RunOptions } from './options.ts';
import type { RunOutput } from './run-output.ts';
import { keepRunSettings } from './run-settings.ts';
import { newCredentials, type SimulatedCredentials, simulateTenant } from './simulate.ts';
import type { SimulatedTenant } from './tenant/server.ts';
import { putTenantSecret, secretName } from './tenant-secret.ts';

/** The collector on this machine: the deployed handlers on the embedded AWS. */
export interface LocalRun {
  /** The simulated tenant, unless the source is real. */
  readonly simulated: SimulatedTenant | undefined;
  readonly aws: EmbeddedAws;
  /** Events that the simulated tenant holds and that were not collected yet. */
  remaining(): Promise<number>;
  tick(): Promise<PollSummary>;
  /** Waits for ingest; true when everything that was sent is in the archive. */
  drain(): Promise<boolean>;
  /** Brings what is in the archive into the lake. */
  compact(): Promise<CompactionSummary>;
  /** Looks at what is new in the archive; returns the incidents that it opened, the newest last. */
  detect(): Promise<readonly Incident[]>;
  stop(): Promise<void>;
}

/**
 * Starts everything on the data folder of the options.
 *
 * @param realSecret client secret of a real tenant
 * @throws {UsageError}
 */
export async function startLocalRun(
  options: RunOptions,
  output: RunOutput,
  realSecret?: string,
): Promise<LocalRun> {
  const aws = await takeDataFolder(options.dataDir);
  try {
    return await startOn(aws, options, output, realSecret);
  } catch (thrown) {
    await aws.stop();
    throw thrown;
  }
}

async function startOn(
  aws: EmbeddedAws,
  options: RunOptions,
  output: RunOutput,
  realSecret: string | undefined,
): Promise<LocalRun> {
  const { tenant, source } = options;
  if (source.kind === 'real') await assertReachable(source);
  const simulated = source.kind === 'simulated' ? await simulate(options) : undefined;
  const credentials = simulated?.credentials ?? {
    clientId: (source as RealSource).clientId,
    clientSecret: realSecret ?? '',
  };
  await putTenantSecret(tenant, credentials);
  const isReal = source.kind === 'real';
  keepRunSettings(options.dataDir, tenant, {
    domain: simulated?.host ?? (isReal ? source.domain : ''),
    canonicalDomain: isReal ? source.canonicalDomain : '',
    plan: options.plan,
    isSimulated: !isReal,
  });
  const client = new DynamoDBClient(AWS_CLIENT);
  const checkpoints = createCheckpointStore(client, aws.resources[ENV.collectionTable]);
  await dropStaleLease(checkpoints, tenant);
  const poller = createPoller(pollerEnvironment(aws, options, simulated), output.pollerTelemetry());
  const ingest = createIngest(aws.resources, output.ingestTelemetry());
  const compactor = createCompactor(aws.resources, output.compactorTelemetry());
  const detection = await createLocalDetection(aws.resources, options, output.detectorTelemetry());
  const pump = startQueuePump(aws.resources[ENV.queueUrl], ingest);
  return {
    simulated,
    aws,
    remaining: async () => {
      const collected = (await checkpoints.load(tenant))?.eventsTotal ?? 0;
      return Math.max(0, (simulated?.events.count ?? 0) - collected);
    },
    tick: () => poller({}, invocationContext(POLLER.timeoutSeconds)),
    drain: () => drain(aws, tenant),
    detect: detection.detect,
    compact: () => compactor({ tenant }, invocationContext(COMPACTOR.timeoutSeconds)),
    stop: async () => {
      await pump.stop();
      await simulated?.stop();
      detection.stop();
      client.destroy();
      await aws.stop();
    },
  };
}

/** Tells a wrong host at once; a poll would be patient with it. */
async function assertReachable({ domain, canonicalDomain }: RealSource): Promise<void> {
  const { origin } = parseDomain(domain, canonicalDomain);
  await createHttp()({ method: 'GET', url: `${origin}/` });
}

function simulate(options: RunOptions) {
  const { dataDir, tenant, plan, once, source } = options;
  if (source.kind !== 'simulated') throw new TypeError('not a simulated source');
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

function pollerEnvironment(
  aws: EmbeddedAws,
  { tenant, plan, collectionStart, source }: RunOptions,
  simulated: SimulatedTenant | undefined,
): Record<string, string> {
  const isReal = source.kind === 'real';
  return {
    ...aws.resources,
    [ENV.tenant]: tenant,
    [ENV.auth0Domain]: simulated?.host ?? (isReal ? source.domain : ''),
    [ENV.canonicalDomain]: isReal ? source.canonicalDomain : '',
    [ENV.credentialsSecretArn]: secretName(tenant),
    [ENV.collectionStart]: collectionStart,
    [ENV.auth0Plan]: plan,
  };
}

/** The data folder is ours alone, so a lease there is of a process that is gone. */
async function dropStaleLease(checkpoints: CheckpointStore, tenant: string): Promise<void> {
  const checkpoint = await checkpoints.load(tenant);
  if (checkpoint?.lease !== undefined) await checkpoints.save(tenant, withoutLease(checkpoint));
}

const DRAIN_LOOK_MS = 50;
/** Ingest makes progress much faster; when nothing moves for so long, something failed. */
const DRAIN_STALL_MS = 15_000;

async function drain(aws: EmbeddedAws, tenant: string): Promise<boolean> {
  let depth = aws.queueDepth();
  let movedAtMs = Date.now();
  while (depth > 0 && Date.now() - movedAtMs < DRAIN_STALL_MS) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    if (aws.queueDepth() !== depth) movedAtMs = Date.now();
    depth = aws.queueDepth();
  }
  return isAllStored(aws, tenant);
}

async function isAllStored(aws: EmbeddedAws, tenant: string): Promise<boolean> {
  const client = new DynamoDBClient(AWS_CLIENT);
  try {
    const ledger = createLedgerStore(client, aws.resources[ENV.collectionTable]);
    for await (const row of ledger.rows(tenant)) if (row.stored === undefined) return false;
    return true;
  } finally {
    client.destroy();
  }
}
