/**
 * Group commit across rooms: one durable flush for what many rooms want written.
 *
 * Owns the queue between the rooms and the store. Each room waits for its own write, so the queue
 * has at most one write a room.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL37  Writes of several rooms that wait together are one commit of the store.
 */

import { assert, ok, type Result } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import { innerLimits } from "./limits.ts";
import type { RelayStore, RoomWrite, StoreError, WriteVerdict } from "./relay-store.ts";

export interface GroupCommit {
  /** Resolves when the write is durable or refused; rejects when the store broke an invariant. */
  commit(write: RoomWrite): Promise<Result<WriteVerdict, StoreError>>;
}

interface Waiting {
  readonly write: RoomWrite;
  readonly resolve: (result: Result<WriteVerdict, StoreError>) => void;
  readonly reject: (error: unknown) => void;
}

function verdictAt(
  result: Result<readonly WriteVerdict[], StoreError>,
  at: number,
): Result<WriteVerdict, StoreError> {
  if (!result.ok) return result;
  const verdict = result.value[at];
  assert(verdict !== undefined, "Cannot settle a write: the store said nothing of it");
  return ok(verdict);
}

/** `hurry` aborts when nothing more will come: then no time is spent on collecting. */
export function createGroupCommit(
  store: RelayStore,
  clock: Clock,
  hurry: AbortSignal,
): GroupCommit {
  const queue: Waiting[] = [];
  let isRunning = false;

  const takeGroup = (): readonly Waiting[] => {
    let entries = 0;
    const group: Waiting[] = [];
    while (queue[0] !== undefined && entries < innerLimits.batchEntriesMax) {
      const [next] = queue.splice(0, 1) as [Waiting];
      group.push(next);
      entries += next.write.entries.length;
    }
    return group;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      // One turn of the host's loop, in which other sockets are read. Aborting only ends the wait.
      await clock.sleep(0, hurry).catch(() => undefined);
      const group = takeGroup(); // RL37
      try {
        const result = await store.commit(group.map((one) => one.write));
        for (const [at, one] of group.entries()) one.resolve(verdictAt(result, at));
      } catch (error) { // A defect of the store: the owner of each write escalates.
        for (const one of group) one.reject(error);
      }
    }
    isRunning = false;
  };

  return {
    commit(write) {
      return new Promise((resolve, reject) => {
        queue.push({ write, resolve, reject });
        if (isRunning) return;
        isRunning = true;
        void run(); // Owned by the writes it settles.
      });
    },
  };
}
