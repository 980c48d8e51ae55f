/**
 * What one device keeps of a shared room besides the opened entries that its log holds: where it
 * is in the relay's log, how to open what comes next, and its secrets.
 */

import type { Result } from "../base/result.ts";
import type { AgreementKey, Bytes, SigningKey } from "./crypto.ts";
import type { LogEntry, StorageError } from "./room-log.ts";

/** The link of a room, and this device's own keys in it. */
export interface SharedRoomKeys {
  readonly roomId: string;
  readonly relayUrl: string;
  /** W for `write`, R for `read`; kept wrapped, never in the clear. */
  readonly access: "write" | "read";
  readonly secret: Bytes;
  /** Only of a read-only link, which cannot derive it. */
  readonly writePublicKey?: Bytes | undefined;
  readonly device: {
    readonly id: string;
    readonly signPublicKey: Bytes;
    readonly signKey: SigningKey;
    readonly agreePublicKey: Bytes;
    readonly agreeKey: AgreementKey;
  };
}

/** Where this device is in the relay's log, and the opener's state there, as one JSON text. */
export interface SyncPosition {
  readonly epoch: string;
  readonly seq: number;
  readonly mac: string;
  readonly opener: string;
}

/** What a mirror begins behind when the log before it was trimmed (D31). */
export interface Foundation {
  /** The entry that the state is after; the mirror begins with the next. */
  readonly seq: number;
  /** The room's state there, as the checkpoint's text. */
  readonly text: string;
  /** The device that vouches for it. */
  readonly by: string;
}

/** An opened entry with the sealed body it came from, so that it can be offered again (heal). */
export interface MirroredEntry {
  readonly entry: LogEntry;
  readonly sealed: string;
  readonly from: string;
}

/** `entry-repeated`: an id is in the log already; only a relay that misbehaves gives it twice. */
export type MirrorError = StorageError | { readonly kind: "entry-repeated" };

export interface SharedRoomStore {
  keys(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<SharedRoomKeys | undefined, StorageError>>;
  saveKeys(keys: SharedRoomKeys, signal: AbortSignal): Promise<Result<void, StorageError>>;
  position(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<SyncPosition | undefined, StorageError>>;
  /**
   * Adds opened entries (the first has seq = position.seq of before + 1) and moves the position, in
   * ONE transaction. Readers of the room's log get a hint.
   */
  mirror(
    roomId: string,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, MirrorError>>;
  /**
   * A new epoch: replaces every mirrored entry by `entries` in ONE transaction and forgets the
   * room's checkpoint and foundation. What only the old epoch had must have been queued before
   * (heal).
   */
  replaceEpoch(
    roomId: string,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /**
   * A trimmed log, joined by a checkpoint: replaces the whole mirror by `entries`, the first of
   * which has seq = foundation.seq + 1, forgets the room's own checkpoint and keeps `foundation`
   * with the position, in ONE transaction.
   */
  found(
    roomId: string,
    foundation: Foundation,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /** What the mirror begins behind; undefined when it begins with the log. */
  foundation(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<Foundation | undefined, StorageError>>;
  /** Mirrored entries with seq > `afterSeq` in order, sealed as they came. */
  mirrored(
    roomId: string,
    afterSeq: number,
    entriesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly MirroredEntry[], StorageError>>;
}
