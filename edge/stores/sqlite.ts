/**
 * The relay's store on SQLite, for one process with a disk (Deno, Node from 22.13).
 *
 * Owns the file; the rows are relay-rows.ts's. Order, limits and what to trim are the room actor's
 * decisions; an order that does not fit what is stored is a defect. SQLite works synchronously: a
 * commit blocks the process for one flush of the disk, which is why the relay hands over many
 * rooms' writes at once.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL63  Writes of several rooms are one transaction: after a crash all of them are there or none,
 *         and what was acknowledged is there.
 *   RL64  A full disk refuses the write and leaves the log as it was.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { RelayStore, StoreError } from "../relay/relay-store.ts";
import {
  applyWrite,
  findIds,
  prepareRelayStatements,
  readEntries,
  readHead,
  relayTables,
  roomsWithPresent,
} from "./relay-rows.ts";
import { type BackupFacts, type BackupFailure, backUpRelay } from "./sqlite-backup.ts";
import {
  createTransaction,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  sqliteCodes,
  type SqliteDatabase,
  type SqliteOptions,
  type SqliteSchema,
} from "./sqlite-database.ts";

export const relaySchema: SqliteSchema = Object.freeze({
  /** "CNLV". */
  applicationId: 0x434e4c56,
  upgrades: [relayTables],
});

export interface SqliteRelayStore extends RelayStore {
  /** Copies the log to a new file while it is used; `pause` gives the relay its turn (RL100). */
  backUp(path: string, pause: () => Promise<void>): Promise<Result<BackupFacts, BackupFailure>>;
}

/** Opens the store; the failure says why there is none. */
export function openSqliteStore(options: SqliteOptions): Result<SqliteRelayStore, OpenFailure> {
  const opened = openSqliteDatabase(options, relaySchema);
  return opened.ok ? ok(createStore(opened.value)) : opened;
}

function createStore(database: SqliteDatabase): SqliteRelayStore {
  const statements = prepareRelayStatements((sql) => database.prepare(sql));
  const transact = createTransaction(database);
  return {
    open: (room) => attempt(() => readHead(statements, room)),
    commit: (writes) =>
      attempt(() =>
        transact(() => { // RL63, RL64
          for (const write of writes) applyWrite(statements, write);
          return writes.map(() => "stored" as const);
        })
      ),
    read: (room, after, entriesMax, bytesMax) =>
      attempt(() => readEntries(statements, { room, after, entriesMax, bytesMax })),
    findIds: (room, ids) => attempt(() => findIds(statements, room, ids)),
    roomsWithPresent: () => attempt(() => roomsWithPresent(statements)),
    backUp: (path, pause) => backUpRelay(database, relaySchema, path, pause),
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

/** Errors of SQLite become refusals; anything else is a defect and rejects. */
function attempt<T>(work: () => T): Promise<Result<T, StoreError>> {
  try {
    return Promise.resolve(ok(work()));
  } catch (error) { // Only SQLite's: told apart by its code.
    const code = sqliteCodeOf(error);
    if (code === undefined) return Promise.reject(error);
    if (code === sqliteCodes.full) return Promise.resolve(err({ kind: "storage-full" }));
    return Promise.resolve(err({ kind: "storage-failed", detail: (error as Error).message }));
  }
}
