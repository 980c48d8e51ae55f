/**
 * Room key vault: makes a device's keys so that they can be stored, and seals what a room's keys
 * are into one text.
 *
 * A browser keeps a private key that never leaves the platform; a process with a disk has no such
 * place. Here the key is exportable, and lies in the database sealed by a key of a file beside it.
 * That protects a database that is copied alone (a backup, a report of a fault). It protects
 * nothing from who reads the whole data folder, which is why both are readable by their user alone.
 *
 * Rules (shared/SPEC.md, section ST):
 *   ST30  A room's secret and the device's private keys lie in a host's database only sealed.
 *   ST31  A sealed text is opened only by its own key and for its own room.
 */

import { webcrypto } from "node:crypto";
import * as v from "valibot";
import { decodeBase64Url, encodeBase64Url } from "#shared/crypto/mod.ts";
import type {
  AeadKey,
  AgreementKey,
  Bytes,
  Crypto,
  SharedRoomKeys,
  SigningKey,
} from "#shared/ports/mod.ts";

/** Length of the key that seals. */
export const VAULT_KEY_BYTES = 32;

export interface RoomKeyVault {
  /** Makes keys that this vault can seal; otherwise the platform's suite. */
  readonly crypto: Crypto;
  /** `keys` must be of this vault's `crypto` or opened by it. */
  seal(keys: SharedRoomKeys): Promise<string>;
  /** Undefined for a text that another key or another room sealed, or that was changed. */
  open(roomId: string, sealed: string): Promise<SharedRoomKeys | undefined>;
}

const NONCE_BYTES = 12;
const { subtle } = webcrypto;
type PlatformKey = webcrypto.CryptoKey;

const bytes = v.pipe(
  v.string(),
  v.transform(decodeBase64Url),
  v.custom<Bytes>((value) => value instanceof Uint8Array, "is not base64url"),
);

const stored = v.object({
  relayUrl: v.string(),
  access: v.picklist(["write", "read"]),
  secret: bytes,
  writePublicKey: v.optional(bytes),
  device: v.object({
    id: v.string(),
    signPublicKey: bytes,
    signKey: bytes,
    agreePublicKey: bytes,
    agreeKey: bytes,
  }),
});

/** Makes the vault of one data folder. `crypto` is the platform's suite. */
export async function createRoomKeyVault(crypto: Crypto, key: Bytes): Promise<RoomKeyVault> {
  const aead: AeadKey = await crypto.importAead(key);
  return {
    crypto: { ...crypto, ...exportableKeys },
    async seal(keys) {
      const { roomId, device, secret, writePublicKey, ...rest } = keys;
      const plain = JSON.stringify({
        ...rest,
        secret: encodeBase64Url(secret),
        ...writePublicKey && { writePublicKey: encodeBase64Url(writePublicKey) },
        device: {
          id: device.id,
          signPublicKey: encodeBase64Url(device.signPublicKey),
          signKey: await exportKey(device.signKey),
          agreePublicKey: encodeBase64Url(device.agreePublicKey),
          agreeKey: await exportKey(device.agreeKey),
        },
      });
      const nonce = crypto.randomBytes(NONCE_BYTES);
      const sealed = await crypto.seal(aead, nonce, nameOf(roomId), utf8(plain)); // ST30
      return encodeBase64Url(Uint8Array.of(...nonce, ...sealed));
    },
    async open(roomId, text) {
      const whole = decodeBase64Url(text);
      if (whole === undefined || whole.length < NONCE_BYTES) return undefined;
      const [nonce, sealed] = [whole.slice(0, NONCE_BYTES), whole.slice(NONCE_BYTES)];
      const plain = await crypto.open(aead, nonce, nameOf(roomId), sealed); // ST31
      if (plain === undefined) return undefined;
      const { device, ...rest } = v.parse(stored, JSON.parse(new TextDecoder().decode(plain)));
      const signKey = await importKey("Ed25519", device.signKey, ["sign"]);
      const agreeKey = await importKey("X25519", device.agreeKey, ["deriveBits"]);
      return {
        roomId,
        ...rest,
        device: {
          ...device,
          signKey: signKey as unknown as SigningKey,
          agreeKey: agreeKey as unknown as AgreementKey,
        },
      };
    },
  };
}

const exportableKeys: Pick<Crypto, "generateSigner" | "generateAgreement"> = {
  async generateSigner() {
    const pair = await generatePair("Ed25519", ["sign", "verify"]);
    return { publicKey: pair.publicKey, key: pair.key as unknown as SigningKey };
  },
  async generateAgreement() {
    const pair = await generatePair("X25519", ["deriveBits"]);
    return { publicKey: pair.publicKey, key: pair.key as unknown as AgreementKey };
  },
};

async function generatePair(
  name: "Ed25519" | "X25519",
  usages: webcrypto.KeyUsage[],
): Promise<{ readonly publicKey: Bytes; readonly key: PlatformKey }> {
  const pair = await subtle.generateKey({ name }, true, usages) as webcrypto.CryptoKeyPair;
  const raw = await subtle.exportKey("raw", pair.publicKey);
  return { publicKey: new Uint8Array(raw), key: pair.privateKey };
}

async function exportKey(key: SigningKey | AgreementKey): Promise<string> {
  const pkcs8 = await subtle.exportKey("pkcs8", key as unknown as PlatformKey);
  return encodeBase64Url(new Uint8Array(pkcs8));
}

function importKey(
  name: "Ed25519" | "X25519",
  pkcs8: Bytes,
  usages: webcrypto.KeyUsage[],
): Promise<PlatformKey> {
  return subtle.importKey("pkcs8", pkcs8, { name }, true, usages);
}

function nameOf(roomId: string): Bytes {
  return utf8(`conclave-room-keys/1|${roomId}`);
}

function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}
