import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCredentials } from '../../lambda/auth0/credentials.ts';
import { SECRET_PLACEHOLDER } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from './services.ts';

let aws: EmbeddedAws;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  aws = await startServices();
  secrets = new SecretsManagerClient({});
});
afterAll(async () => {
  secrets.destroy();
  await aws.stop();
});

const create = (Name: string, SecretString?: string) =>
  secrets.send(
    new CreateSecretCommand({ Name, ...(SecretString !== undefined && { SecretString }) }),
  );

describe('credentials in Secrets Manager', () => {
  it('are read as they were put, by name and by ARN', async () => {
    const { ARN = '' } = await create('good', '{"clientId":"id","clientSecret":"text"}');
    for (const name of ['good', ARN]) {
      const { clientId, clientSecret } = await readCredentials(secrets, name);
      expect([clientId, clientSecret.reveal()]).toEqual(['id', 'text']);
    }
  });

  it('are read anew after a rotation', async () => {
    await create('rotated', '{"clientId":"id","clientSecret":"old"}');
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: 'rotated',
        SecretString: '{"clientId":"id","clientSecret":"new"}',
      }),
    );
    expect((await readCredentials(secrets, 'rotated')).clientSecret.reveal()).toBe('new');
  });

  it.each([
    ['empty', undefined, 'CREDENTIALS_NOT_SET'],
    [
      'placeholder',
      JSON.stringify({ clientId: SECRET_PLACEHOLDER, clientSecret: SECRET_PLACEHOLDER }),
      'CREDENTIALS_NOT_SET',
    ],
    ['text', 'just-a-secret', 'CREDENTIALS_SHAPE'],
    ['half', '{"clientId":"id"}', 'CREDENTIALS_SHAPE'],
  ])('that are %s have a name of their own', async (name, text, code) => {
    await create(name, text);
    await expect(readCredentials(secrets, name)).rejects.toMatchObject({ code });
  });

  it('that are not there are unreadable', async () => {
    await expect(readCredentials(secrets, 'missing')).rejects.toMatchObject({
      code: 'CREDENTIALS_UNREADABLE',
    });
  });
});
