import { hash } from 'node:crypto';

/** The first bytes of the SHA-256 of an id: short, and no two ids of a tenant share them. */
export const ID_HASH_BYTES = 8;

/** The hashes of ids in one piece, in order, as a table keeps them. */
export function hashIds(logIds: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(logIds.map(keyOf).join(''), 'latin1'));
}

/** A set of ids; what it holds are hashes. */
export class IdSet {
  readonly #hashes = new Set<string>();

  constructor(idHashes: Uint8Array = new Uint8Array()) {
    this.addHashes(idHashes);
  }

  get size(): number {
    return this.#hashes.size;
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

  /** @returns whether it is new */
  add(logId: string): boolean {
    const sizeBefore = this.#hashes.size;
    return this.#hashes.add(keyOf(logId)).size > sizeBefore;
  }

  delete(logId: string): void {
    this.#hashes.delete(keyOf(logId));
  }
}

/** A character for each byte. */
const keyOf = (logId: string): string => hash('sha256', logId, 'binary').slice(0, ID_HASH_BYTES);
