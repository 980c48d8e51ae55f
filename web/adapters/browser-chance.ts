/** Chance and identity of a real browser. */

import type { IdSource, Random } from "#shared/ports/mod.ts";

/** Crockford's base 32 in lower case: no i, l, o or u to misread. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 characters of 5 bits are 130 random bits: no two devices ever make the same. */
export const ID_CHARS = 26;

/** Ids such as `in_4k0…`, random by the browser's cryptographic source. */
export function createBrowserIds(): IdSource {
  return {
    next(prefix) {
      const bytes = crypto.getRandomValues(new Uint8Array(ID_CHARS));
      return `${prefix}_${Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("")}`;
    },
  };
}

/** Unseeded chance; every fork is as independent as the parent. */
export function createBrowserRandom(): Random {
  const random: Random = {
    next() {
      const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
      return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
    },
    fork: () => random,
  };
  return random;
}
