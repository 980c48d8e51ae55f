/**
 * Ed25519 public keys under which a signature says nothing, and X25519 keys that agree to nothing.
 *
 * A key of small order is verified by one signature for any text, so a stranger could "sign" as it.
 * Platforms differ in what they refuse, hence this table: the eight points of order 1, 2, 4 and 8
 * in each encoding that some platform takes, with y as it is or with the prime added.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR2  A public key of small order, or that is none, verifies nothing; nor does a signature with
 *        a scalar beyond the group's order.
 *   CR24 A key of low order, or that is none, agrees to nothing.
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

/**
 * X25519 public keys with which every key agrees to zero (RFC 7748, section 6): u of order 1, 2, 4
 * and 8, and those of them that have a second encoding.
 */
const LOW_ORDER_HEX = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** True for an Ed25519 public key that no honest device has (CR2). */
export function isSmallOrder(publicKey: Bytes): boolean {
  return SMALL_ORDER_HEX.has(hexWithoutSign(publicKey));
}

/** True for an X25519 public key that no honest device has (CR24); its top bit says nothing. */
export function isLowOrder(publicKey: Bytes): boolean {
  return LOW_ORDER_HEX.has(hexWithoutSign(publicKey));
}

function hexWithoutSign(publicKey: Bytes): string {
  const hex = Array.from(publicKey, (byte, at) => {
    const value = at === publicKey.length - 1 ? byte & 0x7f : byte;
    return value.toString(16).padStart(2, "0");
  });
  return hex.join("");
}
