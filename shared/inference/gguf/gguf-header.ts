/**
 * Reads the header of a GGUF file: its metadata, and where its last tensor ends.
 *
 * Pure, over the first bytes of a file; asks for more when it ends too early. Layout: version 2 and
 * 3 of ggml's format, little endian. The bytes are anybody's: every length is checked before use.
 *
 * Rules (shared/SPEC.md, section IN): IN55.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { ggufLimits } from "./limits.ts";
import { tensorBytes } from "./tensor-bytes.ts";

/** Texts, numbers and booleans; of lists, their numbers when they are few, else their length. */
export type GgufValue = string | number | boolean | readonly number[] | { readonly items: number };

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Texts that the model's own signs look like, such as `<|im_end|>`. */
  readonly controlTokens: readonly string[];
  /** Weights in all tensors. */
  readonly parameters: number;
  /** Bytes that the whole file has at least; undefined for tensors of an unknown type. */
  readonly fileBytesMin: number | undefined;
}

export type GgufHeaderError =
  | { readonly kind: "gguf-not" }
  | { readonly kind: "gguf-version"; readonly version: number }
  | { readonly kind: "gguf-malformed"; readonly detail: string }
  /** The header goes on behind what was given. */
  | { readonly kind: "gguf-more" };

const MAGIC = 0x4655_4747; // "GGUF"
const VERSIONS = [2, 3];
const ALIGNMENT_BYTES = 32;

/** By type number; texts are 8, lists 9. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;
const [TYPE_I32, TEXT, LIST] = [5, 8, 9] as const;
/** Among the kinds of tokens. */
const CONTROL_TOKEN = 3;

class HeaderFault extends Error {
  readonly reason: GgufHeaderError;

  constructor(reason: GgufHeaderError) {
    super(reason.kind);
    this.reason = reason;
  }
}

export function parseGgufHeader(bytes: Uint8Array): Result<GgufHeader, GgufHeaderError> {
  try {
    return ok(parse(new Cursor(bytes)));
  } catch (error) {
    if (error instanceof HeaderFault) return err(error.reason);
    throw error;
  }
}

function parse(cursor: Cursor): GgufHeader {
  if (cursor.u32() !== MAGIC) throw new HeaderFault({ kind: "gguf-not" });
  const version = cursor.u32();
  if (!VERSIONS.includes(version)) throw new HeaderFault({ kind: "gguf-version", version });
  const tensors = cursor.count(ggufLimits.tensorsMax, "tensors");
  const keys = cursor.count(ggufLimits.keysMax, "keys");
  const metadata = new Map<string, GgufValue>();
  const places = new Map<string, number>();
  for (let index = 0; index < keys; index += 1) {
    const key = cursor.text();
    if (metadata.has(key)) throw malformed(`key "${key.slice(0, 80)}" twice`);
    places.set(key, cursor.at);
    metadata.set(key, readValue(cursor, cursor.u32()));
  }
  const { parameters, dataBytes } = readTensors(cursor, tensors);
  const alignment = metadata.get("general.alignment") ?? ALIGNMENT_BYTES;
  if (typeof alignment !== "number" || !(alignment >= 1 && alignment <= 65_536)) {
    throw malformed("alignment");
  }
  const headerBytes = cursor.at;
  const controlTokens = readControlTokens(cursor, places);
  const start = Math.ceil(headerBytes / alignment) * alignment;
  const fileBytesMin = dataBytes === undefined ? undefined : start + dataBytes;
  return { metadata, controlTokens, parameters, fileBytesMin };
}

/** None where the file lists none, or in a way of its own. */
function readControlTokens(cursor: Cursor, places: ReadonlyMap<string, number>): string[] {
  const types = listAt(cursor, places.get("tokenizer.ggml.token_type"), TYPE_I32);
  const tokens = listAt(cursor, places.get("tokenizer.ggml.tokens"), TEXT);
  if (types === undefined || tokens === undefined) return [];
  const found: string[] = [];
  cursor.at = tokens.at;
  for (let index = 0; index < Math.min(tokens.items, types.items); index += 1) {
    const isControl = cursor.view.getInt32(types.at + 4 * index, true) === CONTROL_TOKEN;
    const token = isControl ? cursor.text() : (cursor.skipText(), "");
    if (token !== "" && found.length < ggufLimits.controlTokensMax) found.push(token);
  }
  return found;
}

function listAt(cursor: Cursor, place: number | undefined, itemType: number) {
  if (place === undefined) return undefined;
  cursor.at = place;
  if (cursor.u32() !== LIST || cursor.u32() !== itemType) return undefined;
  const items = cursor.count(ggufLimits.itemsMax, "items");
  return { items, at: cursor.at };
}

function readTensors(cursor: Cursor, count: number) {
  let parameters = 0;
  let dataBytes: number | undefined = 0;
  for (let index = 0; index < count; index += 1) {
    cursor.text();
    const dimensions = cursor.u32();
    if (dimensions > ggufLimits.dimensionsMax) throw malformed("dimensions");
    let weights = 1;
    for (let at = 0; at < dimensions; at += 1) weights *= cursor.u64("dimension");
    if (!Number.isSafeInteger(weights)) throw malformed("tensor too large");
    const size = tensorBytes(cursor.u32(), weights);
    const offset = cursor.u64("offset");
    parameters += weights;
    dataBytes = size === undefined || dataBytes === undefined
      ? undefined
      : Math.max(dataBytes, offset + size);
  }
  return { parameters, dataBytes };
}

function readValue(cursor: Cursor, type: number): GgufValue {
  if (type === TEXT) return cursor.text();
  if (type !== LIST) return readNumber(cursor, type);
  const itemType = cursor.u32();
  const items = cursor.count(ggufLimits.itemsMax, "items");
  if (itemType === TEXT) {
    for (let index = 0; index < items; index += 1) cursor.skipText();
    return { items };
  }
  if (items > ggufLimits.numbersKeptMax) {
    cursor.skip(items * sizeOf(itemType));
    return { items };
  }
  return Array.from({ length: items }, () => Number(readNumber(cursor, itemType)));
}

function readNumber(cursor: Cursor, type: number): number | boolean {
  const at = cursor.take(sizeOf(type));
  const { view } = cursor;
  switch (type) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, true);
    case 3:
      return view.getInt16(at, true);
    case 4:
      return view.getUint32(at, true);
    case 5:
      return view.getInt32(at, true);
    case 6:
      return view.getFloat32(at, true);
    case 7:
      return view.getUint8(at) !== 0;
    case 10:
      return Number(view.getBigUint64(at, true));
    case 11:
      return Number(view.getBigInt64(at, true));
    default:
      return view.getFloat64(at, true);
  }
}

function sizeOf(type: number): number {
  const size = SIZES[type] ?? 0;
  if (size === 0) throw malformed(`type ${type}`);
  return size;
}

function malformed(detail: string): HeaderFault {
  return new HeaderFault({ kind: "gguf-malformed", detail });
}

class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Returns where the next `count` bytes begin. */
  take(count: number): number {
    const at = this.at;
    if (at + count > ggufLimits.headerBytesMax) throw malformed("header too large");
    if (at + count > this.bytes.length) throw new HeaderFault({ kind: "gguf-more" });
    this.at = at + count;
    return at;
  }

  skip(count: number): void {
    this.take(count);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(what: string): number {
    const value = Number(this.view.getBigUint64(this.take(8), true));
    if (!Number.isSafeInteger(value)) throw malformed(what);
    return value;
  }

  count(max: number, what: string): number {
    const count = this.u64(what);
    if (count > max) throw malformed(`${count} ${what}, at most ${max}`);
    return count;
  }

  text(): string {
    const from = this.skipText();
    return new TextDecoder().decode(this.bytes.subarray(from, this.at));
  }

  skipText(): number {
    return this.take(this.count(ggufLimits.textBytesMax, "bytes of a text"));
  }
}
