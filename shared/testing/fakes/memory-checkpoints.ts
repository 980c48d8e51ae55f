import { ok, type Result } from "../../base/result.ts";
import type { CheckpointStore, StoredCheckpoint } from "../../hosting/room-feed.ts";
import type { StorageError } from "../../ports/room-log.ts";

/** Checkpoints in memory; a test may damage one. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly byRoom = new Map<string, StoredCheckpoint>();
  readonly recent: MemoryCheckpoints | undefined;

  /** `hasRecent`: also keeps the newest messages alone. */
  constructor(hasRecent = false) {
    this.recent = hasRecent ? new MemoryCheckpoints() : undefined;
  }

  async load(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<StoredCheckpoint | undefined, StorageError>> {
    signal.throwIfAborted();
    return ok(this.byRoom.get(roomId));
  }

  async save(
    roomId: string,
    checkpoint: StoredCheckpoint,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> {
    signal.throwIfAborted();
    this.byRoom.set(roomId, checkpoint);
    return ok(undefined);
  }
}
