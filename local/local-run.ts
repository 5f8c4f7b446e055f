import { parseDomain } from '../lambda/auth0/domain.ts';
import { createHttp } from '../lambda/auth0/http.ts';
import { createIngest } from '../lambda/ingest.ts';
import { ENV } from '../lambda/platform/names.ts';
import type { EmbeddedAws } from './aws/embedded-aws.ts';
import { startQueuePump } from './aws/queue-pump.ts';
import { takeDataFolder } from './data-folder.ts';
import type { RealSource, RunOptions } from './options.ts';
import type { RunOutput } from './run-output.ts';
import { keepRunSettings, keptRunSettings } from './run-settings.ts';
import { startTenantRun, type TenantRun } from './tenant-run.ts';

/** The collector on this machine, and in it the tenant that the command line names. */
export interface LocalRun extends TenantRun {
  readonly aws: EmbeddedAws;
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
  const { dataDir, tenant, source } = options;
  if (source.kind === 'real') await assertReachable(source);
  const own = await startTenantRun(aws, options, output.ofTenant(tenant), realSecret);
  const isAdded = keptRunSettings(dataDir, tenant)?.isAdded ?? false;
  keepRunSettings(dataDir, tenant, { ...own.settings, isAdded });
  const ingest = createIngest(aws.resources, output.ingestTelemetry());
  const pump = startQueuePump(aws.resources[ENV.queueUrl], ingest);
  return {
    ...own,
    aws,
    stop: async () => {
      await pump.stop();
      await own.stop();
      await aws.stop();
    },
  };
}

/** Tells a wrong host at once; a poll would be patient with it. */
async function assertReachable({ domain, canonicalDomain }: RealSource): Promise<void> {
  const { origin } = parseDomain(domain, canonicalDomain);
  await createHttp()({ method: 'GET', url: `${origin}/` });
}
