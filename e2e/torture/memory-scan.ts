/**
 * Looks for secrets where a process could keep them: its files, what it wrote, its whole memory.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO3  Database files, output and memory of the relay hold neither what was said in a shared room
 *        nor a key of it; the same scan finds what was planted.
 */

import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** One thing to look for, in every form that a program would hold it in. */
export interface Needle {
  readonly name: string;
  readonly forms: readonly { readonly form: string; readonly bytes: Buffer }[];
}

export interface Haystack {
  readonly name: string;
  readonly bytes: number;
  /** "needle as form", each once. */
  readonly found: readonly string[];
}

export type MemoryScan =
  | (Haystack & { readonly kind: "scanned"; readonly regions: number; readonly unread: number })
  | { readonly kind: "refused"; readonly reason: string };

const CHUNK_BYTES = 256 * 2 ** 10;
/** Most of what is mapped was never written: a needle is not in zeros. */
const ZEROS = Buffer.alloc(CHUNK_BYTES);
/** A Deno process has some 0.5 GB readable; more than this is not scanned but said. */
const SCANNED_BYTES_MAX = 16 * 2 ** 30;
/** Kernel pages without memory behind them: they can be listed and not read. */
const UNREADABLE = /\[(vvar|vvar_vclock|vsyscall)\]/;
/** Shorter pieces of base64 would be found by chance. */
const PIECE_CHARS_MIN = 12;

export function textNeedle(name: string, text: string): Needle {
  const forms = [
    { form: "UTF-8", bytes: Buffer.from(text) },
    { form: "UTF-16LE", bytes: Buffer.from(text, "utf16le") },
    ...base64Forms(Buffer.from(text)),
    ...base64Forms(Buffer.from(text, "utf16le")),
  ];
  return { name, forms };
}

export function keyNeedle(name: string, key: Uint8Array): Needle {
  const bytes = Buffer.from(key);
  const hex = bytes.toString("hex");
  const forms = [
    { form: "raw", bytes },
    ...[hex, hex.toUpperCase()].flatMap((text) => textForms("hex", text)),
    ...base64Forms(bytes),
  ];
  return { name, forms };
}

function textForms(form: string, text: string): Needle["forms"] {
  return [
    { form, bytes: Buffer.from(text) },
    { form: `${form} in UTF-16LE`, bytes: Buffer.from(text, "utf16le") },
  ];
}

/**
 * Inside a longer text base64 looks different by where it begins: three ways, of each the
 * characters that do not depend on what stands around.
 */
function base64Forms(bytes: Buffer): Needle["forms"] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil(offset * 8 / 6);
    const to = Math.floor(padded.length * 8 / 6);
    const plain = padded.toString("base64").slice(from, to);
    if (plain.length < PIECE_CHARS_MIN) return [];
    const url = padded.toString("base64url").slice(from, to);
    return [
      ...textForms(`base64 at ${offset}`, plain),
      ...(url === plain ? [] : textForms(`base64url at ${offset}`, url)),
    ];
  });
}

export function scanBytes(name: string, bytes: Buffer, needles: readonly Needle[]): Haystack {
  return { name, bytes: bytes.length, found: [...new Set(findAll(bytes, needles))] };
}

/** Every file of a folder, write-ahead logs included. */
export function scanFolder(folder: string, needles: readonly Needle[]): readonly Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return scanBytes(entry.name, readFileSync(path), needles);
    });
}

/** Every readable page of a process; the caller keeps it stopped meanwhile. */
export function scanMemory(pid: number, needles: readonly Needle[]): MemoryScan {
  let memory: number;
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/maps`, "utf8");
    memory = openSync(`/proc/${pid}/mem`, "r");
  } catch (error) {
    const { code = "unknown" } = error as { code?: string };
    return { kind: "refused", reason: `the memory of process ${pid} cannot be read: ${code}` };
  }
  try {
    return scanRegions(memory, readableRegions(maps), needles);
  } finally {
    closeSync(memory);
  }
}

interface Region {
  readonly from: number;
  readonly to: number;
}

function readableRegions(maps: string): readonly Region[] {
  return maps.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line);
    if (match === null || UNREADABLE.test(line)) return [];
    // User addresses have 47 bits: exact as numbers.
    return [{ from: parseInt(match[1] ?? "", 16), to: parseInt(match[2] ?? "", 16) }];
  });
}

function scanRegions(
  memory: number,
  regions: readonly Region[],
  needles: readonly Needle[],
): MemoryScan {
  const total = regions.reduce((sum, { from, to }) => sum + to - from, 0);
  if (total > SCANNED_BYTES_MAX) {
    return { kind: "refused", reason: `${total} bytes are readable, more than are scanned` };
  }
  const overlap = Math.max(
    ...needles.flatMap(({ forms }) => forms.map(({ bytes }) => bytes.length)),
  );
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const found = new Set<string>();
  let [bytes, unread] = [0, 0];
  for (const { from, to } of regions) {
    for (let at = from; at < to; at += CHUNK_BYTES - overlap) {
      const read = readChunk(memory, chunk, at, Math.min(CHUNK_BYTES, to - at));
      if (read === 0) unread += 1;
      bytes += read;
      const part = chunk.subarray(0, read);
      if (!part.equals(ZEROS.subarray(0, read))) {
        for (const one of findAll(part, needles)) found.add(one);
      }
      if (at + CHUNK_BYTES >= to) break;
    }
  }
  const facts = { regions: regions.length, unread };
  return { kind: "scanned", name: "memory", bytes, ...facts, found: [...found] };
}

/** Zero for a page that the kernel does not give: one of a device, or beyond the end of a file. */
function readChunk(memory: number, chunk: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, chunk, 0, length, at);
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (["EIO", "EFAULT"].includes(code)) return 0;
    throw error;
  }
}

function findAll(bytes: Buffer, needles: readonly Needle[]): readonly string[] {
  return needles.flatMap(({ name, forms }) =>
    forms.filter((one) => bytes.includes(one.bytes)).map(({ form }) => `${name} as ${form}`)
  );
}
