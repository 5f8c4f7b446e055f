import { SettingsError } from './settings-error.ts';

/** The ARN of one KMS key. An alias will not do: IAM policies can not name one. */
const KEY_ARN_PATTERN =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Checks the ARN of the key that everything is to be encrypted with.
 *
 * @throws {SettingsError} when it isn't the ARN of a key
 */
export function checkKeyArn(text: string): string {
  if (KEY_ARN_PATTERN.test(text)) return text;
  throw new SettingsError(
    `Context kmsKeyArn is "${text}": expected the whole ARN of a KMS key, not an alias or an id; copy it from KMS, as in "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", or leave it out for keys that AWS manages.`,
  );
}
