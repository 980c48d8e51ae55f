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
 *   SY276 What was said, typed, answered and attached in a room while it became another one is in
 *         that one.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { type RoomFeed, sharedFounding } from "#shared/hosting/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { Message, RoomState } from "#shared/room/mod.ts";
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
  const moved = await moveWithSaid(
    deps,
    { feed, shared: state, roomId, device: device.id },
    signal,
  );
  if (!moved.ok) return moved;
  await deps.relist();
  return ok({ kind: "room-shared", roomId });
}

interface Shared {
  readonly feed: RoomFeed;
  /** The state that the shared room begins with. */
  readonly shared: RoomState;
  readonly roomId: string;
  readonly device: string;
}

/** What people said here while the room was being shared goes with it, to the last word (SY276). */
async function moveWithSaid(
  deps: SharedCommandDeps,
  { feed, shared, roomId, device }: Shared,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const covers = shared.head;
  // The local room may be deleted meanwhile: then nothing is left that could go along.
  const isHere = (): boolean => deps.feeds.get(feed.roomId) === feed;
  for (let seen: RoomState | undefined; isHere();) {
    const now = await caughtUp(feed, signal);
    const isNew = ({ seq }: Message): boolean => seq > (seen ?? shared).head;
    const fresh = { ...now, messages: now.messages.filter(isNew) };
    const shown = await offersOfShown(deps.logOf(feed.roomId), seen ? fresh : now, signal);
    const said = saidIn(fresh.messages, covers);
    const followed = await queue(deps, roomId, device, [...shown, ...said], signal);
    if (!followed.ok) return followed;
    seen = now;
    const move = { to: roomId, covers, head: now.head };
    const moved = await deps.index.moveTo(feed.roomId, move, signal);
    if (!moved.ok) return moved;
    if (moved.value === "moved") break;
  }
  return ok(undefined);
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

function saidIn(messages: readonly Message[], covers: number): readonly RoomEvent[] {
  return messages.filter(({ kind, aside }) => kind === "person" && !aside)
    .map(({ text, addressed, images, replyTo }) => ({
      ...{ kind: "say", text, addressed },
      // With the place that the shared room gives to what it begins with (RM20).
      ...replyTo !== undefined && replyTo <= covers && { replyTo: replyTo - covers - 1 },
      ...images && { images: images.map(({ seq: _ofTheOldLog, ...said }) => said) },
    }));
}
