import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Bytes of a SHA-256. */
const TAG_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104) under one key. Synchronous: for texts of a few dozen bytes it takes some
 * microseconds, where WebCrypto takes a turn through a pool of threads. The answer is the caller's
 * until the next call, which writes over it: new arrays cost more than what is computed.
 */
export function createHmac(key: Uint8Array): (data: Uint8Array) => Uint8Array<ArrayBuffer> {
  const keyed = hmac.create(sha256, key);
  const working = keyed.clone();
  const tag = new Uint8Array(TAG_BYTES);
  return (data) => {
    keyed._cloneInto(working).update(data).digestInto(tag);
    return tag;
  };
}
