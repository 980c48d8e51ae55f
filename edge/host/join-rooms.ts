/**
 * Makes a host a member of the rooms that it was told of: keys of its own in each, stored before
 * anything is said there.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO93  A host joins a room once: started again it is the same device there. A link that leads
 *         to another relay than before moves the room.
 */

import { ok, type Result } from "#shared/base/mod.ts";
import { createDeviceKeys } from "#shared/crypto/mod.ts";
import type { Crypto, SharedRoomKeys, SharedRoomStore, StorageError } from "#shared/ports/mod.ts";
import type { PlannedRoom } from "./config/read-config.ts";

export interface JoinRoomsDeps {
  readonly rooms: Pick<SharedRoomStore, "keys" | "saveKeys">;
  /** Of the vault. */
  readonly crypto: Crypto;
}

/** The keys of every room, in order. */
export async function joinRooms(
  { rooms, crypto }: JoinRoomsDeps,
  planned: readonly PlannedRoom[],
  signal: AbortSignal,
): Promise<Result<readonly SharedRoomKeys[], StorageError>> {
  const joined: SharedRoomKeys[] = [];
  for (const { roomId, relayUrl, secret } of planned) {
    const known = await rooms.keys(roomId, signal);
    if (!known.ok) return known;
    if (known.value?.relayUrl === relayUrl) {
      joined.push(known.value);
      continue;
    }
    const device = known.value?.device ?? await createDeviceKeys(crypto);
    const keys: SharedRoomKeys = { roomId, relayUrl, access: "write", secret, device };
    const saved = await rooms.saveKeys(keys, signal);
    if (!saved.ok) return saved;
    joined.push(keys);
  }
  return ok(joined);
}
