import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

/**
 * Lowercase hex SHA-256 of a text's UTF-8 bytes. Synchronous, so that the fold can use it (D36).
 */
export function sha256Hex(text: string): string {
  return toHex(sha256(encoder.encode(text)));
}

/** SHA-256 of bytes, synchronous. */
export function sha256Bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(bytes));
}

/**
 * Digest of an ordered list of strings: each part as its UTF-8 byte length (8 bytes, big-endian)
 * and its bytes, SHA-256 over all, the first 12 bytes as 24 hex characters. The length prefix keeps
 * `"ab","c"` and `"a","bc"` apart. Form and vectors: planning study, section 2.4.
 */
export function stableKey(parts: readonly string[]): string {
  const hash = sha256.create();
  for (const part of parts) {
    const bytes = encoder.encode(part);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setUint32(4, bytes.length);
    hash.update(length).update(bytes);
  }
  return toHex(hash.digest().subarray(0, 12));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
