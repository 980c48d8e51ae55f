/**
 * The note beside each model file: whether the file is whole, and what of it is here if not.
 *
 * Pure. Only a note makes a file whole, and it is written after the file's last byte is on disk:
 * whatever a crash leaves is a file without such a note, or a note that does not decode, which says
 * nothing (SY130).
 */

import type { ByteSpan, KeptFile } from "#shared/inference/mod.ts";

export type FileNote = KeptFile & { readonly path: string };

export function encodeNote(note: FileNote): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(note));
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Undefined when it is no whole note: cut, empty, or of another version. */
export function decodeNote(text: string): FileNote | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value["path"] !== "string") return undefined;
  const { kind, path, bytes, url, validator, spans } = value;
  if (kind === "whole") return isCount(bytes) ? { kind, path, bytes } : undefined;
  const isPartial = kind === "partial" && typeof url === "string" &&
    (bytes === undefined || isCount(bytes)) &&
    (validator === undefined || typeof validator === "string") && areSpans(spans);
  return isPartial ? { kind, path, url, bytes, validator, spans } : undefined;
}

function areSpans(value: unknown): value is readonly ByteSpan[] {
  if (!Array.isArray(value)) return false;
  let last = 0;
  return value.every((span: unknown) => {
    if (!isRecord(span) || !isCount(span["from"]) || !isCount(span["to"])) return false;
    const isNext = span["from"] >= last && span["to"] > span["from"];
    last = span["to"];
    return isNext;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A note that a crash cut: the caller begins again.
  }
}
