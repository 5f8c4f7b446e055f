import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { RunControl } from '../../local/console/run-control.ts';
import { type LocalConsole, startConsole } from '../../local/console/server.ts';
import { startLocalRun } from '../../local/local-run.ts';
import { parseRunOptions } from '../../local/options.ts';
import { RunOutput } from '../../local/run-output.ts';
import { RunTenants } from '../../local/run-tenants.ts';
import { simulateTenant } from '../../local/simulate.ts';
import { secretName } from '../../local/tenant-secret.ts';

/** A run with its console, to which tenants are added; its own tenant is ticked by nobody. */
export interface AddingWorld {
  readonly served: LocalConsole;
  readonly tenants: RunTenants;
  /** All that the run has printed. */
  printed(): string;
  /** Client secrets in the secret of a tenant: the current one, and that before it. */
  secrets(tenant: string): Promise<readonly (string | undefined)[]>;
  /** Events of a tenant that its checkpoint counts; undefined without a checkpoint. */
  collected(tenant: string): Promise<number | undefined>;
  /** Resolves when the tenant has as many events, or fails with the test. */
  collects(tenant: string, events: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startAddingWorld(dataDir: string): Promise<AddingWorld> {
  const options = parseRunOptions(['--data', dataDir, '--events', '20', '--every', '1']);
  const chunks: Buffer[] = [];
  const output = new RunOutput(new PassThrough().on('data', (chunk) => chunks.push(chunk)));
  const run = await startLocalRun(options, output);
  const stopping = new AbortController();
  const control = new RunControl();
  const tenants = new RunTenants({ run, options, output, control, stopping: stopping.signal });
  await tenants.restore();
  const served = await startConsole(run.aws.resources, tenants);
  const dynamo = new DynamoDBClient({});
  const secretsManager = new SecretsManagerClient({});
  const checkpoints = createCheckpointStore(dynamo, run.aws.resources[ENV.collectionTable]);
  const collected = async (tenant: string) => (await checkpoints.load(tenant))?.eventsTotal;
  return {
    served,
    tenants,
    printed: () => Buffer.concat(chunks).toString('utf8'),
    secrets: (tenant) =>
      Promise.all(
        ['AWSCURRENT', 'AWSPREVIOUS'].map((stage) => clientSecret(secretsManager, tenant, stage)),
      ),
    collected,
    collects: async (tenant, events) => {
      while (((await collected(tenant)) ?? -1) < events) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: async () => {
      stopping.abort();
      await tenants.ended();
      await served.stop();
      await run.stop();
      dynamo.destroy();
      secretsManager.destroy();
    },
  };
}

async function clientSecret(
  client: SecretsManagerClient,
  tenant: string,
  VersionStage: string,
): Promise<string | undefined> {
  const read = new GetSecretValueCommand({ SecretId: secretName(tenant), VersionStage });
  const { SecretString } = await client.send(read).catch(() => ({ SecretString: undefined }));
  return SecretString === undefined ? undefined : JSON.parse(SecretString).clientSecret;
}

/** A tenant to be added as a real one is, with so many events. */
export const startOtherTenant = (dir: string, events: number) =>
  simulateTenant({
    dir,
    plan: 'enterprise',
    events,
    seed: 7,
    eventsFile: undefined,
    asIs: false,
    isLive: false,
  });

export const settingsFile = (dataDir: string, tenant: string): string =>
  join(dataDir, 'tenants', tenant, 'settings.json');

/** The files of a data folder that hold a text, but for the secret store and its neighbours. */
export function filesWith(dataDir: string, text: string): readonly string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => existsSync(path) && readFileSync(path).includes(text))
    .map((path) => path.slice(dataDir.length + 1));
}
