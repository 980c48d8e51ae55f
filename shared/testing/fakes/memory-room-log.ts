import { toRoomMs } from "../../base/brands.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  AppendError,
  LogEntry,
  NewEntry,
  RoomLog,
  StorageError,
} from "../../ports/room-log.ts";
import { protocolLimits } from "../../protocol/limits.ts";
import { decideAppend, measureEntry, type SequencerLimits } from "../../sync/local-sequencer.ts";

/**
 * One room's log in memory. Passes the room log contract; a test can make it full, denied or gone.
 */
export class MemoryRoomLog implements RoomLog {
  readonly #clock: Pick<Clock, "epochNow">;
  readonly #limits: SequencerLimits;
  readonly #entries: LogEntry[] = [];
  readonly #byId = new Map<string, LogEntry>();
  readonly #observers = new Set<() => void>();
  #failure: StorageError | undefined;
  #isRoomKnown = true;
  #writesUntilAbort = Infinity;

  constructor(clock: Pick<Clock, "epochNow">, limits: SequencerLimits = protocolLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Every call fails with `error` until it is called with undefined. */
  failWith(error: StorageError | undefined): void {
    this.#failure = error;
  }

  /** The append that makes the `nth` write from now (1 is the next) aborts there. */
  abortAtWrite(nth: number): void {
    this.#writesUntilAbort = nth;
  }

  /** Forgets the room, as deleting it in another tab does. */
  deleteRoom(): void {
    this.#isRoomKnown = false;
    this.#entries.length = 0;
    this.#byId.clear();
  }

  /** Everything appended so far, for assertions. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  async append(entry: NewEntry, signal: AbortSignal): Promise<Result<LogEntry, AppendError>> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) return err(this.#failure);
    const view = {
      isRoomKnown: this.#isRoomKnown,
      known: this.#byId.get(entry.id),
      head: this.#entries.length,
    };
    const ts = toRoomMs(this.#clock.epochNow());
    const decision = decideAppend(view, measureEntry(entry), ts, this.#limits);
    if (decision.kind === "refuse") return err(decision.error);
    if (decision.kind === "append") {
      this.#writesUntilAbort -= 1;
      if (this.#writesUntilAbort === 0) return err({ kind: "storage-failed", detail: "aborted" });
      this.#entries.push(decision.entry);
      this.#byId.set(decision.entry.id, decision.entry);
      for (const observer of this.#observers) queueMicrotask(() => this.#hint(observer));
    }
    return ok(structuredClone(decision.entry));
  }

  async read(
    afterSeq: number,
    entriesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly LogEntry[], StorageError>> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) return err(this.#failure);
    return ok(structuredClone(this.#entries.slice(afterSeq, afterSeq + entriesMax)));
  }

  async head(signal: AbortSignal): Promise<Result<number, StorageError>> {
    signal.throwIfAborted();
    return this.#failure === undefined ? ok(this.#entries.length) : err(this.#failure);
  }

  subscribe(onHint: () => void): Disposable {
    // A wrapper keeps two subscriptions of one function apart.
    const observer = (): void => onHint();
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => void this.#observers.delete(observer) };
  }

  #hint(observer: () => void): void {
    if (this.#observers.has(observer)) observer();
  }
}
