import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { JsonObject } from '../auth0/event-facts.ts';
import { createPseudonyms } from '../ocsf/pseudonym.ts';
import { CollectorError } from '../platform/errors.ts';
import { Secret } from '../platform/secret.ts';

/** A shorter text could be found by trying. */
const KEY_CHARS_MIN = 32;

export type Pseudonymise = (event: JsonObject) => JsonObject;

/**
 * Reads the key of the pseudonyms when it is first needed, and keeps it: with another key the same
 * person would get another pseudonym.
 *
 * @param secretArn undefined when the lake is to show who is who
 * @returns what throws LAKE_PSEUDONYM_KEY when there is no key to be had
 */
export function createPseudonymiser(
  secrets: SecretsManagerClient,
  secretArn: string | undefined,
): () => Promise<Pseudonymise | undefined> {
  let known: Pseudonymise | undefined;
  return async () => {
    if (secretArn === undefined) return undefined;
    known ??= createPseudonyms(await readPseudonymKey(secrets, secretArn)).pseudonymise;
    return known;
  };
}

/** @throws {CollectorError} LAKE_PSEUDONYM_KEY */
export async function readPseudonymKey(
  secrets: SecretsManagerClient,
  secretArn: string,
): Promise<Secret> {
  let key: string;
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    key = answer.SecretString ?? '';
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : String(cause);
    const message = `The secret ${secretArn} could not be read (${name})`;
    throw new CollectorError('LAKE_PSEUDONYM_KEY', message, { cause });
  }
  if (key.length >= KEY_CHARS_MIN) return new Secret(key);
  const message = `The secret ${secretArn} is shorter than ${KEY_CHARS_MIN} characters`;
  throw new CollectorError('LAKE_PSEUDONYM_KEY', message);
}
