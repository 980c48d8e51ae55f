/**
 * Reads as much of a GGUF file as its header takes.
 *
 * Rules (shared/SPEC.md, section IN): IN55.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { type GgufHeader, type GgufHeaderError, parseGgufHeader } from "./gguf-header.ts";
import { ggufLimits } from "./limits.ts";

/** Anything that gives its first bytes: a file of this device, one at an address. */
export interface ByteSource {
  readonly bytes: number;
  /** Fewer than asked for at the end alone. Aborting cancels the read. */
  readFirst(bytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

export type GgufReadError =
  | Exclude<GgufHeaderError, { readonly kind: "gguf-more" }>
  /** The file ends before its header or its last tensor does. */
  | { readonly kind: "gguf-cut"; readonly bytes: number; readonly bytesMin: number };

/** Aborting cancels the reading and throws the signal's reason. */
export async function readGguf(
  source: ByteSource,
  signal: AbortSignal,
): Promise<Result<GgufHeader, GgufReadError>> {
  for (let bytes: number = ggufLimits.firstBytes;; bytes *= 4) {
    signal.throwIfAborted();
    const parsed = parseGgufHeader(await source.readFirst(Math.min(bytes, source.bytes), signal));
    if (parsed.ok) {
      const bytesMin = parsed.value.fileBytesMin ?? 0;
      return source.bytes < bytesMin
        ? err({ kind: "gguf-cut", bytes: source.bytes, bytesMin })
        : ok(parsed.value);
    }
    if (parsed.error.kind !== "gguf-more") return err(parsed.error);
    if (bytes >= source.bytes) {
      return err({ kind: "gguf-cut", bytes: source.bytes, bytesMin: source.bytes + 1 });
    }
  }
}
