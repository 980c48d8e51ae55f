/**
 * Checkpoints: the folded state of a room at some seq, so that a long room opens at once.
 *
 * Owns one row per room. It is a cache: a reader that cannot use it folds the log from the start.
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
import { type CheckpointRow, decodeCheckpoint } from "./stored-rows.ts";

export interface CheckpointStore {
  /** Keeps `checkpoint` unless the stored one is as new; says whether it did. */
  save(checkpoint: CheckpointRow, signal: AbortSignal): Promise<Result<boolean, StorageError>>;
  latest(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<CheckpointRow | undefined, StorageError>>;
  /** Forgets a checkpoint that turned out to be wrong; the log stays. */
  forget(roomId: string, signal: AbortSignal): Promise<Result<void, StorageError>>;
}

/** Makes a handle on the checkpoints of this device. */
export function createIdbCheckpoints(database: ConclaveDatabase): CheckpointStore {
  return {
    save(checkpoint, signal) {
      return database.write(["rooms", "entries", "checkpoints"], function* (tx) {
        const { roomId, seq } = checkpoint;
        if ((yield* tx.get("rooms", roomId)) === undefined) return false; // SY19
        if ((yield* readHead(tx, roomId)) < seq) return false;
        const row = yield* tx.get("checkpoints", roomId);
        if (row !== undefined && decodeCheckpoint(row).seq >= seq) return false; // SY18
        tx.put("checkpoints", checkpoint);
        return true;
      }, signal);
    },
    latest(roomId, signal) {
      return database.read(["checkpoints"], function* (tx) {
        const row = yield* tx.get("checkpoints", roomId);
        return row === undefined ? undefined : decodeCheckpoint(row);
      }, signal);
    },
    forget(roomId, signal) {
      // oxlint-disable-next-line require-yield -- a deletion waits for nothing
      return database.write(["checkpoints"], function* (tx) {
        tx.delete("checkpoints", roomId);
      }, signal);
    },
  };
}
