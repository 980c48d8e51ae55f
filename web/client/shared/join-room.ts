/**
 * Joins the room of an invite link: from then on it is one of this device's rooms.
 *
 * A room hears nobody whose device it does not know, so a writer's first row is this device's name,
 * before anything that the person types while the relay is out of reach.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY91  Joining stores the keys, then the room with the device's name as its first row to send; a
 *         room that is here already stays as it is.
 *   SY92  A write link to a room that could only be read here makes it writable, as the same
 *         device.
 *   SY268 A shared room whose keys are missing comes back with its messages when an invite link of
 *         it is opened again, as another device of it; what waited to be said there is said.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  deriveRoom,
  parseRoomLink,
  type RoomLinkParts,
} from "#shared/crypto/mod.ts";
import type { NewEntry, SharedRoomKeys, StorageError } from "#shared/ports/mod.ts";
import { relayUrlOf } from "./relay-url.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "./shared-command.ts";

/** Until the room's own name has come. */
export const ROOM_NAME_UNKNOWN = "Room";

/** Resolves when the room is stored; what it holds comes when its relay is reached. */
export async function joinRoom(
  deps: SharedCommandDeps,
  command: CommandOf<"join-room">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const parsed = parseRoomLink(command.link);
  if (!parsed.ok) return parsed;
  const link = parsed.value;
  const relayUrl = relayUrlOf(link.relayHint, deps.pageUrl);
  if (!relayUrl.ok) return err({ kind: "link-invalid" });
  const { roomId } = await deriveRoom(deps.crypto, link);
  const row = await deps.index.get(roomId, signal);
  if (!row.ok) return row;
  const known = await deps.rooms.load(roomId, signal);
  if (!known.ok) return known;
  if (row.value !== undefined && known.value !== undefined) {
    return await rejoin(deps, link, known.value, signal);
  }
  const { access, secret, writePublicKey } = link;
  const device = await createDeviceKeys(deps.crypto);
  const keys = { roomId, relayUrl: relayUrl.value, access, secret, writePublicKey, device };
  const saved = await deps.rooms.save(keys, signal); // SY91
  if (!saved.ok) return saved;
  const room = { roomId, name: ROOM_NAME_UNKNOWN, shared: true };
  const entries = access === "write" ? [presentation(deps, device.id)] : [];
  const created = await deps.index.create(room, entries, signal);
  if (!created.ok) return created;
  if (row.value !== undefined && access === "write") { // SY268
    const introduced = await introduce(deps, roomId, device.id, signal);
    if (!introduced.ok) return introduced;
  }
  await deps.relist();
  return ok({ kind: "room-joined", roomId });
}

async function rejoin(
  deps: SharedCommandDeps,
  { access, secret }: RoomLinkParts,
  known: SharedRoomKeys,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const { roomId, relayUrl, device } = known;
  if (access === "write" && known.access === "read") { // SY92
    const saved = await deps.rooms.save({ roomId, relayUrl, access, secret, device }, signal);
    if (!saved.ok) return saved;
    const introduced = await introduce(deps, roomId, device.id, signal);
    if (!introduced.ok) return introduced;
    await deps.restartLink(roomId);
  }
  return ok({ kind: "room-joined", roomId });
}

/**
 * Says the device's name in a room that is here, and behind it what waited. A row that was sealed
 * stays as it is: it is of the device of before, which the room knows, and may be there already.
 */
async function introduce(
  deps: SharedCommandDeps,
  roomId: string,
  device: string,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const { ids, store } = deps;
  const rows = await store.outbox(roomId, Number.MAX_SAFE_INTEGER, signal);
  if (!rows.ok) return rows;
  const named = await store.addOutbox({ roomId, entry: presentation(deps, device) }, signal);
  if (!named.ok) return named;
  for (const { order, entry: { body }, sealed } of rows.value) {
    if (sealed !== undefined) continue;
    // Added first: stopped in between it is there twice, and the room hears only the second.
    const entry = { id: ids.next("en"), device, body };
    const added = await store.addOutbox({ roomId, entry }, signal);
    const moved = added.ok ? await store.removeOutbox(order, signal) : added;
    if (!moved.ok) return moved;
  }
  return ok(undefined);
}

function presentation({ ids, offer }: SharedCommandDeps, device: string): NewEntry {
  return { id: ids.next("en"), device, body: { kind: "device", name: offer().name } };
}
