/**
 * What follows from a room's secret.
 *
 * The write secret W is the full link. The read secret R follows from W, never the reverse, so a
 * read-only link opens everything and writes nothing.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR5  A room's id follows from its two admission keys; both kinds of link lead to one room.
 */

import { assert } from "../base/assert.ts";
import type { SharedRoomKeys } from "../ports/shared-room-store.ts";
import type { Bytes, Crypto, SigningKey } from "../ports/crypto.ts";
import { encodeBase64Url } from "./base64url.ts";
import { concat, utf8 } from "./bytes.ts";

export const SECRET_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** Of room, device and entry ids: 22 characters. */
export const ID_BYTES = 16;

/** What a link holds. */
export interface RoomSecret {
  /** `write`: `secret` is W. `read`: it is R, and `writePublicKey` comes with it. */
  readonly access: "write" | "read";
  readonly secret: Bytes;
  readonly writePublicKey?: Bytes | undefined;
}

export interface KeyPair {
  readonly publicKey: Bytes;
  readonly key: SigningKey;
}

interface AnyRoomKeys {
  readonly roomId: string;
  readonly readSecret: Bytes;
  /** Proves `read` admission. */
  readonly readKeys: KeyPair;
  readonly writePublicKey: Bytes;
  /** HKDF input of every message key; no key itself. */
  readonly epochKey: Bytes;
}

export interface WriteRoomKeys extends AnyRoomKeys {
  readonly access: "write";
  /** Proves `write` admission and vouches for devices. */
  readonly writeKeys: KeyPair;
}

export interface ReadRoomKeys extends AnyRoomKeys {
  readonly access: "read";
  readonly writeKeys?: undefined;
}

/** Narrow by `access`: only {@link WriteRoomKeys} make a sealer. */
export type RoomKeys = WriteRoomKeys | ReadRoomKeys;

/** A fresh W. */
export function createRoomSecret(crypto: Crypto): Bytes {
  return crypto.randomBytes(SECRET_BYTES);
}

/** R of W: the secret of a read-only link. */
export function readSecretOf(crypto: Crypto, writeSecret: Bytes): Promise<Bytes> {
  return crypto.hkdf(writeSecret, "read", SECRET_BYTES);
}

/** Every key of the room that `secret` opens. */
export async function deriveRoom(crypto: Crypto, room: RoomSecret): Promise<RoomKeys> {
  assert(room.secret.length === SECRET_BYTES, "Cannot derive a room: its secret has 32 bytes");
  if (room.access === "write") {
    const seed = await crypto.hkdf(room.secret, "admit-write", SECRET_BYTES);
    const writeKeys = await crypto.signerFromSeed(seed);
    const readSecret = await readSecretOf(crypto, room.secret);
    const rest = await deriveFromRead(crypto, readSecret, writeKeys.publicKey);
    return { access: "write", writeKeys, ...rest };
  }
  const { writePublicKey } = room;
  assert(
    writePublicKey?.length === PUBLIC_KEY_BYTES,
    "Cannot derive a read-only room: its write public key has 32 bytes",
  );
  return { access: "read", ...await deriveFromRead(crypto, room.secret, writePublicKey) };
}

/** The id that both admission public keys give (CR5). */
export async function roomIdOf(
  crypto: Crypto,
  readPublicKey: Bytes,
  writePublicKey: Bytes,
): Promise<string> {
  const hash = await crypto.sha256(concat(utf8("relay-room/1"), readPublicKey, writePublicKey));
  return encodeBase64Url(hash.subarray(0, ID_BYTES));
}

async function deriveFromRead(
  crypto: Crypto,
  readSecret: Bytes,
  writePublicKey: Bytes,
): Promise<AnyRoomKeys> {
  const readKeys = await crypto.signerFromSeed(
    await crypto.hkdf(readSecret, "admit-read", SECRET_BYTES),
  );
  const roomId = await roomIdOf(crypto, readKeys.publicKey, writePublicKey);
  const epochKey = await crypto.hkdf(readSecret, "epoch|0", SECRET_BYTES);
  return { roomId, readSecret, readKeys, writePublicKey, epochKey };
}

/** What a room follows from, as a device keeps it. */
export function roomSecretOf(keys: SharedRoomKeys): RoomSecret {
  const { secret, writePublicKey } = keys;
  if (keys.access === "write") return { access: "write", secret };
  if (writePublicKey === undefined) throw new Error("Cannot read: the link lacks its write key");
  return { access: "read", secret, writePublicKey };
}
