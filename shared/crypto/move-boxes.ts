/**
 * The secret of the room that a room goes on as, sealed to each device that goes along (D32).
 *
 * One X25519 pair is made for one move and thrown away. What it agrees to with a device's announced
 * key goes through HKDF-SHA-256 to an AES-256-GCM key that seals one box, hence the nonce of zeros.
 * The construction is that of ECIES (and of HPKE's base mode, RFC 9180) with the context spelled
 * out in one text.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR25  A box opens for its receiver alone, and only as what it was sealed as: suite, both rooms,
 *         sender, receiver and both public keys are bound.
 *   CR26  A box whose secret is not that of the room it names is void.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { Bytes, Crypto } from "../ports/crypto.ts";
import type { SharedRoomKeys } from "../ports/shared-room-store.ts";
import type { MoveBox } from "../protocol/events.ts";
import { decodeExactly, encodeBase64Url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";
import { deriveRoom, PUBLIC_KEY_BYTES, SECRET_BYTES } from "./room-keys.ts";

/** The rooms of a move, and who moves. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Device id. */
  readonly sender: string;
}

export interface SealedMove {
  readonly sealKey: string;
  readonly boxes: readonly MoveBox[];
  /** Devices whose announced key agrees to nothing (CR24). */
  readonly refused: readonly string[];
}

const SUITE = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals the write secret of `move.to` to each of `receivers`, which has agreement keys by id. */
export async function sealMove(
  crypto: Crypto,
  move: Move,
  secret: Bytes,
  receivers: ReadonlyMap<string, Bytes>,
): Promise<SealedMove> {
  const { publicKey, key } = await crypto.agreementFromSeed(crypto.randomBytes(SECRET_BYTES));
  const sealKey = encodeBase64Url(publicKey);
  const boxes: MoveBox[] = [];
  const refused: string[] = [];
  for (const [device, agreeKey] of receivers) {
    const shared = await crypto.agree(key, agreeKey);
    if (shared === undefined) {
      refused.push(device);
      continue;
    }
    const context = contextOf(move, device, sealKey, encodeBase64Url(agreeKey));
    const boxKey = await crypto.importAead(await crypto.hkdf(shared, context, 32));
    const sealed = await crypto.seal(boxKey, new Uint8Array(NONCE_BYTES), utf8(context), secret);
    boxes.push({ device, sealed: encodeBase64Url(sealed) });
  }
  return { sealKey, boxes, refused };
}

export type MoveBoxError = { readonly kind: "move-box-void" };

/** The write secret of `move.to`, out of the box for `device`. */
export async function openMove(
  crypto: Crypto,
  move: Move,
  { sealKey, sealed }: { readonly sealKey: string; readonly sealed: string },
  device: Pick<SharedRoomKeys["device"], "id" | "agreeKey" | "agreePublicKey">,
): Promise<Result<Bytes, MoveBoxError>> {
  const publicKey = decodeExactly(sealKey, PUBLIC_KEY_BYTES);
  const bytes = decodeExactly(sealed, SECRET_BYTES + TAG_BYTES);
  if (publicKey === undefined || bytes === undefined) return isVoid;
  const shared = await crypto.agree(device.agreeKey, publicKey);
  if (shared === undefined) return isVoid; // CR24
  const context = contextOf(move, device.id, sealKey, encodeBase64Url(device.agreePublicKey));
  const boxKey = await crypto.importAead(await crypto.hkdf(shared, context, 32));
  const secret = await crypto.open(boxKey, new Uint8Array(NONCE_BYTES), utf8(context), bytes);
  if (secret === undefined) return isVoid; // CR25
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  return roomId === move.to ? ok(secret) : isVoid; // CR26
}

const isVoid = err<MoveBoxError>({ kind: "move-box-void" });

/** Ids and keys are base64url, so that no `|` is in them: equal texts are equal members. */
function contextOf(move: Move, receiver: string, sealKey: string, agreeKey: string): string {
  const { from, to, sender } = move;
  return ["conclave-move", SUITE, from, to, sender, receiver, sealKey, agreeKey].join("|");
}
