/**
 * JSON of foreign files, bounded before it is parsed.
 *
 *   PL50  A whole number with more digits than a program keeps is counted, as an export has it
 *         rounded; one beyond every number refuses the file, as an export would lose it.
 */

import { err, ok } from "../../base/result.ts";
import { textBytes, utf8Text } from "./bytes.ts";
import type { Read } from "./card-error.ts";
import { cardLimits as limits } from "./limits.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface ParsedJson {
  readonly json: Json;
  /** Whole numbers that are not exactly what the text says (PL50). */
  readonly rounded: number;
}

/** `bytesMax` is for what is larger than cards are. */
export function parseJsonBytes(
  bytes: Uint8Array,
  bytesMax: number = limits.jsonBytesMax,
): Read<ParsedJson> {
  if (bytes.length > bytesMax) {
    return err({ kind: "card-json-too-large", bytes: bytes.length, bytesMax });
  }
  const text = utf8Text(bytes);
  return text.ok ? parseJson(text.value) : text;
}

function parseJson(text: string): Read<ParsedJson> {
  // Before parsing: parsers recurse, and a stack that overflows cannot be told from other errors.
  const scanned = scanJson(text, limits.jsonDepthMax);
  if (!scanned.ok) return scanned;
  try {
    return ok({ json: JSON.parse(text) as Json, rounded: scanned.value });
  } catch { // The one thing that JSON.parse throws: a SyntaxError.
    return err({ kind: "card-json-malformed" });
  }
}

export function jsonBytes(value: Json): Uint8Array<ArrayBuffer> {
  return textBytes(JSON.stringify(value, null, 2));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member: what objects inherit is no member of a card. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Code units, as reading four million letters one by one takes three times as long. */
const [QUOTE, BACKSLASH, MINUS, ZERO, NINE] = [0x22, 0x5c, 0x2d, 0x30, 0x39] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/** What stands outside of strings: the depth is bounded, inexact whole numbers are counted. */
function scanJson(text: string, depthMax: number): Read<number> {
  const number = /-?\d[\d.eE+-]*/y;
  let depth = 0;
  let rounded = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isQuoted) {
      if (unit === BACKSLASH) at += 1;
      else if (unit === QUOTE) isQuoted = false;
    } else if (unit === QUOTE) isQuoted = true;
    else if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      depth += 1;
      if (depth > depthMax) return err({ kind: "card-json-too-deep", depthMax });
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) depth -= 1;
    else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      number.lastIndex = at;
      const written = number.exec(text)?.[0] ?? "0";
      // A text that is no number at all is the parser's to refuse.
      if (Math.abs(Number(written)) === Infinity) return err({ kind: "card-number-too-large" });
      if (isRounded(written)) rounded += 1;
      at += written.length - 1;
    }
  }
  return ok(rounded);
}

/** A fraction is the nearest one that programs have; of a whole number every digit counts. */
function isRounded(written: string): boolean {
  if (written.length < 16 || !/^-?\d{1,400}$/.test(written)) return false;
  return BigInt(written) !== BigInt(Number(written));
}
