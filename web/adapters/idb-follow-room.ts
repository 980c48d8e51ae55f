/**
 * Puts the room that a shared room went on as in its place, with what goes along (D32).
 *
 * Owns the one transaction. What goes along is for its caller to say.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY150 A room is followed in one transaction, of the log that was looked at or not at all: what
 *         goes along is in the new room's outbox, the old one's is empty and leaves the list.
 */

import type { Result } from "#shared/base/mod.ts";
import type { NewEntry, OutboxRecord, StorageError } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { moveRoom, type RoomMove } from "./idb-room-index.ts";
import { readHead } from "./idb-room-log.ts";
import { type LogHints, ROOM_LIST } from "./log-hints.ts";
import { ALL_ROWS, type Step, type StoreTransaction } from "./store-transaction.ts";
import { decodeOutbox, decodeRoom } from "./stored-rows.ts";

/** A room that went on as another one. */
export interface Following extends RoomMove {
  readonly from: string;
  /** The newest seq of the old log that was looked at. */
  readonly head: number;
  /** What goes along, given what waits in the old outbox; that alone when followed before. */
  readonly carry: (rows: readonly OutboxRecord[], isAgain: boolean) => readonly NewEntry[];
}

/**
 * From now on the room is `to`, which is here. `log-moved`: look again. Following twice takes along
 * what was added since.
 */
export type FollowRoom = (
  following: Following,
  signal: AbortSignal,
) => Promise<Result<"followed" | "log-moved", StorageError>>;

export function createIdbFollowRoom(
  { database, hints }: { readonly database: ConclaveDatabase; readonly hints: LogHints },
): FollowRoom {
  return (following, signal) =>
    database.write(
      ["rooms", "inputs", "outbox", "entries"],
      (tx) => followRoom(tx, following),
      signal,
      () => [ROOM_LIST, following.from, following.to].forEach((name) => hints.notify(name)),
    );
}

function* followRoom(
  tx: StoreTransaction,
  { from, to, head, covers, carry }: Following,
): Step<"followed" | "log-moved"> {
  const target = yield* tx.get("rooms", to);
  if (target === undefined || (yield* readHead(tx, from)) !== head) return "log-moved";
  const rows = (yield* tx.listBy("outbox", "by-room", from, ALL_ROWS)).map(decodeOutbox);
  const waiting = (yield* tx.listBy("outbox", "by-room", to, ALL_ROWS)).map(decodeOutbox);
  const known = new Set(waiting.map(({ entry }) => entry.id));
  const old = yield* tx.get("rooms", from);
  const isAgain = old !== undefined && decodeRoom(old).movedTo !== undefined;
  for (const entry of carry(rows, isAgain)) {
    if (!known.has(entry.id)) yield* tx.add("outbox", { roomId: to, entry });
  }
  for (const { order } of rows) tx.delete("outbox", order);
  const { movingFrom: _done, movingWithout: _out, ...room } = decodeRoom(target);
  tx.put("rooms", room);
  yield* moveRoom(tx, from, { to, covers });
  return "followed";
}
