/**
 * Repeatable chance. Everything in the simulated traffic is drawn from numbers that depend on the
 * seed and on a place (an event's index, a person's number), so any event can be had on its own.
 */

const WORD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789Kx';
const HEX = '0123456789abcdef';
const DIGITS = '0123456789012345';

/** Mixes whole numbers into one 32-bit seed; the order of the numbers matters. */
export function mix(...parts: number[]): number {
  let state = 0x9e3779b9;
  for (const part of parts) {
    // An index can exceed 32 bits, so its upper half is mixed in too.
    state = scramble(state ^ (part >>> 0));
    state = scramble(state ^ (Math.floor(part / 0x1_0000_0000) >>> 0));
  }
  return state;
}

function scramble(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) + 0x6d2b79f5) | 0;
}

/** A source of repeatable numbers, names and identifiers. */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** The next 32 bits, as a number from 0 to 2^32 - 1. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor((this.bits() / 0x1_0000_0000) * below);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.bits() < probability * 0x1_0000_0000;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Letters, digits, `-` and `_`, as in session ids. */
  opaque(length: number): string {
    return this.characters(length, WORD, 6);
  }

  /** Letters and digits, as in client ids. */
  alnum(length: number): string {
    return this.characters(length, ALNUM, 6);
  }

  hex(length: number): string {
    return this.characters(length, HEX, 4);
  }

  digits(length: number): string {
    return this.characters(length, DIGITS, 4);
  }

  uuid(): string {
    const h = this.hex(30);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(12, 15)}-a${h.slice(15, 18)}-${h.slice(18)}`;
  }

  private characters(length: number, alphabet: string, width: number): string {
    const mask = (1 << width) - 1;
    const perWord = Math.floor(30 / width);
    let text = '';
    let word = 0;
    for (let i = 0; i < length; i++) {
      word = i % perWord === 0 ? this.bits() : word >>> width;
      text += alphabet.charAt(word & mask);
    }
    return text;
  }
}
