import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsManager } from '../../local/aws/secrets-manager.ts';
import { temporaryFolder } from './tenant-client.ts';

const NAME = 'auth0-collector/acme';

/** Secrets Manager on this file, and the SDK's own client. */
async function open(path: string = join(temporaryFolder(), 'secrets.json')) {
  const { port, stop } = await startSecretsManager(path, 0);
  onTestFinished(stop);
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  const textAt = async (VersionStage?: string): Promise<string | undefined> => {
    const stage = VersionStage === undefined ? {} : { VersionStage };
    const found = await client.send(new GetSecretValueCommand({ SecretId: NAME, ...stage }));
    return found.SecretString;
  };
  const put = (SecretString: string, VersionStages?: string[]) =>
    client.send(
      new PutSecretValueCommand({
        SecretId: NAME,
        SecretString,
        ...(VersionStages && { VersionStages }),
      }),
    );
  const create = (SecretString: string) =>
    client.send(new CreateSecretCommand({ Name: NAME, SecretString }));
  return { path, client, stop, textAt, put, create };
}

describe('a secret', () => {
  it('is read by its name, its ARN and its version', async () => {
    const { client, create, textAt } = await open();
    const { ARN, VersionId } = await create('one');
    expect(await textAt()).toBe('one');
    const byArn = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
    expect(byArn).toMatchObject({
      Name: NAME,
      ARN,
      SecretString: 'one',
      VersionId,
      VersionStages: ['AWSCURRENT'],
    });
    const byVersion = await client.send(new GetSecretValueCommand({ SecretId: NAME, VersionId }));
    expect(byVersion.SecretString).toBe('one');
  });

  it('keeps the value before the current one, and none further back', async () => {
    const { create, put, textAt } = await open();
    await create('one');
    await expect(textAt('AWSPREVIOUS')).rejects.toThrow(ResourceNotFoundException);
    await put('two');
    expect([await textAt(), await textAt('AWSPREVIOUS')]).toEqual(['two', 'one']);
    await put('three');
    expect([await textAt(), await textAt('AWSPREVIOUS')]).toEqual(['three', 'two']);
  });

  it('is rotated by moving the stage to a pending version', async () => {
    const { client, create, put, textAt } = await open();
    const { VersionId: first } = await create('one');
    const { VersionId: second } = await put('two', ['AWSPENDING']);
    expect([await textAt(), await textAt('AWSPENDING')]).toEqual(['one', 'two']);
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: NAME,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: second,
        RemoveFromVersionId: first,
      }),
    );
    expect([await textAt(), await textAt('AWSPREVIOUS')]).toEqual(['two', 'one']);
  });

  it('that is missing or already there is refused by the name the SDK knows', async () => {
    const { create, textAt, put } = await open();
    await expect(textAt()).rejects.toThrow(ResourceNotFoundException);
    await expect(put('x')).rejects.toThrow(ResourceNotFoundException);
    await create('one');
    await expect(create('two')).rejects.toThrow(ResourceExistsException);
    expect(await textAt()).toBe('one');
  });

  it('survives a restart with its stages', async () => {
    const { path, create, put, stop } = await open();
    await create('one');
    await put('two');
    await stop();
    const { textAt } = await open(path);
    expect([await textAt(), await textAt('AWSPREVIOUS')]).toEqual(['two', 'one']);
  });

  it.skipIf(process.platform === 'win32')('is in a file that only its owner reads', async () => {
    const { path, create, put } = await open();
    await create('one');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await put('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

it('an action that is not served is refused', async () => {
  const { client } = await open();
  await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow(
    'The action ListSecrets is not served here',
  );
});
