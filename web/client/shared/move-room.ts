/**
 * Moves a shared room: all but whom it leaves out go on in a new room under a new key (D32).
 *
 * Owns the order of the steps. The new room is whole at the relay before the old one says where it
 * goes on, so that nobody is led to a room that is not there; until then nobody knows of the move
 * but this device, and a page that dies leaves an unfinished move, begun anew or forgotten. From
 * the stored `closed` on it finishes by itself, however often pages die: the outbox sends it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY151 A move either ends with the old room closed and the new one whole at the relay, or leaves
 *         the old room as it was; with `closed` on its way it is no longer taken back.
 *   SY152 A move that a page left unfinished is said so, and is begun anew or forgotten; until it
 *         is done the new room is in no list that people see.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { closedEvent, type Companions, companionsOf, movedFounding } from "#shared/hosting/mod.ts";
import type { NewEntry, SharedRoomKeys } from "#shared/ports/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { CommandError } from "../app-client.ts";
import { followRoom } from "./follow-room.ts";
import { forgetNew } from "./forget-new.ts";
import { caughtUp, untilRelayed } from "./relay-waits.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "./shared-command.ts";
import { offersOfShown } from "./shown-images.ts";

type Done<T> = Promise<Result<T, CommandError>>;

/** Resolves when this device is in the new room, or when the rest will happen by itself. */
export async function moveRoom(
  deps: SharedCommandDeps,
  command: CommandOf<"move-room">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const { roomId } = command;
  const feed = deps.feeds.get(roomId);
  if (feed === undefined) return err({ kind: "not-found", what: "room" });
  const loaded = await deps.rooms.load(roomId, signal);
  if (!loaded.ok) return loaded;
  const old = loaded.value;
  if (old === undefined) return err({ kind: "room-not-shared" });
  const state = await caughtUp(feed, signal);
  if (old.access === "read" || state.readerOnly !== undefined) {
    return err({ kind: "room-read-only" });
  }
  if (state.closed !== undefined) return err({ kind: "room-moved" });
  const isUnderWay = await isClosing(deps, roomId, signal);
  if (!isUnderWay.ok) return isUnderWay;
  if (isUnderWay.value) return await untilMoved(deps, roomId, signal);
  const forgotten = await forgetNew(deps, roomId, undefined, signal);
  if (!forgotten.ok) return forgotten;

  const next = await makeKeys(deps, old);
  const { without } = command;
  const closing = await (async (): Done<readonly string[]> => {
    using _hidden = deps.hideRoom(next.roomId); // Under way, not unfinished.
    const made = await makeRoom(deps, { old, next, state, without }, signal);
    const taken = made.ok ? await untilWhole(deps, next.roomId, signal) : made;
    if (!taken.ok) return taken;
    return await close(deps, { old, next, without, covers: state.head }, signal);
  })();
  if (!closing.ok) { // SY151
    await forgetNew(deps, roomId, undefined, signal);
    return closing;
  }
  const moved = await untilMoved(deps, roomId, signal);
  const unreachable = closing.value;
  if (!moved.ok || moved.value.kind !== "room-moved" || unreachable.length === 0) return moved;
  return ok({ ...moved.value, unreachable }); // HO184
}

/** Gives up what an earlier page began. */
export async function forgetMove(
  deps: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const isUnderWay = await isClosing(deps, roomId, signal);
  if (!isUnderWay.ok) return isUnderWay;
  if (isUnderWay.value) return err({ kind: "move-under-way" });
  const forgotten = await forgetNew(deps, roomId, undefined, signal);
  return forgotten.ok ? ok({ kind: "done" }) : forgotten;
}

/** A device keeps its identity (decision 0037): authors and owners stay who they are. */
async function makeKeys(
  { crypto }: SharedCommandDeps,
  { relayUrl, device }: SharedRoomKeys,
): Promise<SharedRoomKeys> {
  const secret = createRoomSecret(crypto);
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  return { roomId, relayUrl, access: "write", secret, device };
}

interface Moving {
  readonly old: SharedRoomKeys;
  readonly next: SharedRoomKeys;
  readonly without: readonly string[];
}

/** The new room on this device, with everything it begins with waiting in its outbox. */
async function makeRoom(
  deps: SharedCommandDeps,
  { old, next, state, without }: Moving & { readonly state: RoomState },
  signal: AbortSignal,
): Done<void> {
  const { roomId, device } = next;
  const companions = await companionsIn(deps, old.roomId, state, without, signal);
  if (!companions.ok) return companions;
  const goAlong = new Set(companions.value.keys.keys());
  const given = { state, device: device.id, roomId, goAlong, offer: deps.offer() };
  const shown = await offersOfShown(deps.logOf(old.roomId), state, signal);
  const entries = [...movedFounding(given), ...shown]
    .map((body): NewEntry => ({ id: deps.ids.next("en"), device: device.id, body }));
  const saved = await deps.rooms.save(next, signal);
  if (!saved.ok) return saved;
  const room = {
    roomId,
    name: state.name,
    shared: true,
    movingFrom: old.roomId,
    movingWithout: without,
  };
  const created = await deps.index.create(room, entries, signal);
  if (!created.ok) return created;
  await deps.relist();
  return ok(undefined);
}

/**
 * For who is there now: somebody may have come since the new room was made. Resolves to the names
 * of those whom it cannot reach.
 */
async function close(
  deps: SharedCommandDeps,
  { old, next, without, covers }: Moving & { readonly covers: number },
  signal: AbortSignal,
): Done<readonly string[]> {
  const state = deps.feeds.get(old.roomId)?.state();
  if (state === undefined) return err({ kind: "not-found", what: "room" });
  if (state.closed !== undefined) return err({ kind: "room-moved" });
  const companions = await companionsIn(deps, old.roomId, state, without, signal);
  if (!companions.ok) return companions;
  const body = await closedEvent(deps.crypto, { old, next }, covers, companions.value);
  const entry = { id: `closed-${next.roomId}`, device: old.device.id, body };
  const added = await deps.store.addOutbox({ roomId: old.roomId, entry }, signal);
  const { unreachable } = companions.value;
  return added.ok ? ok(unreachable.map((id) => state.devices.get(id)?.name ?? "")) : added;
}

async function companionsIn(
  deps: SharedCommandDeps,
  roomId: string,
  state: RoomState,
  without: readonly string[],
  signal: AbortSignal,
): Done<Companions> {
  const store = await deps.rooms.store();
  if (!store.ok) return store;
  const position = await store.value.position(roomId, signal);
  if (!position.ok) return position;
  const found = position.value && companionsOf(state, position.value.opener, without);
  if (found?.ok === true) return found;
  return err({ kind: "storage-corrupt", detail: "the keys of the room's devices are missing" });
}

/** As long as it takes one entry after the other, the relay is there. */
async function untilWhole(
  deps: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Done<void> {
  for (let before = 0;;) {
    const taken = await untilRelayed(deps, roomId, hasSentAll, signal);
    if (taken.ok || taken.error.kind !== "relay-unreachable") return taken;
    const head = await deps.logOf(roomId).head(signal);
    if (!head.ok) return head;
    if (head.value <= before) return taken;
    before = head.value;
  }
}

/** A room that was forgotten meanwhile has nothing to send either, and is nowhere (SY151). */
async function hasSentAll(
  { store, index }: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Done<boolean> {
  const rows = await store.outbox(roomId, 1, signal);
  if (!rows.ok) return rows;
  if (rows.value.length > 0) return ok(false);
  const room = await index.get(roomId, signal);
  if (!room.ok) return room;
  return room.value === undefined ? err({ kind: "not-found", what: "room" }) : ok(true);
}

/** Whether a `closed` of this device waits to be taken. */
async function isClosing(
  { store }: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Done<boolean> {
  const rows = await store.outbox(roomId, Number.MAX_SAFE_INTEGER, signal);
  if (!rows.ok) return rows;
  return ok(rows.value.some(({ entry }) => entry.id.startsWith("closed-")));
}

/** The mover follows as everybody does. */
async function untilMoved(
  deps: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const isClosed = async (): Done<boolean> =>
    // Gone from the list: another tab followed already.
    ok((deps.feeds.get(roomId)?.state() ?? { closed: true }).closed !== undefined);
  const closed = await untilRelayed(deps, roomId, isClosed, signal);
  if (closed.ok) return await followRoom(deps, { kind: "follow-room", roomId }, signal);
  return closed.error.kind === "relay-unreachable" ? ok({ kind: "room-moving" }) : closed;
}
