import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { readCredentials, readPreviousCredentials } from '../../lambda/auth0/credentials.ts';
import { createHttp } from '../../lambda/auth0/http.ts';
import { systemClock } from '../../lambda/platform/clock.ts';
import type { Subject } from '../../local/checks/subject.ts';
import { EventBlocks } from '../../local/tenant/event-block.ts';
import {
  type SimulatedTenant,
  type SimulatedTenantOptions,
  startSimulatedTenant,
} from '../../local/tenant/server.ts';

export const CLIENT_ID = 'collector';
export const CLIENT_SECRET = 'right-secret-of-the-test';
export const CREDENTIALS = JSON.stringify({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

/** A simulated tenant with one application that may read logs; it ends with the test. */
export async function startTenant(
  options: Partial<SimulatedTenantOptions> = {},
): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({
    events: new EventBlocks(),
    applications: [newApplication()],
    plan: 'enterprise',
    ...options,
  });
  onTestFinished(() => tenant.stop());
  return tenant;
}

export const newApplication = () => ({
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  mayUseClientCredentials: true,
  scopes: ['read:logs'] as string[] | undefined,
});

let secrets = 0;

/**
 * Puts the texts into a secret of the Secrets Manager of the environment, one after the other.
 *
 * @returns what reads it
 */
export async function secretOf(
  ...texts: readonly string[]
): Promise<Pick<Subject['source'], 'readCredentials' | 'readPreviousCredentials'>> {
  const client = new SecretsManagerClient({});
  onTestFinished(() => client.destroy());
  secrets += 1;
  const name = `secret-${secrets}`;
  for (const [index, text] of texts.entries()) {
    const create = new CreateSecretCommand({ Name: name, SecretString: text });
    const put = new PutSecretValueCommand({ SecretId: name, SecretString: text });
    await (index === 0 ? client.send(create) : client.send(put));
  }
  return {
    readCredentials: () => readCredentials(client, name),
    readPreviousCredentials: () => readPreviousCredentials(client, name),
  };
}

/** A tenant to check. */
export const subjectOf = async (
  domain: string,
  changes: Partial<Subject> = {},
  source: Partial<Subject['source']> = {},
): Promise<Subject> => ({
  tenant: 'acme',
  http: createHttp({ idleTimeoutMs: 500, totalTimeoutMs: 2_000, responseBytesMax: 1_000_000 }),
  clock: systemClock,
  lookUp: async () => ['192.0.2.1'],
  source: {
    domain,
    canonicalDomain: '',
    rateShare: 0.5,
    isSimulated: false,
    ...(await secretOf(CREDENTIALS)),
    ...source,
  },
  collection: undefined,
  ...changes,
});
