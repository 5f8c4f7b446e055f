import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { isAwsError } from '../lambda/platform/aws.ts';

export const secretName = (tenant: string): string => `auth0-collector/${tenant}`;

/** Puts the credentials of a tenant into Secrets Manager; what is there already is not put again. */
export async function putTenantSecret(
  tenant: string,
  credentials: { readonly clientId: string; readonly clientSecret: string },
): Promise<void> {
  const client = new SecretsManagerClient({});
  const text = JSON.stringify(credentials);
  const SecretId = secretName(tenant);
  try {
    const current = await client.send(new GetSecretValueCommand({ SecretId }));
    if (current.SecretString === text) return;
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: text }));
  } catch (thrown) {
    if (!isAwsError(thrown, 'ResourceNotFoundException')) throw thrown;
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: text }));
  } finally {
    client.destroy();
  }
}
