/**
 * Room feed: keeps one room's folded state up to date with its log.
 *
 * Owns the state and the reading. Does not own the log, nor any work that the state calls for.
 * Every tab has a feed of the room it shows; only the leader's peer acts on one.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO1  A feed's state is the fold of the log's prefix up to its head, whatever was missed or
 *        hinted.
 *   HO2  A stored checkpoint only saves work: a missing, damaged or foreign one is folded around.
 *   HO3  A log that cannot be read is reported and read again; the state stays what it was.
 */

import { checksum } from "../base/checksum.ts";
import { createLatch } from "../base/latch.ts";
import type { Result } from "../base/result.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { AppendError, LogEntry, RoomLog, StorageError } from "../ports/room-log.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import type { RoomState } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";

/** One room's state at a seq, kept by this device so that a long room opens fast. */
export interface StoredCheckpoint {
  readonly seq: number;
  /** Checksum of `text`: a cache needs to know damage, not forgery. */
  readonly stateHash: string;
  readonly text: string;
}

export interface CheckpointStore {
  load(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<StoredCheckpoint | undefined, StorageError>>;
  save(
    roomId: string,
    checkpoint: StoredCheckpoint,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
}

export interface RoomFeedDeps {
  readonly roomId: string;
  readonly device: string;
  readonly log: RoomLog;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly trace: Log;
  /** Called with each failure to read; undefined when reading works again. */
  readonly onReadProblem: (error: StorageError | undefined) => void;
}

export interface RoomFeed {
  readonly roomId: string;
  state(): RoomState;
  /** True once the whole log as it was at the start has been folded. */
  isCaughtUp(): boolean;
  /** Follows the log until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Appends an event of this device. `id` makes a retry harmless; without one a new id is made. */
  append(
    event: RoomEvent,
    signal: AbortSignal,
    id?: string,
  ): Promise<Result<LogEntry, AppendError>>;
  /** Calls back after the state changed or caught up. */
  subscribe(onChange: () => void): Disposable;
}

export function createRoomFeed(deps: RoomFeedDeps): RoomFeed {
  const { roomId, log, checkpoints, clock } = deps;
  const bell = createLatch();
  const observers = new Set<() => void>();
  let state = emptyState();
  let caughtUp = false;
  let savedSeq = 0;

  const publish = (): void => {
    for (const observer of [...observers]) observer();
  };

  const restore = async (signal: AbortSignal): Promise<void> => {
    const loaded = await checkpoints.load(roomId, signal);
    const stored = loaded.ok ? loaded.value : undefined;
    if (stored === undefined) return;
    const isWhole = checksum(stored.text) === stored.stateHash;
    const decoded = isWhole ? decodeCheckpoint(stored.text) : undefined;
    if (decoded?.ok !== true || decoded.value.head !== stored.seq) { // HO2
      deps.trace.write("warn", "checkpoint-damaged", { roomId, seq: stored.seq });
      return;
    }
    const head = await log.head(signal);
    if (!head.ok || head.value < stored.seq) return; // HO2: of another log
    state = decoded.value;
    savedSeq = stored.seq;
  };

  const save = async (signal: AbortSignal): Promise<void> => {
    if (state.head - savedSeq < limits.checkpointEveryEntries) return;
    const text = encodeCheckpoint(state);
    const checkpoint = { seq: state.head, stateHash: checksum(text), text };
    savedSeq = state.head;
    const saved = await checkpoints.save(roomId, checkpoint, signal);
    if (!saved.ok) deps.trace.write("warn", "checkpoint-not-saved", { kind: saved.error.kind });
  };

  /** Reads to the head; false when the log could not be read. */
  const readOn = async (signal: AbortSignal): Promise<boolean> => {
    for (;;) {
      const page = await log.read(state.head, limits.readEntriesMax, signal);
      if (!page.ok) {
        deps.onReadProblem(page.error); // HO3
        return false;
      }
      state = foldEntries(state, page.value); // HO1
      const isHead = page.value.length < limits.readEntriesMax;
      const wasCaughtUp = caughtUp;
      caughtUp ||= isHead;
      // While a long log is being read for the first time, one change at its end is enough.
      if (caughtUp && (page.value.length > 0 || !wasCaughtUp)) publish();
      if (isHead) return true;
    }
  };

  return {
    roomId,
    state: () => state,
    isCaughtUp: () => caughtUp,
    async run(signal) {
      using _hints = log.subscribe(() => bell.ring());
      let delayMs: number = limits.retryMsMin;
      let hadProblem = false;
      await restore(signal);
      for (;;) {
        signal.throwIfAborted();
        if (await readOn(signal)) {
          if (hadProblem) deps.onReadProblem(undefined);
          hadProblem = false;
          delayMs = limits.retryMsMin;
          await save(signal);
          await bell.wait(signal);
        } else {
          hadProblem = true;
          await clock.sleep(delayMs, signal);
          delayMs = Math.min(delayMs * 2, limits.retryMsMax);
        }
      }
    },
    async append(event, signal, id = deps.ids.next("en")) {
      const appended = await log.append({ id, device: deps.device, body: event }, signal);
      bell.ring();
      return appended;
    },
    subscribe(onChange) {
      observers.add(onChange);
      return { [Symbol.dispose]: () => void observers.delete(onChange) };
    },
  };
}
