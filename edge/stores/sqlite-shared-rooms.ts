/**
 * A host's shared rooms in one SQLite file: their keys, where this device is in their logs, the
 * mirror of their entries and the newest checkpoint (D28, D29). For one process with a disk (Deno,
 * Node from 22.13).
 *
 * Owns the file from opening to `close`. Does not own the outbox (sqlite-peer-store.ts) nor the key
 * that seals (room-key-vault.ts).
 *
 * Rules (shared/SPEC.md, sections ST and SY):
 *   ST15  ST16  ST18  As a peer's database.
 *   ST32  What was mirrored survives the death of the process at any moment: entries and their
 *         position, or neither.
 *   SY14  A log with a hole or a row that is not an entry is reported corrupt, not skipped over.
 *   SY18  The newest checkpoint of a room is kept; an older one never replaces it.
 *   SY19  No checkpoint is kept of a room that is not here, or beyond the end of its log.
 *   SY67  A foundation, what is behind it and its position replace the mirror in one transaction.
 *   SY72  Entries are mirrored with the position behind them in one transaction, and only right
 *         behind the position of before.
 *   SY73  A new epoch's log replaces the old mirror, and its checkpoint, in one transaction.
 *   SY74  Nothing is mirrored of a room that is not here.
 *   SY75  Appending past the relay is refused.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type { CheckpointStore } from "#shared/hosting/mod.ts";
import type {
  MirroredEntry,
  MirrorError,
  RoomLog,
  SharedRoomStore,
  StorageError,
  SyncPosition,
} from "#shared/ports/mod.ts";
import type { RoomHints } from "./room-hints.ts";
import type { RoomKeyVault } from "./room-key-vault.ts";
import { type Access, createAccess, openPeerDatabase } from "./sqlite-access.ts";
import type { OpenFailure, SqliteDatabase, SqliteOptions } from "./sqlite-database.ts";
import { encodeJson, encodeName, peerStoreLimits } from "./sqlite-peer-rows.ts";
import { prepareRoomStatements, type RoomStatements } from "./sqlite-room-statements.ts";
import {
  checkPage,
  decodeCheckpoint,
  decodeFoundation,
  decodeHead,
  decodeLogEntry,
  decodeMirrored,
  decodePosition,
  roomSchema,
} from "./sqlite-room-rows.ts";

export interface SqliteSharedRooms extends SharedRoomStore {
  /** The mirror as a log to read; only the room's relay orders what is appended. */
  logOf(roomId: string): RoomLog;
  readonly checkpoints: CheckpointStore;
  /** Lets go of the file. Every later call is refused. */
  close(): Promise<void>;
}

export interface SharedRoomsDeps {
  readonly vault: RoomKeyVault;
  readonly hints: RoomHints;
}

/** Opens the store, making the file if there is none; the failure says why there is no store. */
export function openSqliteSharedRooms(
  options: SqliteOptions,
  deps: SharedRoomsDeps,
): Result<SqliteSharedRooms, OpenFailure> {
  const opened = openPeerDatabase(options, roomSchema);
  return opened.ok ? ok(createSqliteSharedRooms(opened.value, deps)) : opened;
}

/** Makes the store of an open database, which is then the store's to close. */
export function createSqliteSharedRooms(
  database: SqliteDatabase,
  deps: SharedRoomsDeps,
): SqliteSharedRooms {
  const statements = prepareRoomStatements(database);
  const access = createAccess(database);
  return {
    ...createKeyMethods(statements, access, deps.vault),
    ...createMirrorMethods(statements, access, deps.hints),
    ...createMirrorReads(statements, access),
    logOf: (roomId) => createMirrorLog(statements, access, deps.hints, roomId),
    checkpoints: createCheckpoints(statements, access),
    close: async () => access.close(),
  };
}

function createKeyMethods(
  statements: RoomStatements,
  { read, write }: Access,
  vault: RoomKeyVault,
): Pick<SharedRoomStore, "keys" | "saveKeys"> {
  return {
    async keys(roomId, signal) {
      const row = await read(() => statements.keys.get(encodeName(roomId)), signal);
      if (!row.ok || row.value === undefined) return row.ok ? ok(undefined) : row;
      const keys = await vault.open(roomId, String(row.value["sealed"]));
      return keys === undefined
        ? err({ kind: "storage-corrupt", detail: "rooms: the keys cannot be opened" })
        : ok(keys);
    },
    async saveKeys(keys, signal) {
      signal.throwIfAborted();
      const sealed = await vault.seal(keys); // ST30
      return await write(() => {
        statements.saveKeys.run(encodeName(keys.roomId), sealed);
        return ok(undefined);
      }, signal);
    },
  };
}

function createMirrorMethods(
  statements: RoomStatements,
  access: Access,
  hints: RoomHints,
): Pick<SharedRoomStore, "mirror" | "replaceEpoch" | "found"> {
  /** One transaction on a room that is here (SY74); its readers get a hint behind it. */
  const change = async <E>(
    roomId: string,
    work: () => Result<void, E>,
    signal: AbortSignal,
  ): Promise<Result<void, E | StorageError>> => {
    const changed = await access.write<void, E | StorageError>(
      () => statements.keys.get(encodeName(roomId)) === undefined ? notHere : work(),
      signal,
    );
    if (changed.ok) hints.notify(roomId);
    return changed;
  };
  const addAll = (roomId: string, entries: readonly MirroredEntry[]): void => {
    for (const { entry, sealed, from } of entries) {
      const { seq, ...rest } = entry;
      const origin = encodeJson({ sealed, from });
      statements.addEntry.run(roomId, seq, encodeJson(entry.id), encodeJson(rest), origin);
    }
  };
  const replace = (
    roomId: string,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    foundation: string | null,
  ): Result<void, never> => {
    statements.forgetEntries.run(roomId);
    addAll(roomId, entries);
    statements.replaceMirror.run(encodeJson(position), foundation, roomId);
    return ok(undefined);
  };

  return {
    async mirror(roomId, entries, position, signal) {
      const first = entries[0]?.entry.seq ?? position.seq + 1;
      checkSeqs(entries, first, position);
      return await change<MirrorError>(roomId, () => {
        const before = decodePosition(statements.position.get(roomId));
        const isNext = before === undefined
          ? first === 1
          : first === before.seq + 1 && before.epoch === position.epoch;
        if (!isNext) { // SY72
          return err({ kind: "storage-failed", detail: "the mirror is elsewhere" });
        }
        const ids = new Set(entries.map(({ entry }) => encodeJson(entry.id)));
        const isRepeat = ids.size < entries.length ||
          [...ids].some((id) => statements.entryOf.get(roomId, id) !== undefined);
        if (isRepeat) return err({ kind: "entry-repeated" });
        addAll(roomId, entries);
        statements.movePosition.run(encodeJson(position), roomId);
        return ok(undefined);
      }, signal);
    },
    async replaceEpoch(roomId, entries, position, signal) {
      checkSeqs(entries, 1, position);
      return await change(roomId, () => replace(roomId, entries, position, null), signal); // SY73
    },
    async found(roomId, foundation, entries, position, signal) {
      checkSeqs(entries, foundation.seq + 1, position);
      const text = encodeJson(foundation);
      return await change(roomId, () => replace(roomId, entries, position, text), signal); // SY67
    },
  };
}

function createMirrorReads(
  statements: RoomStatements,
  { read }: Access,
): Pick<SharedRoomStore, "position" | "foundation" | "mirrored"> {
  return {
    position: (roomId, signal) =>
      read(() => decodePosition(statements.position.get(encodeName(roomId))), signal),
    foundation: (roomId, signal) =>
      read(() => decodeFoundation(statements.foundation.get(encodeName(roomId))), signal),
    mirrored: (roomId, afterSeq, entriesMax, signal) =>
      read(() => {
        const rows = statements.mirrored.all(encodeName(roomId), afterSeq, rowsOf(entriesMax));
        const page = rows.map(decodeMirrored);
        checkPage(
          page.map(({ entry }) => entry),
          afterSeq,
          () => decodeFoundation(statements.foundation.get(roomId)),
        );
        return page;
      }, signal),
  };
}

function createMirrorLog(
  statements: RoomStatements,
  { read }: Access,
  hints: RoomHints,
  roomId: string,
): RoomLog {
  return {
    append: async (_entry, signal) => { // SY75
      signal.throwIfAborted();
      return err({ kind: "storage-denied", detail: "the room is shared: its relay orders it" });
    },
    read: (afterSeq, entriesMax, signal) =>
      read(() => {
        const rows = statements.entries.all(encodeName(roomId), afterSeq, rowsOf(entriesMax));
        const page = rows.map(decodeLogEntry);
        const foundation = () => decodeFoundation(statements.foundation.get(roomId));
        checkPage(page, afterSeq, foundation); // SY14
        return page;
      }, signal),
    head: (signal) => read(() => decodeHead(statements.head.get(encodeName(roomId))), signal),
    subscribe: (onHint) => hints.subscribe(roomId, onHint),
  };
}

function createCheckpoints(statements: RoomStatements, { read, write }: Access): CheckpointStore {
  return {
    load: (roomId, signal) =>
      read(() => decodeCheckpoint(statements.checkpoint.get(encodeName(roomId))), signal),
    async save(roomId, checkpoint, signal) {
      const text = JSON.stringify(checkpoint);
      const { jsonCharsMax } = peerStoreLimits;
      if (text.length > jsonCharsMax) { // A cache: the room is folded from its log instead.
        signal.throwIfAborted();
        const detail = `a checkpoint of ${text.length} characters: at most ${jsonCharsMax}`;
        return err({ kind: "storage-failed", detail });
      }
      return await write(() => {
        const room = encodeName(roomId);
        // SY19: a replaced log may be shorter.
        if (decodeHead(statements.head.get(room)) < checkpoint.seq) return ok(undefined);
        statements.saveCheckpoint.run(checkpoint.seq, text, room, checkpoint.seq); // SY18
        return ok(undefined);
      }, signal);
    },
  };
}

const notHere = err({ kind: "storage-failed", detail: "the room is not here" } as const);

/** SQLite counts to 2^63 and reads a negative limit as none. */
function rowsOf(entriesMax: number): number {
  return Math.max(0, Math.min(entriesMax, Number.MAX_SAFE_INTEGER));
}

/** Seqs follow each other up to the position: what else is a defect of the caller. */
function checkSeqs(
  entries: readonly MirroredEntry[],
  first: number,
  position: SyncPosition,
): void {
  const isInOrder = entries.every(({ entry }, index) => entry.seq === first + index);
  assert(isInOrder, `Cannot mirror: the entries do not follow each other from ${first}`);
  const last = first + entries.length - 1;
  assert(position.seq === last, `Cannot mirror up to ${last}: the position is ${position.seq}`);
}
