import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from '../platform/secret.ts';
import type { Credentials } from './credentials.ts';
import type { Token } from './token.ts';

/**
 * A token that may lie in a table: AES-256-GCM under a key derived from the client secret. The row
 * alone is worthless, and a rotated secret can't open it any more.
 */
export interface SealedToken {
  readonly sealed: Uint8Array;
  /** The application that it was issued to; no secret. */
  readonly clientId: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_INFO = 'auth0-log-collector sealed token v1';

/** @param audience binds the token to the API it was issued for */
export function sealToken(token: Token, credentials: Credentials, audience: string): SealedToken {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, deriveKey(credentials), nonce);
  cipher.setAAD(Buffer.from(audience));
  const text = JSON.stringify({ value: token.value.reveal(), renewAtMs: token.renewAtMs });
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const sealed = new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]));
  return { sealed, clientId: credentials.clientId };
}

/** The token, or undefined when this secret or audience is not the one it was sealed with. */
export function openToken(
  { sealed }: Pick<SealedToken, 'sealed'>,
  credentials: Credentials,
  audience: string,
): Token | undefined {
  const all = Buffer.from(sealed);
  const tag = all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const nonce = all.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, deriveKey(credentials), nonce);
    decipher.setAAD(Buffer.from(audience));
    decipher.setAuthTag(tag);
    const body = decipher.update(all.subarray(NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([body, decipher.final()]).toString('utf8');
    const { value, renewAtMs } = JSON.parse(text) as { value: string; renewAtMs: number };
    return { value: new Secret(value), renewAtMs };
  } catch {
    return undefined;
  }
}

function deriveKey({ clientId, clientSecret }: Credentials): Buffer {
  return Buffer.from(hkdfSync('sha256', clientSecret.reveal(), clientId, KEY_INFO, KEY_BYTES));
}
