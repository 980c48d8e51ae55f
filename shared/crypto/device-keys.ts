/**
 * A device's identity in one room: new in every room, so that rooms cannot be linked.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR6  A device's id is the hash of its signing key, and its private keys never leave the device.
 */

import type { Bytes, Crypto } from "../ports/crypto.ts";
import type { SharedRoomKeys } from "../ports/shared-room-store.ts";
import { encodeBase64Url } from "./base64url.ts";
import { ID_BYTES } from "./room-keys.ts";

/** A fresh identity. */
export async function createDeviceKeys(crypto: Crypto): Promise<SharedRoomKeys["device"]> {
  const sign = await crypto.generateSigner();
  const agree = await crypto.generateAgreement();
  return {
    id: await deviceIdOf(crypto, sign.publicKey),
    signPublicKey: sign.publicKey,
    signKey: sign.key,
    agreePublicKey: agree.publicKey,
    agreeKey: agree.key,
  };
}

export async function deviceIdOf(
  crypto: Pick<Crypto, "sha256">,
  signPublicKey: Bytes,
): Promise<string> {
  return encodeBase64Url((await crypto.sha256(signPublicKey)).subarray(0, ID_BYTES));
}
