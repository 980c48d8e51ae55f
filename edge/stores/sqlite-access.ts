/**
 * How a store works on one of a peer's SQLite databases: reads, transactions, its end, and what a
 * failure is called.
 *
 * SQLite works synchronously, so a call blocks the process for its flush and no two interleave.
 *
 * Rules (shared/SPEC.md, sections ST and SY):
 *   ST5   All of a transaction is stored, or none.
 *   ST11  An aborted signal rejects with its reason and writes nothing.
 *   ST18  The file is made readable by its user alone.
 *   SY11  A store that cannot work says full, denied, corrupt or failed; nothing is thrown.
 */

import { closeSync, openSync } from "node:fs";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import {
  createTransaction,
  hasSqlite,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  sqliteCodes,
  type SqliteDatabase,
  type SqliteOptions,
  type SqliteSchema,
} from "./sqlite-database.ts";

/** Both reject with defects. */
export interface Access {
  /** One statement. */
  read<T>(work: () => T, signal: AbortSignal): Promise<Result<T, StorageError>>;
  /** One transaction, flushed when it resolves; a refusal in it has written nothing. */
  write<T, E = never>(
    work: () => Result<T, E>,
    signal: AbortSignal,
  ): Promise<Result<T, E | StorageError>>;
}

/** Thrown inside a transaction when a stored row is not what was stored: aborts and names it. */
export class CorruptRow extends Error {
  override readonly name = "CorruptRow";
}

/** Opens a peer's database, making the file if there is none. */
export function openPeerDatabase(
  options: SqliteOptions,
  schema: SqliteSchema,
): Result<SqliteDatabase, OpenFailure> {
  if (!hasSqlite()) return err({ kind: "sqlite-missing" });
  const made = makePrivateFile(options.path);
  return made.ok ? openSqliteDatabase(options, schema) : made;
}

/** The access to an open database, which is closed by `close`: every later call is refused. */
export function createAccess(database: SqliteDatabase): Access & { close(): void } {
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
  return {
    read,
    async write(work, signal) {
      const result = await read(() => transact(work), signal); // ST5
      return result.ok ? result.value : result;
    },
    close() {
      if (phase === "closed") return;
      phase = "closed";
      database.close();
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
