import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * PBKDF2-HMAC-SHA-256 (RFC 8018): `count` bytes after `rounds` rounds. Computes in slices of 10 ms
 * and lets others run between them.
 */
export async function slowHash(
  secret: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  count: number,
): Promise<Uint8Array> {
  return await pbkdf2Async(sha256, secret, salt, { c: rounds, dkLen: count });
}
