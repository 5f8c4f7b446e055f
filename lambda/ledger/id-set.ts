import { createHash } from 'node:crypto';

/** The first bytes of the SHA-256 of an id: short, and no two ids of a tenant share them. */
export const ID_HASH_BYTES = 8;

/** The hashes of ids in one piece, in order, as a table keeps them. */
export function hashIds(logIds: readonly string[]): Uint8Array {
  const hashes = Buffer.alloc(logIds.length * ID_HASH_BYTES);
  for (const [index, logId] of logIds.entries()) {
    hashOfId(logId).copy(hashes, index * ID_HASH_BYTES);
  }
  return new Uint8Array(hashes);
}

/** A set of ids that remembers only the last ones; what it holds are hashes. */
export class IdSet {
  readonly #hashes = new Set<string>();
  readonly #sizeMax: number;

  constructor(idHashes: Uint8Array = new Uint8Array(), sizeMax: number = Number.POSITIVE_INFINITY) {
    this.#sizeMax = sizeMax;
    this.addHashes(idHashes);
  }

  addHashes(idHashes: Uint8Array): void {
    const all = Buffer.from(idHashes);
    for (let at = 0; at < all.length; at += ID_HASH_BYTES) {
      this.#hashes.add(all.toString('latin1', at, at + ID_HASH_BYTES));
    }
  }

  has(logId: string): boolean {
    return this.#hashes.has(keyOf(logId));
  }

  get size(): number {
    return this.#hashes.size;
  }

  delete(logId: string): void {
    this.#hashes.delete(keyOf(logId));
  }

  add(logId: string): void {
    this.#hashes.add(keyOf(logId));
    if (this.#hashes.size <= this.#sizeMax) return;
    const [oldest] = this.#hashes;
    if (oldest !== undefined) this.#hashes.delete(oldest);
  }
}

const keyOf = (logId: string): string => hashOfId(logId).toString('latin1');

const hashOfId = (logId: string): Buffer =>
  createHash('sha256').update(logId).digest().subarray(0, ID_HASH_BYTES);
