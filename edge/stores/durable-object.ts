/**
 * The relay's store in the SQL storage of a Durable Object, for the one room of the object.
 *
 * Owns nothing but the way in: the rows are relay-rows.ts's. The tables are made with the first
 * commit, so an object that only strangers knocked at stores nothing.
 *
 * Rules (shared/SPEC.md, section ST):
 *   ST46  In a Durable Object a commit resolves after its rows are on the disk, all or none.
 *   ST47  A room that was never written to leaves no table behind.
 */

import type { DurableObjectStorage, SqlStorageValue } from "@cloudflare/workers-types";
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

/** The store of an object; opening it writes nothing. */
export function createDurableObjectStore(storage: DurableObjectStorage): RelayStore {
  const { sql } = storage;
  // The platform keeps compiled statements by their text.
  const statements = prepareRelayStatements((text) => ({
    run: (...values) => void sql.exec(text, ...values),
    get: (...values) => sql.exec(text, ...values).toArray()[0],
    all: (...values) => sql.exec(text, ...values).toArray(),
    iterate: (...values) => sql.exec<Record<string, SqlStorageValue>>(text, ...values),
  }));
  let isMade = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'rooms'").toArray().length > 0;
  /** `work` once there are tables; until then `empty`. */
  const look = async <T>(work: () => T, empty: T): Promise<Result<T, StoreError>> =>
    isMade ? attempt(work) : ok(empty); // ST47

  return {
    open: (room) => look(() => readHead(statements, room), undefined),
    async commit(writes) {
      const committed = attempt(() =>
        storage.transactionSync(() => {
          if (!isMade) sql.exec(relayTables);
          for (const write of writes) applyWrite(statements, write);
          return writes.map(() => "stored" as const);
        })
      );
      if (!committed.ok) return committed;
      isMade = true;
      // What is sent waits for this by itself; who is told of a commit shall not rely on it (ST46).
      await storage.sync();
      return committed;
    },
    read: (room, after, entriesMax, bytesMax) =>
      look(() => readEntries(statements, { room, after, entriesMax, bytesMax }), []),
    findIds: (room, ids) => look(() => findIds(statements, room, ids), []),
    roomsWithPresent: () => look(() => roomsWithPresent(statements), []),
    close: () => Promise.resolve(),
  };
}

/** Errors of SQLite become refusals; anything else is a defect and is thrown. */
function attempt<T>(work: () => T): Result<T, StoreError> {
  try {
    return ok(work());
  } catch (error) {
    // The platform gives SQLite's errors no code of their own: it stands at the end of the text.
    const detail = error instanceof Error ? error.message : "";
    const code = /: SQLITE_([A-Z]+)/.exec(detail)?.[1];
    if (code === undefined) throw error;
    return err(code === "FULL" ? { kind: "storage-full" } : { kind: "storage-failed", detail });
  }
}
