/**
 * The sealed form of an entry or an ephemeral, byte by byte.
 *
 * suite u8 | purpose u8 | keyGen u16 | device 16 | page 16 | counter u64 | id 16 | part index u16 |
 * part count u16 | prev 32 | ciphertext | signature 64. The ciphertext is AES-256-GCM of the padded
 * content: flags u8 | introduction 128, if bit 0 is set | view 28, if bit 1 is set | a slice of the
 * event's JSON in UTF-8. A view is epoch tag 4 | seq u64 | chain 16 (log-views.ts).
 * The header and the room's id are authenticated with it, and the device signs all of that.
 *
 * Owns the layout and what is derived per page. Sealing and opening are sealer.ts and opener.ts.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR20  No nonce meets a key twice: each page load has a key of its own for each purpose, and
 *         its counter is the nonce.
 */

import { assert } from "../base/assert.ts";
import type { AeadKey, Bytes, Crypto } from "../ports/crypto.ts";
import { encodeBase64Url } from "./base64url.ts";
import { bytesToHex, concat, hexToBytes, utf8 } from "./bytes.ts";
import { cryptoLimits } from "./limits.ts";
import type { LogView } from "./log-views.ts";
import { ID_BYTES, PUBLIC_KEY_BYTES, type RoomKeys, SIGNATURE_BYTES } from "./room-keys.ts";

const SUITE = 1;
const KEY_GENERATION = 0;
const HEADER_BYTES = 96;
const TAG_BYTES = 16;
const HAS_INTRO = 1;
const HAS_VIEW = 2;
const INTRO_BYTES = 2 * PUBLIC_KEY_BYTES + SIGNATURE_BYTES;
const TAG_HEX_BYTES = 4;
const CHAIN_BYTES = 16;
const VIEW_BYTES = TAG_HEX_BYTES + 8 + CHAIN_BYTES;

export const HASH_BYTES = 32;
export const NO_ID: Bytes = new Uint8Array(ID_BYTES);
export const NO_HASH: Bytes = new Uint8Array(HASH_BYTES);

export const PURPOSE_ENTRY = 1;
export const PURPOSE_EPHEMERAL = 2;

export interface EnvelopeHeader {
  readonly purpose: number;
  readonly device: Bytes;
  /** Random, of one load of a page. */
  readonly page: Bytes;
  readonly counter: number;
  readonly id: Bytes;
  readonly part: number;
  readonly parts: number;
  /** Content hash of the newest entry that the author had seen, zeros for none. */
  readonly prev: Bytes;
}

export interface Envelope {
  readonly header: EnvelopeHeader;
  readonly ciphertext: Bytes;
  readonly signature: Bytes;
  /** The header as it came. */
  readonly headerBytes: Bytes;
}

/** A device's public keys, vouched for by the room's write key. */
export interface Introduction {
  readonly signKey: Bytes;
  readonly agreeKey: Bytes;
  readonly proof: Bytes;
}

export interface Content {
  readonly intro?: Introduction | undefined;
  /** What the author's log held. */
  readonly view?: LogView | undefined;
  readonly slice: Bytes;
}

export function encodeHeader(header: EnvelopeHeader): Bytes {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, SUITE);
  view.setUint8(1, header.purpose);
  view.setUint16(2, KEY_GENERATION);
  bytes.set(header.device, 4);
  bytes.set(header.page, 20);
  view.setBigUint64(36, BigInt(header.counter));
  bytes.set(header.id, 44);
  view.setUint16(60, header.part);
  view.setUint16(62, header.parts);
  bytes.set(header.prev, 64);
  return bytes;
}

/** Undefined for bytes that are no envelope of this suite. */
export function decodeEnvelope(bytes: Bytes): Envelope | undefined {
  const textEnd = bytes.length - SIGNATURE_BYTES;
  if (textEnd < HEADER_BYTES + TAG_BYTES || bytes.length > cryptoLimits.sealedBytesMax) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== SUITE || view.getUint16(2) !== KEY_GENERATION) return undefined;
  const counter = Number(view.getBigUint64(36));
  const [part, parts] = [view.getUint16(60), view.getUint16(62)];
  if (!Number.isSafeInteger(counter) || part >= parts || parts > cryptoLimits.partsMax) {
    return undefined;
  }
  return {
    header: {
      purpose: view.getUint8(1),
      device: bytes.subarray(4, 20),
      page: bytes.subarray(20, 36),
      counter,
      id: bytes.subarray(44, 60),
      part,
      parts,
      prev: bytes.subarray(64, HEADER_BYTES),
    },
    headerBytes: bytes.subarray(0, HEADER_BYTES),
    ciphertext: bytes.subarray(HEADER_BYTES, textEnd),
    signature: bytes.subarray(textEnd),
  };
}

/** What encryption authenticates beside the text: the room and the whole header. */
export function authenticatedData(roomId: Bytes, headerBytes: Bytes): Bytes {
  return concat(utf8("conclave-envelope/1"), roomId, headerBytes);
}

/** What the device signs. */
export function signedHash(crypto: Crypto, extra: Bytes, ciphertext: Bytes): Promise<Bytes> {
  return crypto.sha256(concat(extra, ciphertext));
}

/** The key of one page load for one purpose (CR20). */
export async function messageKey(
  crypto: Crypto,
  room: RoomKeys,
  header: Pick<EnvelopeHeader, "purpose" | "device" | "page">,
): Promise<AeadKey> {
  const [device, page] = [encodeBase64Url(header.device), encodeBase64Url(header.page)];
  const info = `msg|${header.purpose}|${device}|${page}`;
  return await crypto.importAead(await crypto.hkdf(room.epochKey, info, 32));
}

/** Four zero bytes and the counter (CR20). */
export function nonceOf(counter: number): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return nonce;
}

/** Bytes of an event that one part holds, beside an introduction or without. */
export function sliceBytesMax(hasIntro: boolean, hasView = false): number {
  // One byte of flags, and the padding's end mark.
  return cryptoLimits.paddedBytesMax - 2 - (hasIntro ? INTRO_BYTES : 0) -
    (hasView ? VIEW_BYTES : 0);
}

export function encodeContent({ intro, view, slice }: Content): Bytes {
  const flags = (intro === undefined ? 0 : HAS_INTRO) | (view === undefined ? 0 : HAS_VIEW);
  return concat(
    Uint8Array.of(flags),
    ...intro === undefined ? [] : [intro.signKey, intro.agreeKey, intro.proof],
    ...view === undefined ? [] : [encodeView(view)],
    slice,
  );
}

export function decodeContent(bytes: Bytes): Content | undefined {
  const flags = bytes[0] ?? -1;
  if (flags < 0 || flags > (HAS_INTRO | HAS_VIEW)) return undefined;
  const viewAt = 1 + ((flags & HAS_INTRO) === 0 ? 0 : INTRO_BYTES);
  const sliceAt = viewAt + ((flags & HAS_VIEW) === 0 ? 0 : VIEW_BYTES);
  if (bytes.length < sliceAt) return undefined;
  const view = sliceAt === viewAt ? undefined : decodeView(bytes.subarray(viewAt, sliceAt));
  if (sliceAt > viewAt && view === undefined) return undefined;
  return {
    ...viewAt > 1 && { intro: decodeIntro(bytes.subarray(1, viewAt)) },
    ...view && { view },
    slice: bytes.subarray(sliceAt),
  };
}

function decodeIntro(bytes: Bytes): Introduction {
  return {
    signKey: bytes.subarray(0, PUBLIC_KEY_BYTES),
    agreeKey: bytes.subarray(PUBLIC_KEY_BYTES, 2 * PUBLIC_KEY_BYTES),
    proof: bytes.subarray(2 * PUBLIC_KEY_BYTES),
  };
}

function encodeView({ epochTag, seq, chain }: LogView): Bytes {
  const bytes = new Uint8Array(VIEW_BYTES);
  bytes.set(hexToBytes(epochTag, TAG_HEX_BYTES), 0);
  new DataView(bytes.buffer).setBigUint64(TAG_HEX_BYTES, BigInt(seq));
  bytes.set(hexToBytes(chain, CHAIN_BYTES), TAG_HEX_BYTES + 8);
  return bytes;
}

/** Undefined for a place that no log has. */
function decodeView(bytes: Bytes): LogView | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const seq = Number(view.getBigUint64(TAG_HEX_BYTES));
  if (!Number.isSafeInteger(seq)) return undefined;
  const epochTag = bytesToHex(bytes.subarray(0, TAG_HEX_BYTES));
  return { epochTag, seq, chain: bytesToHex(bytes.subarray(TAG_HEX_BYTES + 8)) };
}

/** What the write key signs to vouch for a device. */
export function vouchedText(roomId: Bytes, signKey: Bytes, agreeKey: Bytes): Bytes {
  assert(roomId.length === ID_BYTES, "Cannot vouch for a device: the room's id has 16 bytes");
  return concat(utf8("conclave-device/1"), roomId, signKey, agreeKey);
}

/** The relay's id for part `part` of the entry that is called `entryId` on its own device. */
export async function entryIdOf(crypto: Crypto, entryId: string, part: number): Promise<string> {
  const hash = await crypto.sha256(utf8(`entry-id|${entryId}|${part}`));
  return encodeBase64Url(hash.subarray(0, ID_BYTES));
}

/** What citations name: the hash of the sealed bytes, or of the text of a relay's own entry. */
export async function contentHashOf(crypto: Crypto, sealed: Bytes): Promise<Bytes> {
  return await crypto.sha256(sealed);
}
