/** JSON of foreign files, bounded before it is parsed. */

import { err, ok } from "../../base/result.ts";
import { textBytes, utf8Text } from "./bytes.ts";
import type { Read } from "./card-error.ts";
import { cardLimits as limits } from "./limits.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function parseJsonBytes(bytes: Uint8Array): Read<Json> {
  if (bytes.length > limits.jsonBytesMax) {
    const bytesMax = limits.jsonBytesMax;
    return err({ kind: "card-json-too-large", bytes: bytes.length, bytesMax });
  }
  const text = utf8Text(bytes);
  return text.ok ? parseJson(text.value) : text;
}

function parseJson(text: string): Read<Json> {
  // Before parsing: parsers recurse, and a stack that overflows cannot be told from other errors.
  if (isDeeper(text, limits.jsonDepthMax)) {
    return err({ kind: "card-json-too-deep", depthMax: limits.jsonDepthMax });
  }
  try {
    return ok(JSON.parse(text) as Json);
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

function isDeeper(text: string, depthMax: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (isQuoted) {
      if (unit === "\\") at += 1;
      else if (unit === '"') isQuoted = false;
    } else if (unit === '"') isQuoted = true;
    else if (unit === "{" || unit === "[") {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (unit === "}" || unit === "]") depth -= 1;
  }
  return false;
}
