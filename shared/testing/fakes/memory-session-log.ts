import { toEpochMs } from "../../base/brands.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { SessionEvent } from "../../session/control/events.ts";
import { foldLog } from "../../session/log/fold-log.ts";
import type { LogState } from "../../session/log/log-state.ts";
import type { SegmentBody, SegmentEntry } from "../../session/log/segments.ts";
import type { SessionLog } from "../../session/log/session-log.ts";

/** A session's log without a store: entries, what they come to, and everything that was told. */
export class MemorySessionLog implements SessionLog {
  readonly events: SessionEvent[] = [];
  /** Entries each append has stored: its writes. */
  readonly writes: (readonly string[])[] = [];
  #entries: readonly SegmentEntry[] = [];
  #failure: StorageError | undefined;

  failWith(error: StorageError | undefined): void {
    this.#failure = error;
  }

  /** As the ledger does with an input's end; not counted among `writes`. */
  take(bodies: readonly SegmentBody[]): readonly SegmentEntry[] {
    const first = this.#entries.length;
    const added = bodies.map((body, at) => ({ index: first + at, at: toEpochMs(0), body }));
    this.#entries = [...this.#entries, ...added];
    return added;
  }

  get bodies(): readonly SegmentBody[] {
    return this.#entries.map(({ body }) => body as SegmentBody);
  }

  open(): Promise<Result<void, StorageError>> {
    return Promise.resolve(ok(undefined));
  }

  append(
    bodies: readonly SegmentBody[],
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentEntry[], StorageError>> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (bodies.length === 0) return Promise.resolve(ok([]));
    if (this.#failure !== undefined) return Promise.resolve(err(this.#failure));
    this.writes.push(bodies.map((body) => body.kind));
    return Promise.resolve(ok(this.take(bodies)));
  }

  appendAt(head: number, bodies: readonly SegmentBody[], signal: AbortSignal) {
    const now = this.#entries.length;
    return head === now
      ? this.append(bodies, signal)
      : Promise.resolve(err({ kind: "head-moved" as const, head: now }));
  }

  catchUp(): Promise<Result<void, StorageError>> {
    return Promise.resolve(ok(undefined));
  }

  publish(event: SessionEvent): void {
    this.events.push(event);
  }

  snapshot(): never {
    throw new Error("Cannot show this log: it has no hub");
  }

  attach(): never {
    throw new Error("Cannot attach: nobody watches this log");
  }

  state(): LogState {
    return foldLog(this.#entries);
  }
}
