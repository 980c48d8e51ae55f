/**
 * The container of CHARX files: lists entries, unpacks one, and writes others as they are.
 *
 * Owns what of the ZIP format (APPNOTE 6.3.10, without ZIP64, encryption and parts) is needed.
 * fflate does the deflate streams.
 *
 *   PL44  An archive is bounded before anything is unpacked: entries, sizes, ratio; a name that
 *         leaves its folder, or that two entries have, refuses the file.
 *   PL45  What an entry unpacks to never exceeds what it says, whatever its bytes are.
 */

import { deflateSync, Inflate } from "fflate";
import { err, ok } from "../../base/result.ts";
import { concatBytes, textBytes, utf8Text } from "./bytes.ts";
import type { Read, ZipProblem } from "./card-error.ts";
import { crc32 } from "./crc32.ts";
import { cardLimits as limits } from "./limits.ts";

export interface ZipEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** 0 stored, 8 deflated; others are carried along only. */
  readonly method: number;
  readonly flags: number;
  /** MS-DOS time and date, as they came. */
  readonly stamp: number;
  readonly crc: number;
  readonly unpackedBytes: number;
  readonly packed: Uint8Array;
}

export interface Zip {
  /** What stands before the archive: some programs put a picture there. */
  readonly prefix: Uint8Array;
  readonly entries: readonly ZipEntry[];
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const UTF8_FLAG = 0x800;
const ENCRYPTED_FLAG = 1;
/** Sizes behind the data: they are in the central directory too. */
const DESCRIPTOR_FLAG = 8;
/** 1 January 1980, where this calendar begins: equal contents are equal files. */
const EPOCH = 0x00210000;

export function isZip(bytes: Uint8Array): boolean {
  return findEnd(bytes) !== undefined;
}

export function readZip(bytes: Uint8Array): Read<Zip> {
  const end = findEnd(bytes);
  if (end === undefined) return refuse("truncated");
  const view = viewOf(bytes);
  const count = view.getUint16(end + 10, true);
  if (count === 0xffff || view.getUint16(end + 4, true) !== 0) return refuse("unsupported");
  if (count > limits.zipEntriesMax) return refuse("too-many-entries");
  const directoryBytes = view.getUint32(end + 12, true);
  const start = end - directoryBytes;
  // Offsets count from the archive's own start.
  const shift = start - view.getUint32(end + 16, true);
  if (start < 0 || shift < 0) return refuse("truncated");
  const entries: ZipEntry[] = [];
  for (let at = start; entries.length < count;) {
    const entry = readEntry(bytes, at, end, shift);
    if (!entry.ok) return entry;
    entries.push(entry.value.entry);
    at = entry.value.next;
  }
  const problem = problemOf(entries);
  return problem === undefined
    ? ok({ prefix: bytes.subarray(0, shift), entries })
    : refuse(problem);
}

/** The entry's bytes; at most `bytesMax` of them. Bounded time (PL45). */
export function unpackEntry(entry: ZipEntry, bytesMax: number): Read<Uint8Array> {
  const { method, flags, packed, unpackedBytes } = entry;
  if (unpackedBytes > bytesMax) {
    return err({ kind: "card-json-too-large", bytes: unpackedBytes, bytesMax });
  }
  if ((flags & ENCRYPTED_FLAG) !== 0 || (method !== 0 && method !== 8)) {
    return refuse("unsupported");
  }
  const unpacked = method === 0 ? packed : inflate(packed, unpackedBytes);
  if (typeof unpacked === "string") return refuse(unpacked);
  if (unpacked.length !== unpackedBytes) return refuse("truncated");
  return crc32(unpacked) === entry.crc ? ok(unpacked) : refuse("checksum");
}

/** An entry that is made here, deflated. */
export function packEntry(name: string, bytes: Uint8Array): ZipEntry {
  return {
    name,
    nameBytes: textBytes(name),
    method: 8,
    flags: UTF8_FLAG,
    stamp: EPOCH,
    crc: crc32(bytes),
    unpackedBytes: bytes.length,
    packed: deflateSync(bytes),
  };
}

/** An entry that is made here, as it is: others can look into it, and its ratio is 1. */
export function storeEntry(name: string, bytes: Uint8Array): ZipEntry {
  const made = { name, nameBytes: textBytes(name), method: 0, flags: UTF8_FLAG, stamp: EPOCH };
  return { ...made, crc: crc32(bytes), unpackedBytes: bytes.length, packed: bytes };
}

export function writeZip({ prefix, entries }: Zip): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = concatBytes([headOf(entry, LOCAL), entry.nameBytes, entry.packed]);
    const central = headOf(entry, CENTRAL);
    viewOf(central).setUint32(42, offset, true);
    directory.push(central, entry.nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const listed = concatBytes(directory);
  const end = new Uint8Array(END_BYTES);
  const view = viewOf(end);
  view.setUint32(0, END, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, listed.length, true);
  view.setUint32(16, offset, true);
  return concatBytes([prefix, ...locals, listed, end]);
}

/** Both heads have the same fields; the central one has two more bytes before them. */
function headOf(entry: ZipEntry, signature: number): Uint8Array {
  const isCentral = signature === CENTRAL;
  const head = new Uint8Array(isCentral ? CENTRAL_BYTES : LOCAL_BYTES);
  const view = viewOf(head);
  const at = isCentral ? 6 : 4;
  view.setUint32(0, signature, true);
  if (isCentral) view.setUint16(4, 20, true);
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, entry.flags & ~DESCRIPTOR_FLAG, true);
  view.setUint16(at + 4, entry.method, true);
  view.setUint32(at + 6, entry.stamp, true);
  view.setUint32(at + 10, entry.crc, true);
  view.setUint32(at + 14, entry.packed.length, true);
  view.setUint32(at + 18, entry.unpackedBytes, true);
  view.setUint16(at + 22, entry.nameBytes.length, true);
  return head;
}

function readEntry(
  bytes: Uint8Array,
  at: number,
  directoryEnd: number,
  shift: number,
): Read<{ readonly entry: ZipEntry; readonly next: number }> {
  const view = viewOf(bytes);
  if (at + CENTRAL_BYTES > directoryEnd) return refuse("truncated");
  if (view.getUint32(at, true) !== CENTRAL) return refuse("truncated");
  const nameLength = view.getUint16(at + 28, true);
  const next = at + CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) +
    view.getUint16(at + 32, true);
  if (next > directoryEnd) return refuse("truncated");
  const nameBytes = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength);
  const name = utf8Text(nameBytes);
  if (!name.ok || nameLength > limits.zipNameBytesMax) return refuse("unsafe-name");
  const packedBytes = view.getUint32(at + 20, true);
  const local = shift + view.getUint32(at + 42, true);
  if (local + LOCAL_BYTES > directoryEnd || view.getUint32(local, true) !== LOCAL) {
    return refuse("truncated");
  }
  const data = local + LOCAL_BYTES + view.getUint16(local + 26, true) +
    view.getUint16(local + 28, true);
  if (data + packedBytes > directoryEnd) return refuse("truncated");
  const entry = {
    name: name.value,
    nameBytes,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    stamp: view.getUint32(at + 12, true),
    crc: view.getUint32(at + 16, true),
    unpackedBytes: view.getUint32(at + 24, true),
    packed: bytes.subarray(data, data + packedBytes),
  };
  return ok({ entry, next });
}

/** The first reason not to trust these entries (PL44). */
function problemOf(entries: readonly ZipEntry[]): ZipProblem | undefined {
  if (entries.some(({ name }) => !isSafeName(name))) return "unsafe-name";
  if (new Set(entries.map(({ name }) => name)).size < entries.length) return "same-name";
  const whole = entries.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  if (whole > limits.zipUnpackedBytesMax) return "too-large";
  const isBomb = entries.some(({ unpackedBytes, packed }) =>
    unpackedBytes > limits.zipSmallBytes && unpackedBytes > packed.length * limits.zipRatioMax
  );
  return isBomb ? "ratio" : undefined;
}

function isSafeName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is refused
  if (name === "" || /^[/\\]|[\\:\u0000-\u001f]/.test(name)) return false;
  return !name.split("/").some((part) => part === ".." || part === ".");
}

/** Reads no further than where the stream has given more than it should (PL45). */
function inflate(packed: Uint8Array, bytesMax: number): Uint8Array | ZipProblem {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const inflater = new Inflate((part) => {
    bytes += part.length;
    if (bytes <= bytesMax) parts.push(part);
  });
  try {
    for (let at = 0; at < packed.length && bytes <= bytesMax; at += limits.inflateStepBytes) {
      const next = at + limits.inflateStepBytes;
      inflater.push(packed.subarray(at, next), next >= packed.length);
    }
  } catch { // What fflate throws about a damaged stream.
    return "truncated";
  }
  return bytes > bytesMax ? "too-large" : concatBytes(parts);
}

/** The end record is last, before a comment of at most 64 KiB. */
function findEnd(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  const first = Math.max(0, bytes.length - END_BYTES - 0xffff);
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1) {
    const isEnd = view.getUint32(at, true) === END &&
      at + END_BYTES + view.getUint16(at + 20, true) <= bytes.length;
    if (isEnd) return at;
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse(problem: ZipProblem): Read<never> {
  return err({ kind: "zip-malformed", problem });
}
