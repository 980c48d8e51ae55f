import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { RoomLog, StorageError } from "../../ports/room-log.ts";
import type {
  Foundation,
  MirroredEntry,
  MirrorError,
  SharedRoomKeys,
  SharedRoomStore,
  SyncPosition,
} from "../../ports/shared-room-store.ts";

interface Mirror {
  readonly entries: readonly MirroredEntry[];
  readonly position: SyncPosition | undefined;
  readonly foundation: Foundation | undefined;
}

const EMPTY: Mirror = { entries: [], position: undefined, foundation: undefined };

/**
 * Shared rooms of one device in memory. Every call replaces what it changes as a whole, so a
 * failure leaves nothing behind. Passes the shared room store contract.
 *
 * The same object after a crash of its page is the disk that the next page finds.
 */
export class MemorySharedRoomStore implements SharedRoomStore {
  readonly #keys = new Map<string, SharedRoomKeys>();
  readonly #mirrors = new Map<string, Mirror>();
  readonly #gone = new Set<string>();
  readonly #observers = new Map<string, Set<() => void>>();
  #failure: StorageError | undefined;
  #writesUntilAbort = Infinity;

  /** Every call fails with `error` until it is called with undefined. */
  failWith(error: StorageError | undefined): void {
    this.#failure = error;
  }

  /** The transaction that makes the `nth` write from now (1 is the next) aborts there. */
  abortAtWrite(nth: number): void {
    this.#writesUntilAbort = nth;
  }

  /** Forgets the room, as deleting it in another tab does; nothing more is mirrored of it. */
  deleteRoom(roomId: string): void {
    this.#gone.add(roomId);
    this.#keys.delete(roomId);
    this.#mirrors.delete(roomId);
  }

  /** The mirror as a log to read; only its relay orders what is appended. */
  logOf(roomId: string): RoomLog {
    const entries = (): readonly MirroredEntry[] => this.#mirrorOf(roomId).entries;
    return {
      append: () => Promise.resolve(err({ kind: "storage-denied", detail: "the room is shared" })),
      read: (afterSeq, entriesMax, signal) =>
        this.#answer(
          () => pageOf(entries(), afterSeq, entriesMax).map(({ entry }) => entry),
          signal,
        ),
      head: (signal) => this.#answer(() => entries().at(-1)?.entry.seq ?? 0, signal),
      subscribe: (onHint) => this.#subscribe(roomId, onHint),
    };
  }

  /** Everything mirrored, for assertions. */
  entriesOf(roomId: string): readonly MirroredEntry[] {
    return this.#mirrorOf(roomId).entries;
  }

  keys(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<SharedRoomKeys | undefined, StorageError>> {
    // Key objects are opaque: a copy of one would be none.
    signal.throwIfAborted();
    return Promise.resolve(this.#failure ? err(this.#failure) : ok(this.#keys.get(roomId)));
  }

  saveKeys(keys: SharedRoomKeys, signal: AbortSignal): Promise<Result<void, StorageError>> {
    return this.#change(() => {
      this.#keys.set(keys.roomId, keys);
      this.#gone.delete(keys.roomId);
      return ok(undefined);
    }, signal);
  }

  position(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<SyncPosition | undefined, StorageError>> {
    return this.#answer(() => this.#mirrorOf(roomId).position, signal);
  }

  mirror(
    roomId: string,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, MirrorError>> {
    const first = entries[0]?.entry.seq ?? position.seq + 1;
    checkSeqs(entries, first, position);
    return this.#change<MirrorError>(() => {
      const before = this.#mirrorOf(roomId);
      const isNext = before.position === undefined
        ? first === 1
        : first === before.position.seq + 1 && before.position.epoch === position.epoch;
      if (!isNext) return err({ kind: "storage-failed", detail: "the mirror is elsewhere" });
      if (hasRepeat([...before.entries, ...entries])) return err({ kind: "entry-repeated" });
      const all = [...before.entries, ...structuredClone(entries)];
      return this.#put(roomId, { entries: all, position, foundation: before.foundation });
    }, signal);
  }

  replaceEpoch(
    roomId: string,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> {
    checkSeqs(entries, 1, position);
    assert(!hasRepeat(entries), "Cannot replace the mirror: an id is there twice");
    const mirror = { entries: structuredClone(entries), position, foundation: undefined };
    return this.#change(() => this.#put(roomId, mirror), signal);
  }

  found(
    roomId: string,
    foundation: Foundation,
    entries: readonly MirroredEntry[],
    position: SyncPosition,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> {
    checkSeqs(entries, foundation.seq + 1, position);
    assert(!hasRepeat(entries), "Cannot found the mirror: an id is there twice");
    const mirror = { entries: structuredClone(entries), position, foundation: { ...foundation } };
    return this.#change(() => this.#put(roomId, mirror), signal);
  }

  foundation(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<Foundation | undefined, StorageError>> {
    return this.#answer(() => this.#mirrorOf(roomId).foundation, signal);
  }

  mirrored(
    roomId: string,
    afterSeq: number,
    entriesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly MirroredEntry[], StorageError>> {
    return this.#answer(
      () => pageOf(this.#mirrorOf(roomId).entries, afterSeq, entriesMax),
      signal,
    );
  }

  #mirrorOf(roomId: string): Mirror {
    return this.#mirrors.get(roomId) ?? EMPTY;
  }

  #put(roomId: string, mirror: Mirror): Result<void, StorageError> {
    if (this.#gone.has(roomId)) {
      return err({ kind: "storage-failed", detail: "the room is not here" });
    }
    this.#mirrors.set(roomId, { ...mirror, position: mirror.position && { ...mirror.position } });
    this.notify(roomId);
    return ok(undefined);
  }

  /** Hints who reads the room's log, as an outbox does too. */
  notify(roomId: string): void {
    for (const observer of this.#observers.get(roomId) ?? []) {
      queueMicrotask(() => this.#hint(roomId, observer));
    }
  }

  #subscribe(roomId: string, onHint: () => void): Disposable {
    const observer = (): void => onHint();
    const observers = this.#observers.get(roomId) ?? new Set();
    this.#observers.set(roomId, observers.add(observer));
    return { [Symbol.dispose]: () => void observers.delete(observer) };
  }

  #hint(roomId: string, observer: () => void): void {
    if (this.#observers.get(roomId)?.has(observer) === true) observer();
  }

  async #answer<T>(look: () => T, signal: AbortSignal): Promise<Result<T, StorageError>> {
    signal.throwIfAborted();
    return this.#failure === undefined ? ok(structuredClone(look())) : err(this.#failure);
  }

  async #change<E>(
    work: () => Result<void, E>,
    signal: AbortSignal,
  ): Promise<Result<void, E | StorageError>> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) return err(this.#failure);
    this.#writesUntilAbort -= 1;
    if (this.#writesUntilAbort === 0) return err({ kind: "storage-failed", detail: "aborted" });
    return work();
  }
}

/** Seqs follow each other up to the position: what else is a defect of the caller. */
function checkSeqs(
  entries: readonly MirroredEntry[],
  first: number,
  position: SyncPosition,
): void {
  const isInOrder = entries.every(({ entry }, index) => entry.seq === first + index);
  assert(isInOrder, `Cannot mirror: the entries do not follow each other from ${first}`);
  const last = first + entries.length - 1;
  assert(position.seq === last, `Cannot mirror up to ${last}: the position is ${position.seq}`);
}

function hasRepeat(entries: readonly MirroredEntry[]): boolean {
  return new Set(entries.map(({ entry }) => entry.id)).size < entries.length;
}

/** Entries follow each other, from whichever the mirror begins with. */
function pageOf(
  entries: readonly MirroredEntry[],
  afterSeq: number,
  entriesMax: number,
): readonly MirroredEntry[] {
  const from = Math.max(0, afterSeq + 1 - (entries[0]?.entry.seq ?? 1));
  return entries.slice(from, from + entriesMax);
}
