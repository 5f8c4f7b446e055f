/** Sets a key of an object under construction; a key such as `__proto__` is a key like any other. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else {
    const own = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(target, key, own);
  }
}

/** Deeper parts of an event are not looked into: nothing that Auth0 writes goes as deep. */
export const DEPTH_MAX = 64;

const BARE = new Map<string, string>();
const BARE_KEYS_MAX = 5_000;

/**
 * A key in lower case without `_`, `-` and blanks. Keys repeat from event to event, so their bare
 * forms are remembered, up to a number.
 */
export function bareKey(key: string): string {
  const known = BARE.get(key);
  if (known !== undefined) return known;
  const bare = key.toLowerCase().replace(/[_\- ]/g, '');
  if (BARE.size < BARE_KEYS_MAX && key.length <= 64) BARE.set(key, bare);
  return bare;
}
