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
 *   SY78  A row that joins or leaves an outbox hints its room.
 */

import { ok, type Result } from "#shared/base/mod.ts";
import type { PeerStore } from "#shared/ports/mod.ts";
import { type Access, createAccess, openPeerDatabase } from "./sqlite-access.ts";
import type { OpenFailure, SqliteDatabase, SqliteOptions } from "./sqlite-database.ts";
import { createInputMethods } from "./sqlite-peer-inputs.ts";
import { decodeOutbox, encodeJson, encodeName, peerSchema } from "./sqlite-peer-rows.ts";
import { createSessionMethods } from "./sqlite-peer-sessions.ts";
import { insertOutbox, prepareStatements, type Statements } from "./sqlite-peer-statements.ts";

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
  const opened = openPeerDatabase(options, peerSchema);
  return opened.ok ? ok(createSqlitePeerStore(opened.value, hints)) : opened;
}

/** Makes the store of an open database, which is then the store's to close. */
export function createSqlitePeerStore(
  database: SqliteDatabase,
  hints?: OutboxHints,
): SqlitePeerStore {
  const statements = prepareStatements(database);
  const access = createAccess(database);
  return {
    ...createInputMethods(statements, access),
    ...createSessionMethods(statements, access),
    ...createOutboxMethods(statements, access, hints),
    close: async () => access.close(),
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
