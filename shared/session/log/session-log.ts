/**
 * A session's log with everybody who watches it. Shapes; create-session-log.ts makes one.
 *
 * What is stored, what is shown and the revision change in one synchronous step, after the write
 * was durable: a snapshot and the events behind it have neither a gap nor an overlap.
 */

import type { Result } from "../../base/result.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { NumberedEvent, SessionEvent, SessionSnapshot } from "../control/events.ts";
import type { LogState } from "./log-state.ts";
import type { SegmentBody, SegmentEntry } from "./segments.ts";

export interface Attachment extends Disposable {
  readonly snapshot: SessionSnapshot;
  /**
   * Everything behind the snapshot; one `resync` for whoever fell behind. Single consumer. Ends
   * behind `shutdown`, when the attachment is disposed of, or as the oldest of too many.
   */
  readonly events: AsyncIterable<NumberedEvent>;
}

export interface HeadMoved {
  readonly kind: "head-moved";
  readonly head: number;
}

export interface SessionLog {
  /**
   * Reads what the store has; before it resolves the state is empty. May be called again: it then
   * reads everything anew and tells the observers by a `resync`.
   */
  open(signal: AbortSignal): Promise<Result<void, StorageError>>;
  state(): LogState;
  /**
   * Stores, then publishes. Resolves to the entries with their indexes. Aborting cancels the wait
   * only: what was being stored may come by the next reading.
   */
  append(
    bodies: readonly SegmentBody[],
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentEntry[], StorageError>>;
  /** As `append`, only if the next index is `head` still. */
  appendAt(
    head: number,
    bodies: readonly SegmentBody[],
    signal: AbortSignal,
  ): Promise<
    Result<
      readonly SegmentEntry[],
      StorageError | { readonly kind: "head-moved"; readonly head: number }
    >
  >;
  /** Reads and publishes what others stored, such as the ledger with an input's end. */
  catchUp(signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Tells the observers what is no entry; keeps in-flight blocks, asks and alerts. */
  publish(event: SessionEvent): void;
  /** What everybody sees now. */
  snapshot(): SessionSnapshot;
  /** A snapshot and everything after it. */
  attach(): Attachment;
}
