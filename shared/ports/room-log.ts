import type { RoomMs } from "../base/brands.ts";
import type { Result } from "../base/result.ts";

/** One ordered entry. `body` is undecoded here; `protocol/` gives it a type. */
export interface LogEntry {
  /** Position in the one total order, from 1, without gaps. */
  readonly seq: number;
  /** The orderer's time. May step back when a clock does; the fold makes it non-decreasing. */
  readonly ts: RoomMs;
  /** Made by the author; appending a known id returns the first entry again. */
  readonly id: string;
  /** The author's device, or `sequencer` for the one fact the orderer writes itself (`left`). */
  readonly device: string;
  readonly body: unknown;
}

export interface NewEntry {
  readonly id: string;
  readonly device: string;
  readonly body: unknown;
}

/** Why the store behind a port could not do its work; nothing was changed. */
export type StorageError =
  | { readonly kind: "storage-full" }
  | { readonly kind: "storage-denied"; readonly detail: string }
  | { readonly kind: "storage-corrupt"; readonly detail: string }
  | { readonly kind: "storage-failed"; readonly detail: string }
  /** What was stored is not there any more. */
  | { readonly kind: "storage-lost"; readonly detail: string };

export type AppendError =
  | StorageError
  | { readonly kind: "entry-too-large"; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: "room-unknown" };

/**
 * One room's ordered log, whoever orders it (this device or a relay). The same contract suite runs
 * on every implementation (shared/testing/contracts/room-log.contract.ts).
 */
export interface RoomLog {
  /**
   * Appends durably, then resolves. A known id resolves to the entry it already has, whatever the
   * body now. Aborting cancels the wait only: the entry may still have been appended, so retry with
   * the same id.
   */
  append(entry: NewEntry, signal: AbortSignal): Promise<Result<LogEntry, AppendError>>;
  /**
   * Entries with seq > `afterSeq` in order, at most `entriesMax`; fewer means the head was reached.
   */
  read(
    afterSeq: number,
    entriesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly LogEntry[], StorageError>>;
  /** The newest seq, 0 for an empty log. */
  head(signal: AbortSignal): Promise<Result<number, StorageError>>;
  /** Calls back after entries may have been added, by anybody. Only a hint: read to learn more. */
  subscribe(onHint: () => void): Disposable;
}
