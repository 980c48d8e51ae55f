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

import { createLatch, err, ok, type Result } from "#shared/base/mod.ts";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { type RoomFeed, sharedFounding } from "#shared/hosting/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { CommandError } from "../app-client.ts";
import { clientLimits } from "../limits.ts";
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
  const taken = founded.ok ? await untilTaken(deps, roomId, signal) : founded;
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
    .map(({ text, addressed, images }) => ({
      ...{ kind: "say", text, addressed },
      ...images && { images: images.map(({ seq: _ofTheOldLog, ...said }) => said) },
    }));
}

/** Waits until the relay has acknowledged the first entry, which is then in the room's log. */
async function untilTaken(
  { clock, logOf, links }: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Promise<Result<void, CommandError>> {
  const log = logOf(roomId);
  const bell = createLatch();
  using _hints = log.subscribe(() => bell.ring());
  using _links = links.subscribe(() => bell.ring());
  const late = new AbortController();
  let isLate = false;
  // Owned by `late`, which aborts when the wait is over.
  void clock.sleep(clientLimits.shareMsMax, AbortSignal.any([signal, late.signal])).then(() => {
    isLate = true;
    bell.ring();
  }, () => undefined);
  try {
    for (;;) {
      const head = await log.head(signal);
      if (!head.ok) return head;
      if (head.value > 0) return ok(undefined);
      const link = links.of(roomId);
      if (link?.phase === "refused") return err({ kind: "relay-refused", reason: link.reason });
      if (isLate) return err({ kind: "relay-unreachable" });
      await bell.wait(signal);
    }
  } finally {
    late.abort("the wait is over");
  }
}

/** The state of the whole log. */
async function caughtUp(feed: RoomFeed, signal: AbortSignal): Promise<RoomState> {
  const bell = createLatch();
  using _changes = feed.subscribe(() => bell.ring());
  while (!feed.isCaughtUp()) await bell.wait(signal);
  return feed.state();
}
