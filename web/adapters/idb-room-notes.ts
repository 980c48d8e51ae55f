/**
 * Short notes of this device about one room, by name: what a person compared or has seen. They go
 * with the room (idb-room-index.ts).
 *
 * Owns the `settings` rows whose key begins with `room-note`. What a note says is its writer's
 * matter.
 */

import type { Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { CorruptRow } from "./storage-error.ts";

export interface RoomNotes {
  /** Text by name, at most `rowsMax`. */
  list(
    roomId: string,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<string, string>, StorageError>>;
  /** Adds it or takes the old one's place; false when `rowsMax` others are kept already. */
  put(
    roomId: string,
    name: string,
    text: string,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<boolean, StorageError>>;
  forget(roomId: string, name: string, signal: AbortSignal): Promise<Result<void, StorageError>>;
}

const PREFIX = "room-note";

/** Makes a handle on the rows. */
export function createIdbRoomNotes(database: ConclaveDatabase): RoomNotes {
  return {
    list(roomId, rowsMax, signal) {
      return database.read(["settings"], function* (tx) {
        const rows = yield* tx.list("settings", roomNotesOf(roomId), rowsMax);
        return new Map(rows.map((row) => decodeRow(row, keyOf(roomId, "").length)));
      }, signal);
    },
    put(roomId, name, text, rowsMax, signal) {
      return database.write(["settings"], function* (tx) {
        const key = keyOf(roomId, name);
        const kept = yield* tx.list("settings", roomNotesOf(roomId), rowsMax);
        const others = kept.filter((row) => (row as { readonly key: string }).key !== key);
        if (others.length >= rowsMax) return false;
        tx.put("settings", { key, value: text });
        return true;
      }, signal);
    },
    forget(roomId, name, signal) {
      // oxlint-disable-next-line require-yield -- a write waits for nothing
      return database.write(["settings"], function* (tx) {
        tx.delete("settings", keyOf(roomId, name));
      }, signal);
    },
  };
}

/** The keys of all notes of a room. */
export function roomNotesOf(roomId: string): IDBKeyRange {
  const prefix = keyOf(roomId, "");
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

const keyOf = (roomId: string, name: string): string => `${PREFIX}:${roomId}:${name}`;

function decodeRow(row: unknown, prefixChars: number): readonly [string, string] {
  const { key, value } = row as { readonly key: string; readonly value?: unknown };
  if (typeof value !== "string") throw new CorruptRow(`settings: ${PREFIX} is not text`);
  return [key.slice(prefixChars), value];
}
