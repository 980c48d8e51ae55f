/**
 * Checkpoints: the folded state of a room at some seq, so that a long room opens at once.
 *
 * Owns two rows per room: one of all its messages, one of the newest alone. It is a cache: a reader
 * that cannot use it folds the log from the start.
 * The bytes are canonical JSON; whoever loads them checks `stateHash`.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY18  The newest checkpoint of a room is kept; an older one never replaces it.
 *   SY19  No checkpoint is kept of a room that is not here, or beyond the end of its log.
 */

import type { Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { readHead } from "./idb-room-log.ts";
import type { StoreTransaction } from "./store-transaction.ts";
import { type CheckpointRow, decodeCheckpoint } from "./stored-rows.ts";

/** Of all of a room's messages, or of the newest. */
export type CheckpointPart = "whole" | "recent";

export interface CheckpointStore {
  /** Keeps `checkpoint` unless the stored one is as new; says whether it did. */
  save(
    checkpoint: CheckpointRow,
    part: CheckpointPart,
    signal: AbortSignal,
  ): Promise<Result<boolean, StorageError>>;
  latest(
    roomId: string,
    part: CheckpointPart,
    signal: AbortSignal,
  ): Promise<Result<CheckpointRow | undefined, StorageError>>;
}

/** The row of the newest messages. Room ids have no slash. */
const recentKey = (roomId: string): string => `${roomId}/recent`;

const keyOf = (roomId: string, part: CheckpointPart): string =>
  part === "whole" ? roomId : recentKey(roomId);

export function deleteCheckpoints(tx: StoreTransaction, roomId: string): void {
  tx.delete("checkpoints", roomId);
  tx.delete("checkpoints", recentKey(roomId));
}

/** Makes a handle on the checkpoints of this device. */
export function createIdbCheckpoints(database: ConclaveDatabase): CheckpointStore {
  return {
    save(checkpoint, part, signal) {
      return database.write(["rooms", "entries", "checkpoints"], function* (tx) {
        const { roomId, seq } = checkpoint;
        if ((yield* tx.get("rooms", roomId)) === undefined) return false; // SY19
        if ((yield* readHead(tx, roomId)) < seq) return false;
        const key = keyOf(roomId, part);
        const row = yield* tx.get("checkpoints", key);
        if (row !== undefined && decodeCheckpoint(row).seq >= seq) return false; // SY18
        tx.put("checkpoints", { ...checkpoint, roomId: key });
        return true;
      }, signal);
    },
    latest(roomId, part, signal) {
      return database.read(["checkpoints"], function* (tx) {
        const row = yield* tx.get("checkpoints", keyOf(roomId, part));
        return row === undefined ? undefined : { ...decodeCheckpoint(row), roomId };
      }, signal);
    },
  };
}
