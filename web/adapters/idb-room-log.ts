/**
 * The local sequencer's store: one room's log in IndexedDB, appended to from any tab (D30).
 *
 * Owns the `entries` rows of its room. The decision is `decideAppend`; this reads what it needs and
 * writes what it says in one transaction, which IndexedDB runs alone among all tabs.
 *
 * Rules (shared/SPEC.md, section SY): SY1 to SY11, and
 *   SY75  Only the mirror writes the log of a shared room: appending to it here is refused, and so
 *         is appending to the local room that it was.
 *   SY14  A log with a hole or a row that is not an entry is reported corrupt, not skipped over.
 */

import { err, ok, type Result, toRoomMs } from "#shared/base/mod.ts";
import type { AppendError, Clock, LogEntry, RoomLog, StorageError } from "#shared/ports/mod.ts";
import { decideAppend, type MeasuredEntry, measureEntry } from "#shared/sync/mod.ts";
import type { SequencerLimits } from "#shared/sync/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import type { LogHints } from "./log-hints.ts";
import { checkPage } from "./log-pages.ts";
import { CorruptRow } from "./storage-error.ts";
import { keysUnder } from "./storage-schema.ts";
import type { Step, StoreTransaction } from "./store-transaction.ts";
import { decodeEntry, decodeRoom, type RoomRow } from "./stored-rows.ts";

export interface RoomLogDeps {
  readonly database: ConclaveDatabase;
  readonly clock: Pick<Clock, "epochNow">;
  readonly hints: LogHints;
  readonly limits: SequencerLimits;
}

const SHARED = {
  kind: "refuse",
  error: { kind: "storage-denied", detail: "the room is shared: its relay orders it" },
} as const;

/** Makes a handle on the log of `roomId`; any number may be open in any number of tabs. */
export function createIdbRoomLog(deps: RoomLogDeps, roomId: string): RoomLog {
  const { database, hints } = deps;
  return {
    async append(entry, signal): Promise<Result<LogEntry, AppendError>> {
      signal.throwIfAborted();
      const measured = measureEntry(entry);
      const result = await database.write(
        ["rooms", "entries"],
        function* (tx) {
          const room = yield* tx.get("rooms", roomId);
          if (room !== undefined && isOrderedElsewhere(decodeRoom(room))) return SHARED; // SY75
          return yield* appendEntry(
            tx,
            deps,
            { roomId, isRoomKnown: room !== undefined },
            measured,
          );
        },
        signal,
        (decision) => decision.kind === "append" && hints.notify(roomId),
      );
      if (!result.ok) return result;
      const decision = result.value;
      return decision.kind === "refuse" ? err(decision.error) : ok(decision.entry);
    },
    read(afterSeq, entriesMax, signal): Promise<Result<readonly LogEntry[], StorageError>> {
      return database.read(["entries", "positions"], function* (tx) {
        const range = IDBKeyRange.bound([roomId, afterSeq], [roomId, []], true);
        const page = (yield* tx.list("entries", range, entriesMax)).map(decodeEntry);
        yield* checkPage(tx, roomId, afterSeq, page); // SY14
        return page;
      }, signal);
    },
    head(signal) {
      return database.read(["entries"], (tx) => readHead(tx, roomId), signal);
    },
    subscribe: (onHint) => hints.subscribe(roomId, onHint),
  };
}

/** Appends inside a transaction over `entries`; the caller hints after it committed. */
export function* appendEntry(
  tx: StoreTransaction,
  deps: Pick<RoomLogDeps, "clock" | "limits">,
  room: { readonly roomId: string; readonly isRoomKnown: boolean },
  entry: MeasuredEntry,
): Step<ReturnType<typeof decideAppend>> {
  const row = yield* tx.getBy("entries", "by-id", [room.roomId, entry.id]);
  const view = {
    isRoomKnown: room.isRoomKnown,
    known: row === undefined ? undefined : decodeEntry(row),
    head: yield* readHead(tx, room.roomId),
  };
  const decision = decideAppend(view, entry, toRoomMs(deps.clock.epochNow()), deps.limits);
  if (decision.kind === "append") {
    yield* tx.add("entries", { roomId: room.roomId, ...decision.entry });
  }
  return decision;
}

function isOrderedElsewhere(room: RoomRow): boolean {
  return room.shared || room.movedTo !== undefined;
}

/** The newest seq of a room, 0 for an empty log. */
export function* readHead(tx: StoreTransaction, roomId: string): Step<number> {
  const key = yield* tx.lastKey("entries", keysUnder(roomId));
  if (key === undefined) return 0;
  const seq: unknown = Array.isArray(key) ? key[1] : undefined;
  if (typeof seq === "number" && Number.isSafeInteger(seq) && seq > 0) return seq;
  throw new CorruptRow(`entries: the newest seq of ${roomId} is not a number`);
}
