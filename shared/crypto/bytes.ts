import type { Bytes } from "../ports/crypto.ts";

const encoder = new TextEncoder();

export const utf8 = (text: string): Bytes => encoder.encode(text);

/** A copy of `parts`, one behind the other. */
export function concat(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Of public values only: it stops at the first difference. */
export function isEqual(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Lowercase. */
export function bytesToHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The first `count` bytes of `hex`, which has as many. */
export function hexToBytes(hex: string, count: number): Bytes {
  return Uint8Array.from({ length: count }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
