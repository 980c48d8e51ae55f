import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * HMAC-SHA-256 (RFC 2104) under one key. Synchronous: for texts of a few dozen bytes it takes some
 * microseconds, where WebCrypto takes a turn through a pool of threads.
 */
export function createHmac(key: Uint8Array): (data: Uint8Array) => Uint8Array<ArrayBuffer> {
  const keyed = hmac.create(sha256, key);
  return (data) => new Uint8Array(keyed.clone().update(data).digest());
}
