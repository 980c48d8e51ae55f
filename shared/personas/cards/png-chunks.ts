/**
 * Chunks of a PNG or APNG file: reads and writes them, decodes no picture.
 *
 *   PL43  A damaged picture (cut short, a wrong checksum, no end) is refused by name.
 */

import { err, ok } from "../../base/result.ts";
import { asciiBytes, concatBytes, latin1Text } from "./bytes.ts";
import type { PngProblem, Read } from "./card-error.ts";
import { crc32 } from "./crc32.ts";
import { cardLimits as limits } from "./limits.ts";

export interface PngChunk {
  /** Four letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];
const HEAD_BYTES = 8;
const FRAME_BYTES = 12;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => bytes[at] === byte);
}

/** All chunks, from IHDR to IEND; what stands behind the end is no part of the picture. */
export function readPngChunks(bytes: Uint8Array): Read<readonly PngChunk[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  let at = HEAD_BYTES;
  for (;;) {
    if (at + FRAME_BYTES > bytes.length) return refuse("truncated");
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) return refuse("truncated");
    const named = bytes.subarray(at + 4, end - 4);
    if (view.getUint32(end - 4) !== crc32(named)) return refuse("checksum");
    const type = latin1Text(named.subarray(0, 4));
    if (chunks.length === 0 && type !== "IHDR") return refuse("order");
    if (chunks.length >= limits.pngChunksMax) return refuse("too-many-chunks");
    chunks.push({ type, data: named.subarray(4) });
    if (type === "IEND") return ok(chunks);
    at = end;
  }
}

export function writePngChunks(chunks: readonly PngChunk[]): Uint8Array<ArrayBuffer> {
  const parts = chunks.flatMap(({ type, data }) => {
    const name = asciiBytes(type);
    return [bigEndian(data.length), name, data, bigEndian(crc32(name, data))];
  });
  return concatBytes([Uint8Array.from(SIGNATURE), ...parts]);
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function refuse(problem: PngProblem): Read<never> {
  return err({ kind: "png-malformed", problem });
}
