/**
 * Ed25519 public keys under which a signature says nothing.
 *
 * A key of small order is verified by one signature for any text, so a stranger could "sign" as it.
 * Platforms differ in what they refuse, hence this table: the eight points of order 1, 2, 4 and 8
 * in each encoding that some platform takes, with y as it is or with the prime added.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR2  A public key of small order, or that is none, verifies nothing; nor does a signature with
 *        a scalar beyond the group's order.
 */

import type { Bytes } from "../ports/crypto.ts";

/** The encodings without their sign bit, the last bit. */
const SMALL_ORDER_HEX = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** True for a public key that no honest device has (CR2). */
export function isSmallOrder(publicKey: Bytes): boolean {
  const hex = Array.from(publicKey, (byte, at) => {
    const value = at === publicKey.length - 1 ? byte & 0x7f : byte;
    return value.toString(16).padStart(2, "0");
  });
  return SMALL_ORDER_HEX.has(hex.join(""));
}
