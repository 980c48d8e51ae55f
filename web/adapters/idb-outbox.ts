/**
 * What a device has to say to its rooms and has not said yet, in IndexedDB (D27).
 *
 * Owns the rows of the outbox, and nothing else: a tab that only talks needs no more of the peer's
 * store (idb-peer-store.ts). Every method is one transaction.
 *
 * Rules (shared/SPEC.md, section ST):
 *   ST8   A room's outbox rows come oldest first until removed; the order of a row is never given
 *         again.
 *   ST9   An entry that waits in a room's outbox is not added again.
 *   ST12  A row keeps its first sealing, whoever seals it again.
 *   SY78  A row that any tab adds to an outbox, or that leaves it, hints its room, so that the
 *         leader's link sends it and who waits for it looks again.
 */

import { ok } from "#shared/base/mod.ts";
import type { NewEntry, OutboxRecord, OutboxStore } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import type { LogHints } from "./log-hints.ts";
import type { Step, StoreTransaction } from "./store-transaction.ts";
import { decodeOutbox } from "./stored-rows.ts";

/** Makes a handle on this device's outbox; `hints` tells the leader what another tab added. */
export function createIdbOutbox(
  database: ConclaveDatabase,
  hints?: Pick<LogHints, "notify">,
): OutboxStore {
  return {
    outbox(roomId, rowsMax, signal) {
      return database.read(["outbox"], function* (tx) {
        return (yield* tx.listBy("outbox", "by-room", roomId, rowsMax)).map(decodeOutbox); // ST8
      }, signal);
    },
    addOutbox(row, signal) {
      const tell = (): void => hints?.notify(row.roomId); // SY78
      return database.write(["outbox"], (tx) => addOutboxRow(tx, row), signal, tell);
    },
    sealOutbox(order, sealed, signal) {
      return database.write(["outbox"], function* (tx): Step<OutboxRecord | undefined> {
        const stored = yield* tx.get("outbox", order);
        if (stored === undefined) return undefined;
        const row = decodeOutbox(stored);
        if (row.sealed !== undefined) return row; // ST12
        const next = { ...row, sealed };
        tx.put("outbox", next);
        return next;
      }, signal);
    },
    async removeOutbox(order, signal) {
      const removed = await database.write(
        ["outbox"],
        function* (tx) {
          const row = yield* tx.get("outbox", order);
          tx.delete("outbox", order);
          return row === undefined ? undefined : decodeOutbox(row).roomId;
        },
        signal,
        (roomId) => roomId !== undefined && hints?.notify(roomId),
      ); // SY78
      return removed.ok ? ok(undefined) : removed;
    },
  };
}

/** Adds a row inside a transaction of another's. */
export function* addOutboxRow(
  tx: StoreTransaction,
  row: { readonly roomId: string; readonly entry: NewEntry },
): Step<void> {
  const waiting = yield* tx.getBy("outbox", "by-entry", [row.roomId, row.entry.id]);
  if (waiting === undefined) yield* tx.add("outbox", row); // ST9
}
