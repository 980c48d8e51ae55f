/**
 * Writes GGUF version 3 files for tests: what the header reader reads, and models that engines
 * load. Little endian, tensors aligned to 32 bytes.
 */

export type GgufValue =
  | { readonly kind: "u32" | "i32" | "f32" | "u64"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "texts"; readonly value: readonly string[] }
  | { readonly kind: "i32s" | "f32s"; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** Rows before columns. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const TYPE_NUMBERS = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, array: 9, u64: 10 } as const;
const ITEM_TYPES = { texts: "text", i32s: "i32", f32s: "f32" } as const;
const VERSION = 3;
const ALIGNMENT_BYTES = 32;
const TENSOR_F32 = 0;

export const text = (value: string): GgufValue => ({ kind: "text", value });
export const u32 = (value: number): GgufValue => ({ kind: "u32", value });
export const f32 = (value: number): GgufValue => ({ kind: "f32", value });

/** Returns the whole file. */
export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const entries = Object.entries(metadata);
  parts.push(new TextEncoder().encode("GGUF"), bytesOf("u32", VERSION));
  parts.push(bytesOf("u64", tensors.length), bytesOf("u64", entries.length));
  for (const [key, value] of entries) parts.push(textBytes(key), ...valueBytes(value));
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    parts.push(textBytes(name), bytesOf("u32", shape.length));
    for (const size of shape.toReversed()) parts.push(bytesOf("u64", size));
    parts.push(bytesOf("u32", TENSOR_F32), bytesOf("u64", offset));
    offset += aligned(values.byteLength);
  }
  const header = join(parts);
  return join([
    pad(header),
    ...tensors.map(({ values }) => pad(new Uint8Array(values.buffer, 0, values.byteLength))),
  ]);
}

function valueBytes(value: GgufValue): Uint8Array[] {
  switch (value.kind) {
    case "text":
      return [bytesOf("u32", TYPE_NUMBERS.text), textBytes(value.value)];
    case "bool":
      return [bytesOf("u32", TYPE_NUMBERS.bool), Uint8Array.of(value.value ? 1 : 0)];
    case "u32":
    case "i32":
    case "f32":
    case "u64":
      return [bytesOf("u32", TYPE_NUMBERS[value.kind]), bytesOf(value.kind, value.value)];
    case "texts":
      return [...arrayHead(value.kind, value.value.length), ...value.value.map(textBytes)];
    case "i32s":
    case "f32s": {
      const item = ITEM_TYPES[value.kind];
      const items = value.value.map((one) => bytesOf(item, one));
      return [...arrayHead(value.kind, items.length), ...items];
    }
  }
}

function arrayHead(kind: keyof typeof ITEM_TYPES, count: number): Uint8Array[] {
  const item = TYPE_NUMBERS[ITEM_TYPES[kind]];
  return [bytesOf("u32", TYPE_NUMBERS.array), bytesOf("u32", item), bytesOf("u64", count)];
}

function textBytes(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join([bytesOf("u64", bytes.length), bytes]);
}

function bytesOf(kind: "u32" | "i32" | "f32" | "u64", value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(kind === "u64" ? 8 : 4));
  if (kind === "u32") view.setUint32(0, value, true);
  if (kind === "i32") view.setInt32(0, value, true);
  if (kind === "f32") view.setFloat32(0, value, true);
  if (kind === "u64") view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

function pad(bytes: Uint8Array): Uint8Array {
  return join([bytes, new Uint8Array(aligned(bytes.length) - bytes.length)]);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
