/**
 * Makes a shared room of a local one (D30).
 *
 * Owns the order of the steps: keys, then the room with what it begins with, in one transaction, so
 * that a page that dies between them leaves nothing half. The local room is left only after the
 * relay has the shared one.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY90  Sharing either ends with the relay holding the room and the local one leaving the list,
 *         or changes nothing.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { type RoomFeed, sharedFounding } from "#shared/hosting/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { CommandError } from "../app-client.ts";
import { caughtUp, type RelayedCheck, untilRelayed } from "./relay-waits.ts";
import { relayUrlOf } from "./relay-url.ts";
import { offersOfShown } from "./shown-images.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "./shared-command.ts";

/** Resolves when the relay has the room, or with why there is none. */
export async function shareRoom(
  deps: SharedCommandDeps,
  command: CommandOf<"share-room">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const feed = deps.feeds.get(command.roomId);
  if (feed === undefined) return err({ kind: "not-found", what: "room" });
  if (deps.rooms.get(feed.roomId) !== undefined) {
    return ok({ kind: "room-shared", roomId: feed.roomId });
  }
  const relayUrl = relayUrlOf(command.relayUrl, deps.pageUrl);
  if (!relayUrl.ok) return relayUrl;
  const state = await caughtUp(feed, signal);
  if (state.readerOnly !== undefined) return err({ kind: "room-read-only" });

  const secret = createRoomSecret(deps.crypto);
  const { roomId } = await deriveRoom(deps.crypto, { access: "write", secret });
  const device = await createDeviceKeys(deps.crypto);
  const events = sharedFounding(state, feed.device, device.id, roomId, deps.offer());
  using _hidden = deps.hideRoom(roomId);
  const keys = { roomId, relayUrl: relayUrl.value, access: "write", secret, device } as const;
  const saved = await deps.rooms.save(keys, signal);
  const founded = saved.ok
    ? await found(deps, { roomId, name: state.name, device: device.id }, events, signal)
    : saved;
  const taken = founded.ok ? await untilRelayed(deps, roomId, isTaken, signal) : founded;
  if (!taken.ok) { // SY90
    await deps.index.delete(roomId, signal);
    deps.rooms.forget(roomId);
    await deps.relist();
    return taken;
  }
  const shown = await offersOfShown(deps.logOf(feed.roomId), feed.state(), signal);
  const after = [...shown, ...saidAfter(state, feed)];
  const followed = await queue(deps, roomId, device.id, after, signal);
  if (!followed.ok) return followed;
  const moved = await deps.index.moveTo(feed.roomId, roomId, signal);
  if (!moved.ok) return moved;
  await deps.relist();
  return ok({ kind: "room-shared", roomId });
}

/** The room with everything it begins with waiting in its outbox. */
async function found(
  deps: SharedCommandDeps,
  room: { readonly roomId: string; readonly name: string; readonly device: string },
  events: readonly RoomEvent[],
  signal: AbortSignal,
): Promise<Result<void, CommandError>> {
  const { roomId, name, device } = room;
  const entries = events.map((body) => ({ id: deps.ids.next("en"), device, body }));
  const created = await deps.index.create({ roomId, name, shared: true }, entries, signal);
  if (!created.ok) return created;
  await deps.relist();
  return ok(undefined);
}

/** The relay has acknowledged the first entry, which is then in the room's log. */
const isTaken: RelayedCheck = async ({ logOf }, roomId, signal) => {
  const head = await logOf(roomId).head(signal);
  return head.ok ? ok(head.value > 0) : head;
};

async function queue(
  { store, ids }: SharedCommandDeps,
  roomId: string,
  device: string,
  events: readonly RoomEvent[],
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  for (const body of events) {
    const entry = { id: ids.next("en"), device, body };
    const added = await store.addOutbox({ roomId, entry }, signal);
    if (!added.ok) return added;
  }
  return ok(undefined);
}

/** What people said here while the room was being shared goes with it. */
function saidAfter(shared: RoomState, feed: RoomFeed): readonly RoomEvent[] {
  return feed.state().messages
    .filter(({ seq, kind, aside }) => seq > shared.head && kind === "person" && !aside)
    .map(({ text, addressed, images, replyTo }) => ({
      ...{ kind: "say", text, addressed },
      // With the place that the shared room gives to what it begins with (RM20).
      ...replyTo !== undefined && replyTo <= shared.head && { replyTo: replyTo - shared.head - 1 },
      ...images && { images: images.map(({ seq: _ofTheOldLog, ...said }) => said) },
    }));
}
