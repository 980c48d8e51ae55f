import { assert } from "../../base/assert.ts";
import { sha256Hex } from "../../base/stable-key.ts";
import type { Random } from "../../ports/random.ts";

const TWO_TO_26 = 2 ** 26;
const TWO_TO_53 = 2 ** 53;

/**
 * Chance from a seed text: xoshiro128** (128 bits of state) seeded with SHA-256 of the text. A
 * fork's seed is its path of names, so that draws of the parent do not move it.
 */
export class SeededRandom implements Random {
  readonly seed: string;
  readonly #state: [number, number, number, number];

  constructor(seed: string) {
    this.seed = seed;
    const hash = sha256Hex(seed);
    const word = (index: number): number => parseInt(hash.slice(index * 8, index * 8 + 8), 16);
    this.#state = [word(0), word(1), word(2), word(3)];
  }

  next(): number {
    const high = this.#nextWord() >>> 5;
    const low = this.#nextWord() >>> 6;
    return (high * TWO_TO_26 + low) / TWO_TO_53;
  }

  fork(name: string): SeededRandom {
    // Lengths keep fork("a/b") and fork("a").fork("b") apart.
    return new SeededRandom(`${this.seed}/${name.length}:${name}`);
  }

  /** A whole number from 0 to `below` - 1. */
  integer(below: number): number {
    assert(Number.isSafeInteger(below) && below > 0, `Cannot draw an integer below ${below}`);
    return Math.floor(this.next() * below);
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, "Cannot pick from an empty list");
    return items[this.integer(items.length)] as T;
  }

  #nextWord(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
