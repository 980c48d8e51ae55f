/**
 * What a session keeps on this device, in IndexedDB: its log, its record, and its end.
 *
 * Owns those rows. Does not own the inputs, but for forgetting those of a session.
 *
 * Rules (shared/SPEC.md, section ST):
 *   ST10  Segments count from 0 per room and persona, in order of commit.
 *   ST23  A page of a session's log is in order, from an index on, at most so many.
 *   ST24  Entries are appended behind the expected one or not at all; the refusal tells where the
 *         log is.
 *   ST25  What is below an index is forgotten in the same transaction, never the newest entry.
 *   ST26  A session's record replaces the earlier one; forgetting a session takes record, log and
 *         ended private inputs with receipts, nothing of a turn, and is refused while a private
 *         input is live.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type {
  CommitError,
  InputPhase,
  LogMoved,
  NewSegment,
  PeerStore,
  StorageError,
} from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { CorruptRow } from "./storage-error.ts";
import { keysUnder } from "./storage-schema.ts";
import { ALL_ROWS, type Step, type StoreTransaction } from "./store-transaction.ts";
import { decodeInput, decodeSegment, decodeSession } from "./stored-work-rows.ts";

export type SessionMethods = Pick<
  PeerStore,
  "segments" | "appendSegments" | "saveSession" | "sessions" | "forgetSession"
>;

export const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";

export function createSessionMethods(database: ConclaveDatabase): SessionMethods {
  return {
    segments(roomId, persona, fromIndex, segmentsMax, signal) {
      return database.read(["segments"], function* (tx) {
        const rows = yield* tx.list("segments", keysFrom(roomId, persona, fromIndex), segmentsMax);
        return rows.map(decodeSegment); // ST23
      }, signal);
    },
    async appendSegments({ roomId, persona, expectIndex, bodies, trimBelow }, signal) {
      const work = function* (tx: StoreTransaction): Step<Result<{ next: number }, LogMoved>> {
        const next = yield* nextIndex(tx, roomId, persona);
        if (expectIndex !== undefined && expectIndex !== next) { // ST24
          return err({ kind: "log-moved", next });
        }
        for (const body of bodies) yield* addSegment(tx, { roomId, persona, body });
        const after = next + bodies.length;
        if (trimBelow !== undefined) { // ST25
          const newest = Math.max(after - 1, 0);
          assert(trimBelow <= newest, `Cannot trim below ${trimBelow}: the newest is ${newest}`);
          const below = [roomId, persona, trimBelow];
          tx.delete("segments", IDBKeyRange.bound([roomId, persona], below, false, true));
        }
        return ok({ next: after });
      };
      return flatten(await database.write(["segments"], work, signal));
    },
    saveSession(session, signal) {
      // oxlint-disable-next-line require-yield -- one write, which the transaction waits for
      return database.write(["sessions"], function* (tx) {
        tx.put("sessions", session); // ST26
      }, signal);
    },
    sessions(roomId, signal) {
      return database.read(["sessions"], function* (tx) {
        return (yield* tx.list("sessions", keysUnder(roomId), ALL_ROWS)).map(decodeSession);
      }, signal);
    },
    async forgetSession(roomId, persona, signal) {
      const stores = ["sessions", "segments", "inputs", "receipts"] as const;
      return flatten(await database.write(stores, (tx) => forget(tx, roomId, persona), signal));
    },
  };
}

/** Adds an entry behind the last one of its log (ST10). */
export function* addSegment(tx: StoreTransaction, segment: NewSegment): Step<void> {
  const index = yield* nextIndex(tx, segment.roomId, segment.persona);
  yield* tx.add("segments", { ...segment, index });
}

/** A refusal inside a transaction that committed without writing becomes the method's error. */
export function flatten<T, E>(
  result: Result<Result<T, E>, StorageError>,
): Result<T, E | StorageError> {
  return result.ok ? result.value : result;
}

function* forget(
  tx: StoreTransaction,
  roomId: string,
  persona: string,
): Step<Result<void, CommitError>> {
  const range = IDBKeyRange.only([roomId, persona]);
  const rows = yield* tx.listBy("inputs", "by-session", range, ALL_ROWS);
  const owned = rows.map(decodeInput).filter((input) => input.work !== undefined);
  const live = owned.find((input) => isLive(input.phase));
  if (live !== undefined) {
    return err({ kind: "input-phase-wrong", inputId: live.id, phase: live.phase });
  }
  for (const input of owned) {
    tx.delete("receipts", input.id);
    tx.delete("inputs", input.order);
  }
  tx.delete("segments", keysUnder(roomId, persona));
  tx.delete("sessions", [roomId, persona]);
  return ok(undefined);
}

function* nextIndex(tx: StoreTransaction, roomId: string, persona: string): Step<number> {
  const last = yield* tx.lastKey("segments", keysUnder(roomId, persona));
  if (last === undefined) return 0;
  const index: unknown = Array.isArray(last) ? last[2] : undefined;
  if (typeof index === "number" && Number.isSafeInteger(index)) return index + 1;
  throw new CorruptRow("segments: an index is not a number");
}

function keysFrom(roomId: string, persona: string, index: number): IDBKeyRange {
  return IDBKeyRange.bound([roomId, persona, index], [roomId, persona, []]);
}
