/**
 * The rooms of this device: which there are, what they are called here, how far a person has read.
 *
 * Owns the `rooms` rows, and the making and the end of everything that belongs to a room. Does not
 * own entries once a room exists (idb-room-log.ts) nor the name all peers agree on (an event of the
 * log).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY15  A room is made together with its first entries, or not at all; making a known id changes
 *         nothing.
 *   SY16  Deleting a room removes every row that belongs to it in one transaction, and no other.
 *   SY17  How far a room is read only grows.
 *   SY76  A room stored before there were shared rooms is a local one.
 *   SY77  A shared room is made with its first entries in its outbox. The local room that it was
 *         leaves every list and has no work left; it goes when the shared one is deleted.
 *   SY207 A local room that a person deletes is out of every list at once. Until the offer to bring
 *         it back ends it is whole, and then it is gone.
 *   SY167 A shared room that became one of which nothing has come here outlives that: when the new
 *         one is deleted, it is in the list again.
 *   SY286 A shared room that became another stays in the list until something of that has come
 *         here; deleted before, it takes the other along.
 */

import { type EpochMs, err, ok, type Result } from "#shared/base/mod.ts";
import type { AppendError, NewEntry, StorageError } from "#shared/ports/mod.ts";
import { type MeasuredEntry, measureEntry } from "#shared/sync/mod.ts";
import { deleteCheckpoints } from "./idb-checkpoints.ts";
import { appendEntry, readHead, type RoomLogDeps } from "./idb-room-log.ts";
import { foundationKey } from "./log-pages.ts";
import { roomNotesOf } from "./idb-room-notes.ts";
import { ROOM_LIST } from "./log-hints.ts";
import { keysUnder, type StoreName } from "./storage-schema.ts";
import { ALL_ROWS, type Step, type StoreTransaction } from "./store-transaction.ts";
import { decodeInputKey, decodeRoom, type RoomRow } from "./stored-rows.ts";

export interface RoomListing extends RoomRow {
  /** The newest seq of its log. */
  readonly head: number;
}

export type RoomIndexError = StorageError | { readonly kind: "room-unknown" };

export interface NewRoom {
  readonly roomId: string;
  readonly name: string;
  readonly shared?: boolean;
  /** Of the room that is to become this one. */
  readonly movingFrom?: string;
  /** Devices that the move leaves out. */
  readonly movingWithout?: readonly string[];
}

/** The room that another one becomes, and the newest entry of that one that it begins with. */
export interface RoomMove {
  readonly to: string;
  readonly covers: number;
}

export interface RoomIndex {
  /**
   * All rooms that did not move, the newest first; beside a shared one that is not here yet also
   * the room that became it, with `movedTo` (SY286).
   */
  list(signal: AbortSignal): Promise<Result<readonly RoomListing[], StorageError>>;
  get(roomId: string, signal: AbortSignal): Promise<Result<RoomRow | undefined, StorageError>>;
  /**
   * Makes the room and appends `firstEntries`, genesis first, in one transaction. A shared room's
   * first entries are put in its outbox; one that is joined has none.
   */
  create(
    room: NewRoom,
    firstEntries: readonly NewEntry[],
    signal: AbortSignal,
  ): Promise<Result<RoomRow, AppendError>>;
  rename(
    roomId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Result<RoomRow, RoomIndexError>>;
  /** Notes that entries up to `seq` were seen. */
  markRead(
    roomId: string,
    seq: number,
    signal: AbortSignal,
  ): Promise<Result<RoomRow, RoomIndexError>>;
  /**
   * Takes a local room out of the lists: from now on it is the shared room `to`. `log-moved`: its
   * newest entry is another than `head`, and nothing was changed.
   */
  moveTo(
    roomId: string,
    move: RoomMove & { readonly head: number },
    signal: AbortSignal,
  ): Promise<Result<"moved" | "log-moved", StorageError>>;
  /** The rooms that became others, each with the one that it is now. */
  moves(signal: AbortSignal): Promise<Result<ReadonlyMap<string, string>, StorageError>>;
  /** Takes a room out of the lists, whole, or back into them (SY207). */
  hold(
    roomId: string,
    isHeld: boolean,
    signal: AbortSignal,
  ): Promise<Result<RoomRow, RoomIndexError>>;
  /** The rooms out of the lists, each with the time since when. */
  held(signal: AbortSignal): Promise<Result<ReadonlyMap<string, EpochMs>, StorageError>>;
  /**
   * Removes the room with all its rows; succeeds when it is not there, and with `heldSince` also
   * when it is not held since then: it was brought back, and may have been deleted anew.
   */
  delete(
    roomId: string,
    signal: AbortSignal,
    heldSince?: EpochMs,
  ): Promise<Result<void, StorageError>>;
  /** Calls back after any tab may have changed the list. Only a hint: list to learn more. */
  subscribe(onHint: () => void): Disposable;
}

/** Makes a handle on the rooms of this device; any number may be open in any number of tabs. */
export function createIdbRoomIndex(deps: RoomLogDeps): RoomIndex {
  const { database, hints } = deps;

  const patch = async (
    roomId: string,
    change: (room: RoomRow) => RoomRow,
    signal: AbortSignal,
  ): Promise<Result<RoomRow, RoomIndexError>> => {
    const result = await database.write(
      ["rooms"],
      function* (tx) {
        const row = yield* tx.get("rooms", roomId);
        if (row === undefined) return undefined;
        const room = change(decodeRoom(row));
        tx.put("rooms", room);
        return room;
      },
      signal,
      (room) => room && hints.notify(ROOM_LIST),
    );
    if (!result.ok) return result;
    return result.value === undefined ? err({ kind: "room-unknown" }) : ok(result.value);
  };

  return {
    list(signal) {
      return database.read(["rooms", "entries"], function* (tx) {
        const listings: RoomListing[] = [];
        for (const row of yield* tx.list("rooms", undefined, ALL_ROWS)) {
          const room = decodeRoom(row);
          if (room.heldAt !== undefined) continue; // SY207
          if (room.movedTo !== undefined && !(yield* isComing(tx, room))) continue; // SY77
          listings.push({ ...room, head: yield* readHead(tx, room.roomId) });
        }
        return listings.toSorted((a, b) => b.createdAt - a.createdAt);
      }, signal);
    },
    get(roomId, signal) {
      return database.read(["rooms"], function* (tx) {
        const row = yield* tx.get("rooms", roomId);
        return row === undefined ? undefined : decodeRoom(row);
      }, signal);
    },
    create: (room, firstEntries, signal) => createRoom(deps, room, firstEntries, signal),
    rename: (roomId, name, signal) => patch(roomId, (room) => ({ ...room, name }), signal),
    markRead: (roomId, seq, signal) =>
      patch(roomId, (room) => ({
        ...room,
        lastReadSeq: Math.max(room.lastReadSeq, seq), // SY17
      }), signal),
    moveTo(roomId, { head, ...move }, signal) {
      const stores = ["rooms", "inputs", "entries"] as const;
      return database.write(
        stores,
        function* (tx) {
          if ((yield* readHead(tx, roomId)) !== head) return "log-moved";
          yield* moveRoom(tx, roomId, move);
          return "moved";
        },
        signal,
        () => tellOf(deps, roomId),
      );
    },
    moves(signal) {
      return database.read(["rooms", "entries"], function* (tx) {
        const to = new Map<string, string>();
        for (const row of yield* tx.list("rooms", undefined, ALL_ROWS)) {
          const room = decodeRoom(row);
          if (room.movedTo === undefined || (yield* isComing(tx, room))) continue; // SY286
          to.set(room.roomId, room.movedTo);
        }
        return new Map([...to].map(([from, next]) => [from, endOf(to, next)]));
      }, signal);
    },
    hold(roomId, isHeld, signal) {
      return patch(roomId, ({ heldAt: _since, ...room }) => {
        return isHeld ? { ...room, heldAt: deps.clock.epochNow() } : room;
      }, signal);
    },
    held(signal) {
      return database.read(["rooms"], function* (tx) {
        const since = new Map<string, EpochMs>();
        for (const row of yield* tx.list("rooms", undefined, ALL_ROWS)) {
          const { roomId, heldAt } = decodeRoom(row);
          if (heldAt !== undefined) since.set(roomId, heldAt);
        }
        return since;
      }, signal);
    },
    delete(roomId, signal, heldSince) {
      const tell = (): void => tellOf(deps, roomId);
      return database.write(
        ROOM_STORES,
        function* (tx) {
          const row = heldSince === undefined ? undefined : yield* tx.get("rooms", roomId);
          if (row !== undefined && decodeRoom(row).heldAt !== heldSince) return; // SY208
          yield* deleteRoom(tx, roomId);
        },
        signal,
        tell,
      );
    },
    subscribe: (onHint) => hints.subscribe(ROOM_LIST, onHint),
  };
}

/** The list of rooms changed, and this room with it. */
function tellOf({ hints }: RoomLogDeps, roomId: string): void {
  hints.notify(ROOM_LIST);
  hints.notify(roomId);
}

/** Every store with rows that belong to a room. */
const ROOM_STORES: readonly StoreName[] = [
  "rooms",
  "entries",
  "inputs",
  "receipts",
  "segments",
  "sessions",
  "outbox",
  "checkpoints",
  "shared-rooms",
  "positions",
  "settings",
];

const CREATE_STORES = ["rooms", "entries", "outbox"] as const;

/** Thrown to abort the transaction: a room without all its first entries must not stay. */
class FirstEntryRefused extends Error {
  readonly error: AppendError;
  constructor(error: AppendError) {
    super(error.kind);
    this.error = error;
  }
}

async function createRoom(
  deps: RoomLogDeps,
  room: NewRoom,
  firstEntries: readonly NewEntry[],
  signal: AbortSignal,
): Promise<Result<RoomRow, AppendError>> {
  const { roomId, shared = false, movingFrom, movingWithout = [] } = room;
  const measured = firstEntries.map(measureEntry);
  try {
    return await deps.database.write(
      CREATE_STORES,
      function* (tx) {
        const known = yield* tx.get("rooms", room.roomId);
        if (known !== undefined) return decodeRoom(known); // SY15
        const row: RoomRow = {
          roomId,
          name: room.name,
          createdAt: deps.clock.epochNow(),
          lastReadSeq: 0,
          shared,
          ...movingFrom === undefined ? {} : { movingFrom, movingWithout },
        };
        tx.put("rooms", row);
        for (const entry of measured) {
          if (shared) {
            yield* queueEntry(tx, roomId, entry, deps.limits.genesisBytesMax);
            continue;
          }
          const decision = yield* appendEntry(tx, deps, { roomId, isRoomKnown: true }, entry);
          if (decision.kind === "refuse") throw new FirstEntryRefused(decision.error);
        }
        return row;
      },
      signal,
      () => tellOf(deps, roomId),
    );
  } catch (error) {
    if (error instanceof FirstEntryRefused) return err(error.error);
    throw error;
  }
}

function* queueEntry(
  tx: StoreTransaction,
  roomId: string,
  { id, device, body, bytes }: MeasuredEntry,
  bytesMax: number,
): Step<void> {
  if (bytes > bytesMax) throw new FirstEntryRefused({ kind: "entry-too-large", bytes, bytesMax });
  yield* tx.add("outbox", { roomId, entry: { id, device, body } });
}

/** Takes a room out of the lists, with the work it still had to do (SY77). */
export function* moveRoom(
  tx: StoreTransaction,
  from: string,
  { to, covers }: RoomMove,
): Step<void> {
  const row = yield* tx.get("rooms", from);
  if (row === undefined) return;
  tx.put("rooms", { ...decodeRoom(row), movedTo: to, movedCovers: covers });
  for (const input of yield* tx.listBy("inputs", "by-room", from, ALL_ROWS)) {
    const { order, phase } = decodeInputKey(input);
    if (phase === "queued" || phase === "staged") tx.delete("inputs", order);
  }
}

/** Whether the room that a shared one became is here by name alone (SY286). */
function* isComing(tx: StoreTransaction, { shared, movedTo = "" }: RoomRow): Step<boolean> {
  const row = shared ? yield* tx.get("rooms", movedTo) : undefined;
  if (row === undefined || (yield* readHead(tx, movedTo)) > 0) return false;
  const next = decodeRoom(row);
  return next.movedTo === undefined || (yield* isComing(tx, next));
}

/** Where a chain of moves ends; a circle, which nobody makes, ends anywhere. */
function endOf(to: ReadonlyMap<string, string>, first: string): string {
  let last = first;
  for (let steps = 0; steps < to.size; steps += 1) last = to.get(last) ?? last;
  return last;
}

function* deleteRoom(tx: StoreTransaction, roomId: string): Step<void> {
  const row = yield* tx.get("rooms", roomId);
  const own = row === undefined ? undefined : decodeRoom(row);
  const coming = own?.movedTo !== undefined && (yield* isComing(tx, own)) ? own.movedTo : undefined;
  // First, so that what it became does not bring it back.
  tx.delete("rooms", roomId);
  if (coming !== undefined) yield* deleteRoom(tx, coming); // SY286
  const isEmpty = (yield* readHead(tx, roomId)) === 0;
  for (const row of yield* tx.list("rooms", undefined, ALL_ROWS)) {
    const room = decodeRoom(row);
    if (room.movedTo === roomId && room.shared && isEmpty) { // SY167
      const { movedTo: _never, ...back } = room;
      tx.put("rooms", back);
    } else if (room.movedTo === roomId || room.movingFrom === roomId) {
      yield* deleteRoom(tx, room.roomId);
    }
  }
  for (const row of yield* tx.listBy("inputs", "by-room", roomId, ALL_ROWS)) {
    const input = decodeInputKey(row);
    tx.delete("receipts", input.id);
    tx.delete("inputs", input.order);
  }
  for (const key of yield* tx.keysBy("outbox", "by-entry", keysUnder(roomId))) {
    tx.delete("outbox", key);
  }
  tx.delete("entries", keysUnder(roomId));
  tx.delete("segments", keysUnder(roomId));
  tx.delete("sessions", keysUnder(roomId));
  deleteCheckpoints(tx, roomId);
  tx.delete("shared-rooms", roomId);
  tx.delete("positions", roomId);
  tx.delete("positions", foundationKey(roomId));
  tx.delete("settings", roomNotesOf(roomId));
}
