import { err, ok } from "../../base/result.ts";
import type { Read } from "./card-error.ts";

const encoder = new TextEncoder();

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Strict UTF-8; a byte order mark is left out. */
export function utf8Text(bytes: Uint8Array): Read<string> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch { // The one thing a fatal decoder throws: a TypeError about these bytes.
    return err({ kind: "card-text-not-utf8" });
  }
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  // By hand: `Uint8Array.from` takes ten times as long, and a text may have 6 MB.
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at) & 0xff;
  return bytes;
}

/** One character a byte, as PNG's text chunks have it. */
export function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return parts.join("");
}

export function base64OfText(text: string): string {
  return btoa(latin1Text(textBytes(text)));
}

export function bytesOfBase64(base64: string): Read<Uint8Array> {
  try {
    return ok(asciiBytes(atob(base64)));
  } catch { // The one thing that atob throws: an InvalidCharacterError.
    return err({ kind: "card-base64-malformed" });
  }
}
