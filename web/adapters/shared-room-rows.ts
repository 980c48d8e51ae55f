/** Unknown rows of shared rooms become typed here; as stored-rows.ts does for the others. */

import * as v from "valibot";
import type {
  AeadKey,
  AgreementKey,
  Bytes,
  Foundation,
  MirroredEntry,
  SharedRoomKeys,
  SigningKey,
  SyncPosition,
} from "#shared/ports/mod.ts";
import { CorruptRow } from "./storage-error.ts";
import { decodeEntry, decoderOf } from "./stored-rows.ts";

/** A room's keys with its secret sealed (SY71). */
export interface SharedRoomRow extends Omit<SharedRoomKeys, "secret"> {
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

const bytes = v.custom<Bytes>((value) => value instanceof Uint8Array, "is not bytes");
/** Opaque: the platform's key object as it was stored. */
const keyOf = <K>() =>
  v.custom<K>((value) => typeof value === "object" && value !== null, "is not a key");

const sharedRoom = v.object({
  roomId: v.string(),
  relayUrl: v.string(),
  access: v.picklist(["write", "read"]),
  writePublicKey: v.optional(bytes),
  device: v.object({
    id: v.string(),
    signPublicKey: bytes,
    signKey: keyOf<SigningKey>(),
    agreePublicKey: bytes,
    agreeKey: keyOf<AgreementKey>(),
  }),
  nonce: bytes,
  sealed: bytes,
});

const position = v.object({
  epoch: v.string(),
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  mac: v.string(),
  opener: v.string(),
});

const foundation = v.object({
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  text: v.string(),
  by: v.string(),
});

const originKey = v.object({ name: v.string(), key: keyOf<AeadKey>() });

export const decodeSharedRoom = decoderOf<SharedRoomRow>("shared-rooms", sharedRoom);
export const decodePosition = decoderOf<SyncPosition>("positions", position);
export const decodeFoundation = decoderOf<Foundation>("positions", foundation);
const decodeOriginKeyRow = decoderOf<v.InferOutput<typeof originKey>>("origin-keys", originKey);

export function decodeOriginKey(row: unknown): AeadKey {
  return decodeOriginKeyRow(row).key;
}

/** An entry of a shared room's log with what it came from. */
export function decodeMirrored(row: unknown): MirroredEntry {
  const entry = decodeEntry(row);
  const { sealed, from } = row as { readonly sealed?: unknown; readonly from?: unknown };
  if (typeof sealed !== "string" || typeof from !== "string") {
    throw new CorruptRow(`entries: entry ${entry.seq} has no sealed form`);
  }
  return { entry, sealed, from };
}
