import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { SECRET_PLACEHOLDER } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import { Secret } from '../platform/secret.ts';

/** What the collector signs in to Auth0 with. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

const CREDENTIALS = z.object({
  clientId: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  clientSecret: z.string().check(z.trim(), z.minLength(1), z.maxLength(1_000)),
});

/**
 * Reads the credentials of a tenant from Secrets Manager.
 *
 * @throws {CollectorError} CREDENTIALS_UNREADABLE, CREDENTIALS_NOT_SET, CREDENTIALS_SHAPE
 */
export async function readCredentials(
  client: SecretsManagerClient,
  secretArn: string,
): Promise<Credentials> {
  const text = await readSecretText(client, secretArn);
  return parseCredentials(text, secretArn);
}

/**
 * Reads the credentials that were current before the last rotation.
 *
 * @returns undefined when there are none, or none that can be read
 */
export async function readPreviousCredentials(
  client: SecretsManagerClient,
  secretArn: string,
): Promise<Credentials | undefined> {
  try {
    const text = await readSecretText(client, secretArn, 'AWSPREVIOUS');
    return parseCredentials(text, secretArn);
  } catch {
    // They are a second chance only; the refusal of the current ones is what gets reported.
    return undefined;
  }
}

async function readSecretText(
  client: SecretsManagerClient,
  secretArn: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT',
): Promise<string> {
  try {
    const answer = await client.send(
      new GetSecretValueCommand({ SecretId: secretArn, VersionStage: stage }),
    );
    return answer.SecretString ?? '';
  } catch (cause) {
    const hasNoValue =
      isAwsError(cause, 'ResourceNotFoundException') &&
      cause instanceof Error &&
      cause.message.includes('staging label');
    if (hasNoValue) throw notSet(secretArn);
    const name = cause instanceof Error ? cause.name : String(cause);
    throw new CollectorError(
      isThrottling(name) ? 'AWS_CALL' : 'CREDENTIALS_UNREADABLE',
      `The secret ${secretArn} could not be read (${name})`,
      { cause },
    );
  }
}

/**
 * Takes the text of a credentials secret apart. No message ever holds a part of the text.
 *
 * @throws {CollectorError} CREDENTIALS_NOT_SET, CREDENTIALS_SHAPE
 */
export function parseCredentials(text: string, secretArn: string): Credentials {
  if (text.trim() === '' || text.includes(SECRET_PLACEHOLDER)) throw notSet(secretArn);
  const parsed = CREDENTIALS.safeParse(parseJson(text));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.');
    throw new CollectorError(
      'CREDENTIALS_SHAPE',
      field
        ? `In the secret ${secretArn} the field "${field}" is missing or empty`
        : `The secret ${secretArn} does not hold a JSON object`,
    );
  }
  return { clientId: parsed.data.clientId, clientSecret: new Secret(parsed.data.clientSecret) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const notSet = (secretArn: string): CollectorError =>
  new CollectorError('CREDENTIALS_NOT_SET', `The secret ${secretArn} is not filled in yet`);

const isThrottling = (name: string): boolean =>
  ['ThrottlingException', 'InternalServiceError', 'TimeoutError'].includes(name);
