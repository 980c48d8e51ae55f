import type { Bytes } from "../ports/crypto.ts";

/** `btoa` takes a string; longer ones than this do not fit a call's arguments everywhere. */
const CHUNK_BYTES = 8_192;

/** Base64url without padding. */
export function encodeBase64Url(bytes: Bytes): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The bytes of a base64url text, or undefined for any other text: padding, foreign characters and
 * stray bits at the end, so that equal bytes have one text.
 */
export function decodeBase64Url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  const tail = bytes.length % 3 === 0 ? bytes.length : bytes.length - bytes.length % 3;
  return text.endsWith(encodeBase64Url(bytes.subarray(tail))) ? bytes : undefined;
}

/** As {@link decodeBase64Url}, of exactly `count` bytes. */
export function decodeExactly(text: string, count: number): Bytes | undefined {
  // The length first: nothing long is decoded for nothing.
  if (text.length !== Math.ceil(count * 4 / 3)) return undefined;
  return decodeBase64Url(text);
}
