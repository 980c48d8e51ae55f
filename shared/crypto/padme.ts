/**
 * Padding, so that a length says little: Padme (Nikitin et al., 2019) keeps the first few bits of
 * it.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR9  A sealed length is one of few: padding adds at most 12 % and a byte.
 */

import { assert } from "../base/assert.ts";
import type { Bytes } from "../ports/crypto.ts";

/** Where the text ends; zeros follow. */
const END = 0x80;

/** The padded length for `count` bytes: `count` rounded up in its low bits. */
export function padmeLength(count: number): number {
  assert(Number.isSafeInteger(count) && count >= 0 && count < 2 ** 31, `Cannot pad ${count} bytes`);
  if (count < 2) return count;
  const exponent = 31 - Math.clz32(count);
  const kept = 32 - Math.clz32(exponent);
  const mask = 2 ** (exponent - kept) - 1;
  return mask <= 0 ? count : (count + mask) & ~mask;
}

/** `text`, an end mark and zeros. */
export function pad(text: Bytes): Bytes {
  const padded = new Uint8Array(padmeLength(text.length + 1));
  padded.set(text);
  padded[text.length] = END;
  return padded;
}

/** What was padded, or undefined for bytes that {@link pad} never makes. */
export function unpad(padded: Bytes): Bytes | undefined {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (padded[end] !== END || padmeLength(end + 1) !== padded.length) return undefined;
  return padded.subarray(0, end);
}
