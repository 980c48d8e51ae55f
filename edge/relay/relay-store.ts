/**
 * What the relay keeps, as a port. Contract: edge/stores/relay-store.contract.ts, run on every
 * implementation.
 *
 * Every method resolves after its effect is durable. A store may be used by one relay process,
 * unless it comes with a cluster (cluster.ts): then by any number.
 */

import type { Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";

export type StoreError =
  | { readonly kind: "storage-full" }
  | { readonly kind: "storage-failed"; readonly detail: string };

/** One room's log as the store sees it. */
export interface RoomHead {
  readonly epoch: string;
  readonly head: number;
  /** The oldest seq kept, head + 1 when none is. */
  readonly floor: number;
  readonly bytes: number;
  /** `covers` of the newest two checkpoints, oldest first. */
  readonly checkpoints: readonly number[];
  /** Devices that were here and have not left: after a restart they get `left` or come back. */
  readonly present: readonly string[];
}

/** An entry to add; the store gives it no seq of its own: the room actor orders. */
export interface StoredEntry extends RelayEntry {
  readonly covers?: number | undefined;
}

/** Everything one commit changes in one room, all or nothing. */
export interface RoomWrite {
  readonly room: string;
  readonly epoch: string;
  /** Ascending seqs, the first is the stored head + 1. */
  readonly entries: readonly StoredEntry[];
  readonly arrived: readonly string[];
  readonly gone: readonly string[];
  /** Entries below this seq are removed. */
  readonly trimBelow?: number | undefined;
  /** Mints a new epoch: the stored one is replaced, entries stay. */
  readonly newEpoch?: string | undefined;
}

/**
 * `moved`: the stored epoch or head is not what the write was made for, or who is said to be gone
 * sits at another process; nothing of it was stored. Only a shared store says it: to a relay that
 * is alone on its store it is a defect.
 */
export type WriteVerdict = "stored" | "moved";

export interface RelayStore {
  /** Undefined for a room that has no log yet. */
  open(room: string): Promise<Result<RoomHead | undefined, StoreError>>;
  /**
   * Several rooms in one durable commit: one fsync for all (group commit). A verdict for each write
   * in order; a refusal means that nothing of any was stored.
   */
  commit(writes: readonly RoomWrite[]): Promise<Result<readonly WriteVerdict[], StoreError>>;
  /** Entries with seq > `after`, ascending, bounded by count and by the bytes of their bodies. */
  read(
    room: string,
    after: number,
    entriesMax: number,
    bytesMax: number,
  ): Promise<Result<readonly RelayEntry[], StoreError>>;
  /** The entries that already have one of these ids. */
  findIds(room: string, ids: readonly string[]): Promise<Result<readonly RelayEntry[], StoreError>>;
  /** Rooms with a present device: woken after a restart, so that `left` is said. */
  roomsWithPresent(): Promise<Result<readonly string[], StoreError>>;
  close(): Promise<void>;
}
