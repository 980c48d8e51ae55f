/**
 * Proof that a client may enter a room, bound to one socket of one relay.
 *
 * The relay stores nothing for it: the room's id is a hash of the admission keys, so a proof brings
 * all that is needed to check it. The caller makes nonces and takes each once.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR7  A proof admits one device to one room of one relay on the socket that gave the nonce,
 *        until `notAfter`.
 *   CR8  A proof of reading never admits to writing.
 */

import type { Bytes, Crypto } from "../ports/crypto.ts";
import type { SharedRoomKeys } from "../ports/shared-room-store.ts";
import { type AdmissionProof, PROTOCOL_VERSION } from "../protocol/relay-frames.ts";
import { decodeExactly, encodeBase64Url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";
import { deviceIdOf } from "./device-keys.ts";
import { cryptoLimits } from "./limits.ts";
import { PUBLIC_KEY_BYTES, roomIdOf, type RoomKeys, SIGNATURE_BYTES } from "./room-keys.ts";

export interface AdmissionChallenge {
  /** Origin of the relay's address, such as `wss://relay.example`. */
  readonly relayOrigin: string;
  readonly nonce: string;
  /** Epoch ms on the relay's clock, at most `admissionMsMax` ahead of it. */
  readonly notAfter: number;
}

export interface AdmissionCheck {
  readonly relayOrigin: string;
  readonly room: string;
  readonly device: string;
  readonly nonce: string;
  /** Epoch ms of the relay. */
  readonly now: number;
}

/** A proof of `write` with a full link's keys, of `read` with a read-only link's. */
export async function proveAdmission(
  crypto: Crypto,
  room: RoomKeys,
  device: SharedRoomKeys["device"],
  challenge: AdmissionChallenge,
): Promise<AdmissionProof> {
  const claims = {
    readKey: encodeBase64Url(room.readKeys.publicKey),
    writeKey: encodeBase64Url(room.writePublicKey),
    deviceKey: encodeBase64Url(device.signPublicKey),
    access: room.access,
    notAfter: challenge.notAfter,
  };
  const text = signedText(claims, { ...challenge, room: room.roomId });
  const admitKey = room.access === "write" ? room.writeKeys.key : room.readKeys.key;
  return {
    ...claims,
    admitSignature: encodeBase64Url(await crypto.sign(admitKey, text)),
    deviceSignature: encodeBase64Url(await crypto.sign(device.signKey, text)),
  };
}

/** False for every proof that does not hold (CR7, CR8); never throws. */
export async function verifyAdmission(
  crypto: Crypto,
  proof: AdmissionProof,
  check: AdmissionCheck,
): Promise<boolean> {
  // Cheap checks first: hashes before signatures.
  if (!(proof.notAfter >= check.now)) return false;
  if (!(proof.notAfter <= check.now + cryptoLimits.admissionMsMax)) return false;
  if (proof.access !== "write" && proof.access !== "read") return false;
  const readKey = decodeExactly(proof.readKey, PUBLIC_KEY_BYTES);
  const writeKey = decodeExactly(proof.writeKey, PUBLIC_KEY_BYTES);
  const deviceKey = decodeExactly(proof.deviceKey, PUBLIC_KEY_BYTES);
  const admit = decodeExactly(proof.admitSignature, SIGNATURE_BYTES);
  const device = decodeExactly(proof.deviceSignature, SIGNATURE_BYTES);
  if (!readKey || !writeKey || !deviceKey || !admit || !device) return false;
  if (await roomIdOf(crypto, readKey, writeKey) !== check.room) return false;
  if (await deviceIdOf(crypto, deviceKey) !== check.device) return false;
  const text = signedText(proof, check);
  const admitKey = proof.access === "write" ? writeKey : readKey;
  return await crypto.verify(admitKey, admit, text) &&
    await crypto.verify(deviceKey, device, text);
}

type Claims = Omit<AdmissionProof, "admitSignature" | "deviceSignature">;

/** One JSON array: no two different claims render to the same bytes. */
function signedText(
  claims: Claims,
  context: { readonly relayOrigin: string; readonly room: string; readonly nonce: string },
): Bytes {
  return utf8(JSON.stringify([
    "conclave-admission/1",
    context.relayOrigin,
    context.room,
    context.nonce,
    claims.deviceKey,
    claims.access,
    PROTOCOL_VERSION,
    claims.notAfter,
  ]));
}
