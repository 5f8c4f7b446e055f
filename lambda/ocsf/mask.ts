import type { JsonObject } from '../auth0/event-facts.ts';
import { bareKey, DEPTH_MAX, setOwn } from './json-tree.ts';

const MASK = '***';
/** Keys whose value is a secret wherever they stand, in lower case without `_`, `-` and blanks. */
const SECRET_KEYS = new Set([
  'assertion',
  'bearer',
  'clientassertion',
  'codeverifier',
  'cookie',
  'csrf',
  'devicecode',
  'magiclink',
  'otpcode',
  'passcode',
  'passwd',
  'passwordhash',
  'privatekey',
  'recoverycode',
  'samlresponse',
  'secretkey',
  'secrets',
  'setcookie',
  'usercode',
  'verificationcode',
  'verificationurl',
]);
const SECRET_KEY_END = /(?:apikey|authorization|otp|password|secret|ticket|token)$/;
const isSecretKey = (bare: string): boolean => SECRET_KEYS.has(bare) || SECRET_KEY_END.test(bare);

/** Keys that are secrets in what was sent to Auth0, and mean something else elsewhere. */
const SENT_SECRET_KEYS = new Set(['bindingcode', 'code', 'oobcode', 'pin']);
/** The code of an action has the same key; it is longer, or has blanks. */
const CODE_CHARS_MAX = 512;

/** What the keys of an object stand for: what was sent, what was answered, or neither. */
type Side = 'sent' | 'answered' | 'neither';
const SENT_UNDER = new Set(['authparams', 'body', 'form', 'params', 'qs', 'query']);

/** Parameters of links that let their holder in; what follows up to the next one is their value. */
const LINK_SECRETS =
  /((?:^|[?&#;])(?:access_token|assertion|client_secret|code|id_token|invitation|otp|password|refresh_token|session_token|ticket|token|verification_code)=)[^&#;\s"'<>]+/gi;
const ENCODED_LINK_SECRETS =
  /((?:%3F|%26|%23)(?:access_token|code|id_token|invitation|otp|ticket|token|verification_code)%3D)[^&#;%\s"'<>]+/gi;
/** A text may hold JSON itself. */
const JSON_SECRETS =
  /("(?:access_token|client_secret|code|id_token|otp|password|refresh_token|ticket|token|verification_code)" ?: ?")(?:[^"\\]|\\.)+/gi;
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g;
const BEARER = /\b(Bearer|Basic) +(?=[\w.~+/-]*[0-9=])[\w.~+/=-]{8,}/gi;

/**
 * Replaces by `***` what Auth0 is known to leave in clear although it opens a door: passwords, one-
 * time codes, tokens, client secrets, and such parameters within links. Takes time in proportion to
 * the event's length.
 *
 * @returns the same object when nothing had to be masked
 */
export function maskSecrets(event: JsonObject): JsonObject {
  return maskedObject(event, 'neither', '', 1);
}

function maskedObject(source: JsonObject, side: Side, under: string, depth: number): JsonObject {
  let copy: Record<string, unknown> | undefined;
  const parent = namesSecret(source) ? NAMED_SECRET : under;
  const keys = Object.keys(source);
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    const value = source[key];
    const masked = maskedAt(bareKey(key), value, side, parent, depth);
    if (masked !== value && copy === undefined) {
      copy = {};
      for (const before of keys.slice(0, index)) setOwn(copy, before, source[before]);
    }
    if (copy !== undefined) setOwn(copy, key, masked);
  }
  return copy ?? source;
}

/** A pair such as `{ name: 'Authorization', value: '…' }`. */
const namesSecret = (source: JsonObject): boolean =>
  source['value'] !== undefined &&
  PAIR_NAMES.some((key) => {
    const name = source[key];
    return typeof name === 'string' && isSecretKey(bareKey(name));
  });

const PAIR_NAMES = ['name', 'key', 'header'];
const NAMED_SECRET = 'secret';

function maskedAt(key: string, value: unknown, side: Side, under: string, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isSecretKey(key) || (key === 'value' && isSecretKey(under))) return masked(value);
    // Directly in the details stands the code that was sent, too.
    const isSent = side === 'sent' || (side === 'neither' && under === 'details');
    if (isSent && SENT_SECRET_KEYS.has(key) && isShort(value)) return masked(value);
  }
  return maskedValue(value, sideOf(key, side), key, depth);
}

function sideOf(key: string, side: Side): Side {
  if (side !== 'neither') return side;
  if (key === 'response') return 'answered';
  return SENT_UNDER.has(key) ? 'sent' : 'neither';
}

/** An object under a secret's key is no secret itself: it holds settings, judged by their keys. */
function maskedValue(value: unknown, side: Side, key: string, depth: number): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return MASK;
  if (!Array.isArray(value)) return maskedObject(value as JsonObject, side, key, depth + 1);
  let isChanged = false;
  const items = value.map((item) => {
    const isBare = typeof item !== 'object';
    const shown = isBare
      ? maskedAt(key, item, side, '', depth + 1)
      : maskedValue(item, side, key, depth + 1);
    isChanged ||= shown !== item;
    return shown;
  });
  return isChanged ? items : value;
}

/** What is empty or masked by Auth0 itself stays, so that an event without secrets is the same. */
const masked = (value: string | number): string | number =>
  typeof value === 'string' && (value === '' || STARRED.test(value)) ? value : MASK;

/** Of codes, Auth0 shows the last characters, three or four. */
const STARRED = /^(?:\[?REDACTED\]?|\*+|\*{4,}-?\S{1,4})$/i;

const isShort = (value: string | number): boolean =>
  typeof value === 'number' || (value.length <= CODE_CHARS_MAX && !/\s/.test(value));

function maskedText(text: string): string {
  let masked = text;
  if (text.includes('=')) masked = masked.replace(LINK_SECRETS, withoutValue);
  if (text.includes('%3')) masked = masked.replace(ENCODED_LINK_SECRETS, '$1***');
  if (text.includes('":') || text.includes('" :')) {
    masked = masked.replace(JSON_SECRETS, withoutValue);
  }
  if (text.includes('eyJ')) masked = masked.replace(JSON_WEB_TOKEN, MASK);
  if (text.length > 12) masked = masked.replace(BEARER, '$1 ***');
  return masked;
}

/** Stars that are there already stay as many as they are. */
const withoutValue = (whole: string, name: string): string =>
  /^\*+$/.test(whole.slice(name.length)) ? whole : `${name}${MASK}`;
