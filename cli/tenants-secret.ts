import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../lambda/auth0/credentials.ts';
import { AWS_CLIENT, awsCall, isAwsError } from '../lambda/platform/aws.ts';
import { secretName } from '../local/tenant-secret.ts';
import { findStack, tenantStackName } from './deployed-resources.ts';

/**
 * Puts the credentials of a tenant into Secrets Manager: into the secret that its entry names, else
 * into that of its stack. A tenant that is not deployed yet gets a secret `auth0-collector/<tenant>`,
 * which its entry then has to name.
 *
 * @param ownArn the secret that the entry names
 * @returns the ARN of the secret that was put, and whether the entry has to name it
 * @throws {UsageError} when AWS can't be asked for the stack
 * @throws {CollectorError} AWS_CALL
 */
export async function putSecret(
  tenant: string,
  { clientId, clientSecret }: Credentials,
  ownArn: string | undefined,
): Promise<{ readonly arn: string; readonly isToBeNamed: boolean }> {
  const arn = ownArn ?? (await findStack(tenantStackName(tenant)))?.output('SecretArn');
  const text = JSON.stringify({ clientId, clientSecret: clientSecret.reveal() });
  const client = new SecretsManagerClient(AWS_CLIENT);
  const put = async (SecretId: string) =>
    (await client.send(new PutSecretValueCommand({ SecretId, SecretString: text }))).ARN;
  try {
    if (arn !== undefined) {
      await awsCall(`Filling in the secret ${arn}`, () => put(arn));
      return { arn, isToBeNamed: false };
    }
    const name = secretName(tenant);
    const made = await awsCall(`Filling in the secret ${name}`, async () => {
      try {
        return await put(name);
      } catch (thrown) {
        if (!isAwsError(thrown, 'ResourceNotFoundException')) throw thrown;
        const create = new CreateSecretCommand({ Name: name, SecretString: text });
        return (await client.send(create)).ARN;
      }
    });
    return { arn: made ?? '', isToBeNamed: true };
  } finally {
    client.destroy();
  }
}
