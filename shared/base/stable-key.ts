import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

/**
 * Lowercase hex SHA-256 of a text's UTF-8 bytes. Synchronous, so that the fold can use it (D36).
 */
export function sha256Hex(text: string): string {
  return toHex(sha256(encoder.encode(text)));
}

/** Lowercase hex SHA-256 of bytes, synchronous. */
export function sha256HexOf(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

/** SHA-256 of bytes, synchronous. */
export function sha256Bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(bytes));
}

/** SHA-256 of bytes that come in pieces; `hex` ends it. */
export function createSha256(): { update(bytes: Uint8Array): void; hex(): string } {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), hex: () => toHex(hash.digest()) };
}

/**
 * Digest of an ordered list of strings: each part as its UTF-8 byte length (8 bytes, big-endian)
 * and its bytes, SHA-256 over all, the first 12 bytes as 24 hex characters. The length prefix keeps
 * `"ab","c"` and `"a","bc"` apart. Form and vectors: planning study, section 2.4.
 */
export function stableKey(parts: readonly string[]): string {
  // UTF-8 takes at most 3 bytes for each code unit. One buffer and one hash of it: keys are made
  // by the thousand.
  const lengthMax = parts.reduce((sum, part) => sum + 8 + 3 * part.length, 0);
  const bytes = new Uint8Array(lengthMax);
  const view = new DataView(bytes.buffer);
  let end = 0;
  for (const part of parts) {
    const { written } = encoder.encodeInto(part, bytes.subarray(end + 8));
    view.setUint32(end + 4, written);
    end += 8 + written;
  }
  return toHex(sha256(bytes.subarray(0, end)).subarray(0, 12));
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += hexOfByte[byte] ?? "";
  return hex;
}
