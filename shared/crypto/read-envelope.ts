/**
 * Decrypts an envelope and finds who signed it. Changes nothing: what follows is opener.ts.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR10  A sealed entry with any bit changed does not open, nor under another room or id.
 *   CR12  A device counts once the write key has vouched for its keys.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { AeadKey, Bytes, Crypto } from "../ports/crypto.ts";
import { decodeExactly, encodeBase64Url } from "./base64url.ts";
import { isEqual } from "./bytes.ts";
import { deviceIdOf } from "./device-keys.ts";
import {
  authenticatedData,
  decodeContent,
  decodeEnvelope,
  type EnvelopeHeader,
  type Introduction,
  messageKey,
  nonceOf,
  signedHash,
  vouchedText,
} from "./envelope.ts";
import { cryptoLimits } from "./limits.ts";
import type { LogView } from "./log-views.ts";
import { unpad } from "./padme.ts";
import { ID_BYTES, type RoomKeys } from "./room-keys.ts";

/** Why an envelope did not open; becomes the reason of a `refused` event. */
export type EnvelopeRefusal =
  | "envelope-malformed"
  | "id-mismatch"
  | "undecryptable"
  | "content-malformed"
  | "introduction-invalid"
  | "device-unknown"
  | "signature-invalid";

/** What a device wrote, proved. */
export interface VerifiedEnvelope {
  readonly device: string;
  readonly page: string;
  readonly header: EnvelopeHeader;
  readonly intro: Introduction | undefined;
  readonly view: LogView | undefined;
  readonly slice: Bytes;
}

export interface EnvelopeReader {
  /** `id` as the bytes that the header must repeat. */
  read(
    sealed: Bytes,
    purpose: number,
    id: Bytes,
  ): Promise<Result<VerifiedEnvelope, EnvelopeRefusal>>;
}

/** `signKeyOf` tells the signing key of a device that was introduced before. */
export function createEnvelopeReader(
  crypto: Crypto,
  room: RoomKeys,
  signKeyOf: (device: string) => Bytes | undefined,
): EnvelopeReader {
  const roomId = decodeExactly(room.roomId, ID_BYTES) ?? new Uint8Array(ID_BYTES);
  const keys = new Map<string, AeadKey>();

  const keyFor = async (header: EnvelopeHeader, pageKey: string): Promise<AeadKey> => {
    const key = keys.get(pageKey) ?? await messageKey(crypto, room, header);
    keys.delete(pageKey);
    keys.set(pageKey, key);
    const [oldest] = keys.keys();
    if (keys.size > cryptoLimits.keysMax && oldest !== undefined) keys.delete(oldest);
    return key;
  };
  /** The write key's word for this very device (CR12). */
  const isVouched = async (device: string, intro: Introduction): Promise<boolean> =>
    await deviceIdOf(crypto, intro.signKey) === device &&
    await crypto.verify(
      room.writePublicKey,
      intro.proof,
      vouchedText(roomId, intro.signKey, intro.agreeKey),
    );

  return {
    async read(sealed, purpose, id) {
      const envelope = decodeEnvelope(sealed);
      if (envelope === undefined) return err("envelope-malformed");
      const { header, headerBytes, ciphertext, signature } = envelope;
      if (header.purpose !== purpose) return err("envelope-malformed");
      if (!isEqual(header.id, id)) return err("id-mismatch");
      const device = encodeBase64Url(header.device);
      const page = encodeBase64Url(header.page);
      const key = await keyFor(header, `${purpose}|${device}|${page}`);
      const extra = authenticatedData(roomId, headerBytes);
      const padded = await crypto.open(key, nonceOf(header.counter), extra, ciphertext);
      if (padded === undefined) return err("undecryptable");
      const text = unpad(padded);
      const content = text === undefined ? undefined : decodeContent(text);
      if (content === undefined) return err("content-malformed");
      const { intro, view, slice } = content;
      if (intro !== undefined && !(await isVouched(device, intro))) {
        return err("introduction-invalid");
      }
      const signKey = intro?.signKey ?? signKeyOf(device);
      if (signKey === undefined) return err("device-unknown");
      const hash = await signedHash(crypto, extra, ciphertext);
      if (!(await crypto.verify(signKey, signature, hash))) return err("signature-invalid");
      return ok({ device, page, header, intro, view, slice });
    },
  };
}
