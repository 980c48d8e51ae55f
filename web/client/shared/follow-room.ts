/**
 * Goes to the room that a shared room went on as: opens the new key, joins as the same device, and
 * takes along what was said here and is not in the new room (D32).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY153 Following stores the new keys, then the room, and takes the old one out of the lists
 *         last: stopped anywhere, it is done again with the same outcome.
 *   SY154 What a person said in a room that moved reaches the new one once and in order, whether
 *         the old one never got it, or got it too late.
 *   SY155 Of two movers the first wins; the room that the other made is forgotten.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { carriedEntries, followingKeys } from "#shared/hosting/mod.ts";
import type { LogEntry, SharedRoomKeys, StorageError } from "#shared/ports/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { RoomMove } from "../../adapters/idb-room-index.ts";
import { forgetNew } from "./forget-new.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "./shared-command.ts";

const PAGE_ENTRIES = 512;

/** Resolves when the new room stands in the old one's place. */
export async function followRoom(
  deps: SharedCommandDeps,
  { roomId }: CommandOf<"follow-room">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const row = await deps.index.get(roomId, signal);
  if (!row.ok) return row;
  const done = row.value?.movedTo;
  const state = deps.feeds.get(roomId)?.state();
  const keys = await deps.rooms.load(roomId, signal);
  if (!keys.ok) return keys;
  if (done !== undefined) {
    const covers = row.value?.movedCovers ?? -Infinity; // A version of before did not note it.
    return await takeLate(deps, keys.value, { from: roomId, to: done, covers }, signal);
  }
  if (state?.closed === undefined || keys.value === undefined) {
    return err({ kind: "not-found", what: "room" });
  }
  const { to } = state.closed;
  const forgotten = await forgetNew(deps, roomId, to, signal); // SY155
  if (!forgotten.ok) return forgotten;
  const next = await followingKeys(deps.crypto, keys.value, state);
  if (!next.ok) {
    return err({ kind: next.error.kind === "left-out" ? "left-out" : "move-box-void" });
  }
  const target = await deps.index.get(to, signal);
  if (!target.ok) return target;
  const known = await deps.rooms.load(to, signal);
  if (!known.ok) return known;
  const isOther = known.value !== undefined && known.value.device.id !== next.value.device.id;
  // A circle, or a room that this device is in as another one: nobody is led there by an event.
  if (target.value?.movedTo !== undefined || isOther) return err({ kind: "move-box-void" });
  const saved = await deps.rooms.save(next.value, signal); // SY153
  if (!saved.ok) return saved;
  const device = next.value.device.id;
  const name = { kind: "device", name: deps.offer().name } as const;
  const entries = [{ id: deps.ids.next("en"), device, body: name }];
  const room = { roomId: to, name: state.name, shared: true };
  const created = await deps.index.create(room, entries, signal);
  if (!created.ok) return created;
  const followed = await takeAlong(deps, keys.value, state, signal);
  if (!followed.ok) return followed;
  await deps.relist();
  return ok({ kind: "room-moved", roomId: to });
}

/** SY154; looks again when the log grew meanwhile. */
async function takeAlong(
  deps: SharedCommandDeps,
  { roomId, device }: SharedRoomKeys,
  { closed }: RoomState,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const { covers, to } = closed ?? { covers: 0, to: roomId };
  for (;;) {
    signal.throwIfAborted();
    const log = await readBehind(deps, roomId, covers, signal);
    if (!log.ok) return log;
    const { head, entries } = log.value;
    const followed = await deps.follow({
      ...{ from: roomId, to, head, covers },
      // What another tab took along already may be ordered there by now.
      carry: (rows, isAgain) =>
        carriedEntries({ device: device.id, covers, entries: isAgain ? [] : entries, rows }),
    }, signal);
    if (!followed.ok) return followed;
    if (followed.value === "followed") return ok(undefined);
  }
}

/** What another tab put into the outbox while the room was being followed. */
async function takeLate(
  deps: SharedCommandDeps,
  keys: SharedRoomKeys | undefined,
  move: RoomMove & { readonly from: string },
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const { from, to, covers } = move;
  const device = keys?.device.id ?? "";
  const head = await deps.logOf(from).head(signal);
  if (!head.ok) return head;
  const followed = await deps.follow({
    ...{ ...move, head: head.value },
    carry: (rows) => carriedEntries({ device, covers, entries: [], rows }),
  }, signal);
  if (!followed.ok) return followed;
  return ok({ kind: "room-moved", roomId: to });
}

/** The mirror may begin behind what the new room begins with: what is gone is with everybody. */
async function readBehind(
  deps: SharedCommandDeps,
  roomId: string,
  covers: number,
  signal: AbortSignal,
): Promise<
  Result<{ readonly head: number; readonly entries: readonly LogEntry[] }, StorageError>
> {
  const log = deps.logOf(roomId);
  const head = await log.head(signal);
  if (!head.ok) return head;
  const store = await deps.rooms.store();
  const foundation = store.ok ? await store.value.foundation(roomId, signal) : ok(undefined);
  if (!foundation.ok) return foundation;
  const entries: LogEntry[] = [];
  for (let after = Math.max(covers, foundation.value?.seq ?? 0); after < head.value;) {
    const page = await log.read(after, PAGE_ENTRIES, signal);
    if (!page.ok) return page;
    entries.push(...page.value);
    const last = page.value.at(-1);
    if (last === undefined) break;
    after = last.seq;
  }
  return ok({ head: head.value, entries: entries.filter(({ seq }) => seq <= head.value) });
}
