/**
 * What a headless host must not lose, in one SQLite file: inputs, receipts, segments, outbox (D5,
 * D28). For one process with a disk (Deno, Node from 22.13).
 *
 * Owns the file from opening to `close`, and the outbox; inputs and sessions are in files of their
 * own. Every method that writes is one transaction,
 * flushed to the disk when it resolves; SQLite works synchronously, so a method blocks the process
 * for that flush and no two interleave. Does not own the order of work (human first is the
 * planner's) nor which live phase may follow which (ledger/).
 *
 * Rules (shared/SPEC.md, sections ST and SY), beside ST1 to ST12, which each PeerStore keeps:
 *   ST14  What was acknowledged survives the death of the process at any moment; of what was not,
 *         nothing is half there.
 *   ST15  One process has a peer's database; a second is refused by name, a killed one leaves no
 *         lock.
 *   ST16  A damaged, foreign or newer database is refused by name and stays as it was.
 *   ST18  The file is made readable by its user alone.
 *   SY11  A store that cannot work says full, denied, corrupt or failed; nothing is thrown.
 *   SY78  A row that joins or leaves an outbox hints its room.
 */

import { closeSync, openSync } from "node:fs";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { PeerStore, StorageError } from "#shared/ports/mod.ts";
import {
  createTransaction,
  hasSqlite,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  sqliteCodes,
  type SqliteDatabase,
  type SqliteOptions,
} from "./sqlite-database.ts";
import { createInputMethods } from "./sqlite-peer-inputs.ts";
import {
  CorruptRow,
  decodeOutbox,
  encodeJson,
  encodeName,
  peerSchema,
} from "./sqlite-peer-rows.ts";
import { createSessionMethods } from "./sqlite-peer-sessions.ts";
import {
  type Access,
  insertOutbox,
  prepareStatements,
  type Statements,
} from "./sqlite-peer-statements.ts";

export interface SqlitePeerStore extends PeerStore {
  /** Writes the log into the file and lets go of it. Every later call is refused. */
  close(): Promise<void>;
}

/** Hears of a room whose outbox changed. */
export interface OutboxHints {
  notify(roomId: string): void;
}

/** Opens the store, making the file if there is none; the failure says why there is no store. */
export function openSqlitePeerStore(
  options: SqliteOptions,
  hints?: OutboxHints,
): Result<SqlitePeerStore, OpenFailure> {
  if (!hasSqlite()) return err({ kind: "sqlite-missing" });
  const made = makePrivateFile(options.path);
  if (!made.ok) return made;
  const opened = openSqliteDatabase(options, peerSchema);
  return opened.ok ? ok(createSqlitePeerStore(opened.value, hints)) : opened;
}

/** Makes the store of an open database, which is then the store's to close. */
export function createSqlitePeerStore(
  database: SqliteDatabase,
  hints?: OutboxHints,
): SqlitePeerStore {
  const statements = prepareStatements(database);
  const transact = createTransaction(database);
  let phase: "open" | "closed" = "open";

  const read: Access["read"] = async (work, signal) => {
    signal.throwIfAborted(); // ST11
    if (phase === "closed") return err({ kind: "storage-failed", detail: "The store is closed" });
    try {
      return ok(work());
    } catch (error) { // SQLite's errors and corrupt rows; anything else is thrown again.
      return err(toStorageError(error));
    }
  };
  const access: Access = {
    read,
    async write(work, signal) {
      const result = await read(() => transact(work), signal); // ST5
      return result.ok ? result.value : result;
    },
  };

  return {
    ...createInputMethods(statements, access),
    ...createSessionMethods(statements, access),
    ...createOutboxMethods(statements, access, hints),
    async close() {
      if (phase === "closed") return;
      phase = "closed";
      database.close();
    },
  };
}

type OutboxMethods = Pick<PeerStore, "outbox" | "addOutbox" | "sealOutbox" | "removeOutbox">;

function createOutboxMethods(
  statements: Statements,
  { read, write }: Access,
  hints: OutboxHints | undefined,
): OutboxMethods {
  const findRow = (order: number) => {
    const row = statements.outboxRow.get(order);
    return row === undefined ? undefined : decodeOutbox(row);
  };
  return {
    async outbox(roomId, rowsMax, signal) {
      // SQLite counts to 2^63 and reads a negative limit as none.
      const limit = Math.max(0, Math.min(rowsMax, Number.MAX_SAFE_INTEGER));
      return read(
        () => statements.outbox.all(encodeName(roomId), limit).map(decodeOutbox),
        signal,
      );
    },
    async addOutbox(row, signal) {
      const added = await write(() => ok(insertOutbox(statements, row)), signal);
      if (added.ok) hints?.notify(row.roomId); // SY78
      return added;
    },
    sealOutbox: (order, sealed, signal) =>
      write(() => {
        const row = findRow(order);
        if (row === undefined || row.sealed !== undefined) return ok(row); // ST12
        statements.sealOutbox.run(encodeJson(sealed), order);
        return ok(findRow(order));
      }, signal),
    async removeOutbox(order, signal) {
      const removed = await write(() => {
        const row = findRow(order);
        statements.removeOutbox.run(order);
        return ok(row?.roomId);
      }, signal);
      if (!removed.ok) return removed;
      if (removed.value !== undefined) hints?.notify(removed.value); // SY78
      return ok(undefined);
    },
  };
}

/** What SQLite calls the error (SY11); throws what is neither its error nor a corrupt row. */
function toStorageError(error: unknown): StorageError {
  const detail = error instanceof Error ? error.message : String(error);
  // A RangeError is what the library says of a stored number beyond 2^53.
  if (error instanceof CorruptRow || hasCode(error, "ERR_OUT_OF_RANGE")) {
    return { kind: "storage-corrupt", detail };
  }
  switch (sqliteCodeOf(error)) {
    case undefined:
      throw error;
    case sqliteCodes.full:
      return { kind: "storage-full" };
    case sqliteCodes.corrupt:
    case sqliteCodes.notADatabase:
      return { kind: "storage-corrupt", detail };
    case sqliteCodes.permission:
    case sqliteCodes.readOnly:
    case sqliteCodes.cannotOpen:
    case sqliteCodes.notAuthorized:
      return { kind: "storage-denied", detail };
    default: // Busy, locked, a failing disk: it may work the next time.
      return { kind: "storage-failed", detail };
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * Makes the file for its user alone where there is none (ST18); SQLite gives the files beside it
 * the same rights. A file that is there is not even opened: closing it again would let go of the
 * lock that this process may have on it.
 */
function makePrivateFile(path: string): Result<void, OpenFailure> {
  if (path === ":memory:") return ok(undefined);
  try {
    closeSync(openSync(path, "ax", 0o600));
    return ok(undefined);
  } catch (error) { // What the file system says: a person has to act on it.
    if (hasCode(error, "EEXIST")) return ok(undefined);
    return err({
      kind: "unusable",
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}
