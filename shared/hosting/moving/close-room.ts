/**
 * Both ends of a move: the `closed` that its mover appends, and what another device makes of it.
 *
 *   HO184 Of the devices that a room knows, those whose agreement key this device knows go along,
 *         except whom the mover leaves out; the others are named, since they can not follow.
 *   HO185 Who has a box that opens follows as the same device, at the same relay; who has none was
 *         left out, and who may only read cannot follow.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { type MoveBoxError, openMove, sealMove } from "../../crypto/move-boxes.ts";
import { knownDevices, type OpenerStateError } from "../../crypto/opener-state.ts";
import type { Bytes, Crypto } from "../../ports/crypto.ts";
import type { SharedRoomKeys } from "../../ports/shared-room-store.ts";
import type { RoomClosed } from "../../protocol/events.ts";
import type { RoomState } from "../../room/room-state.ts";

export interface Companions {
  /** Agreement keys by device id, of who goes along. */
  readonly keys: ReadonlyMap<string, Bytes>;
  /** Devices that are not left out, and that nothing can be sealed to. */
  readonly unreachable: readonly string[];
}

/** `opener` is SyncPosition.opener of the room. */
export function companionsOf(
  state: Pick<RoomState, "devices" | "roomId">,
  opener: string,
  without: readonly string[],
): Result<Companions, OpenerStateError> {
  const known = knownDevices(opener, state.roomId);
  if (!known.ok) return known;
  const wanted = [...state.devices.values()] // HO184
    .filter(({ id, gone }) => gone !== true && !without.includes(id))
    .map(({ id }) => id);
  const keys = new Map<string, Bytes>();
  for (const id of wanted) {
    const device = known.value.get(id);
    if (device !== undefined && device.isTold !== true) keys.set(id, device.agreeKey); // CR27
  }
  return ok({ keys, unreachable: wanted.filter((id) => !keys.has(id)) });
}

/** The event to append to `old`; `next` are the keys of the new room. */
export async function closedEvent(
  crypto: Crypto,
  { old, next }: { readonly old: SharedRoomKeys; readonly next: SharedRoomKeys },
  covers: number,
  companions: Companions,
): Promise<RoomClosed> {
  const move = { from: old.roomId, to: next.roomId, sender: old.device.id };
  const { sealKey, boxes } = await sealMove(crypto, move, next.secret, companions.keys);
  return { kind: "closed", to: next.roomId, covers, sealKey, boxes };
}

export type FollowError = MoveBoxError | { readonly kind: "left-out" | "not-closed" };

/** The keys of the room that `keys.roomId` went on as. */
export async function followingKeys(
  crypto: Crypto,
  keys: SharedRoomKeys,
  { closed }: Pick<RoomState, "closed">,
): Promise<Result<SharedRoomKeys, FollowError>> {
  if (closed === undefined) return err({ kind: "not-closed" });
  const { device, relayUrl } = keys;
  const box = closed.boxes.find((one) => one.device === device.id);
  if (box === undefined || keys.access === "read") return err({ kind: "left-out" }); // HO185
  const move = { from: keys.roomId, to: closed.to, sender: closed.device };
  const { sealKey } = closed;
  const secret = await openMove(crypto, move, { sealKey, sealed: box.sealed }, device);
  if (!secret.ok) return secret;
  return ok({ roomId: closed.to, relayUrl, access: "write", secret: secret.value, device });
}
