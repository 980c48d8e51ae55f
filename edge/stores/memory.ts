/**
 * The relay's store in memory: for tests and the simulator, with the faults a disk has.
 *
 * Durable means: known to the store that `crash` returns. Passes the relay store contract.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type {
  RelayStore,
  RoomHead,
  RoomWrite,
  StoredEntry,
  StoreError,
  WriteVerdict,
} from "../relay/relay-store.ts";

interface Room {
  readonly epoch: string;
  readonly head: number;
  readonly floor: number;
  /** From `floor` to `head`. */
  readonly entries: readonly RelayEntry[];
  readonly checkpoints: readonly number[];
  readonly present: ReadonlySet<string>;
}

type Rooms = ReadonlyMap<string, Room>;

/** Commits that can be lost in a crash; older ones are safe. */
const UNDO_MAX = 64;

/** What a store does when it is broken for good: nothing, for ever. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export class MemoryRelayStore implements RelayStore {
  #rooms: Rooms;
  /** The rooms before each of the newest commits, oldest first. */
  #undo: Rooms[] = [];
  #failure: StoreError | undefined;
  #failsAll: StoreError | undefined;
  #gate: Promise<void> | undefined;
  #openGate: () => void = () => undefined;
  #isDead = false;
  #commits = 0;

  constructor(rooms: Rooms = new Map()) {
    this.#rooms = rooms;
  }

  /** Commits so far, each for any number of rooms. */
  get commits(): number {
    return this.#commits;
  }

  /** The next commit is refused with `error` and changes nothing. */
  failNextCommit(error: StoreError): void {
    this.#failure = error;
  }

  /** Every call is refused with `error` until this is called with undefined. */
  failWith(error: StoreError | undefined): void {
    this.#failsAll = error;
  }

  /** Commits wait, and nothing of them is durable, until `releaseCommits`. */
  holdCommits(): void {
    this.#gate ??= new Promise((resolve) => this.#openGate = resolve);
  }

  releaseCommits(): void {
    this.#gate = undefined;
    this.#openGate();
  }

  /**
   * Ends this store, whose calls never come back, and gives the one a restart would find: all that
   * was durable, or, as a lying disk does, without the newest `commitsLost` commits.
   */
  crash(commitsLost = 0): MemoryRelayStore {
    this.#isDead = true;
    const at = this.#undo.length - Math.min(commitsLost, this.#undo.length);
    return new MemoryRelayStore(this.#undo[at] ?? this.#rooms);
  }

  open(room: string): Promise<Result<RoomHead | undefined, StoreError>> {
    return this.#answer(() => {
      const found = this.#rooms.get(room);
      if (found === undefined) return undefined;
      const { epoch, head, floor, checkpoints } = found;
      const bytes = found.entries.reduce((sum, entry) => sum + entry.body.length, 0);
      return { epoch, head, floor, bytes, checkpoints, present: [...found.present].toSorted() };
    });
  }

  /**
   * `isHeldBack` tells of each write whether a shared store would say `moved`; a store of one
   * process takes what does not fit for a defect.
   */
  async commit(
    writes: readonly RoomWrite[],
    isHeldBack?: (write: RoomWrite) => boolean,
  ): Promise<Result<readonly WriteVerdict[], StoreError>> {
    while (this.#gate !== undefined) await this.#gate;
    if (this.#isDead) return await never();
    const failure = this.#failsAll ?? this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) return err(failure);
    const rooms = new Map(this.#rooms);
    const verdicts: WriteVerdict[] = [];
    for (const write of writes) {
      const stored = rooms.get(write.room);
      const isMoved = isHeldBack !== undefined && (!follows(stored, write) || isHeldBack(write));
      verdicts.push(isMoved ? "moved" : "stored");
      if (isMoved) continue;
      const changed = applyWrite(stored, write);
      if (!changed.ok) return changed;
      rooms.set(write.room, changed.value);
    }
    this.#undo = [...this.#undo, this.#rooms].slice(-UNDO_MAX);
    this.#rooms = rooms;
    this.#commits += 1;
    return ok(verdicts);
  }

  read(
    room: string,
    after: number,
    entriesMax: number,
    bytesMax: number,
  ): Promise<Result<readonly RelayEntry[], StoreError>> {
    return this.#answer(() => {
      const found = this.#rooms.get(room);
      if (found === undefined) return [];
      const from = Math.max(0, after + 1 - found.floor);
      const entries: RelayEntry[] = [];
      let bytes = 0;
      for (const entry of found.entries.slice(from, from + entriesMax)) {
        bytes += entry.body.length;
        // The first comes whatever its size, so that a reader always gets on.
        if (bytes > bytesMax && entries.length > 0) break;
        entries.push(entry);
      }
      return entries;
    });
  }

  findIds(
    room: string,
    ids: readonly string[],
  ): Promise<Result<readonly RelayEntry[], StoreError>> {
    return this.#answer(() => {
      const wanted = new Set(ids);
      return (this.#rooms.get(room)?.entries ?? []).filter((entry) => wanted.has(entry.id));
    });
  }

  roomsWithPresent(): Promise<Result<readonly string[], StoreError>> {
    return this.#answer(() =>
      [...this.#rooms].filter(([, room]) => room.present.size > 0).map(([id]) => id).toSorted()
    );
  }

  async close(): Promise<void> {
    if (this.#isDead) await never();
  }

  #answer<T>(look: () => T): Promise<Result<T, StoreError>> {
    if (this.#isDead) return never();
    if (this.#failsAll !== undefined) return Promise.resolve(err(this.#failsAll));
    return Promise.resolve(ok(look()));
  }
}

/** Whether the write was made for what is stored. */
function follows(stored: Room | undefined, write: RoomWrite): boolean {
  const first = write.entries[0]?.seq;
  return (stored === undefined || stored.epoch === write.epoch) &&
    (first === undefined || first === (stored?.head ?? 0) + 1);
}

function applyWrite(stored: Room | undefined, write: RoomWrite): Result<Room, StoreError> {
  assert(
    stored === undefined || stored.epoch === write.epoch,
    "Cannot commit a room's write: the stored epoch is another",
  );
  const ids = new Set(stored?.entries.map((entry) => entry.id));
  let head = stored?.head ?? 0;
  let floor = stored?.floor ?? 1;
  for (const entry of write.entries) {
    assert(entry.seq === head + 1, `Cannot commit entry ${entry.seq}: the head is ${head}`);
    if (ids.has(entry.id)) return err({ kind: "storage-failed", detail: "the id is taken" });
    ids.add(entry.id);
    head = entry.seq;
  }
  let entries = [...stored?.entries ?? [], ...write.entries.map(toEntry)];
  if (write.trimBelow !== undefined && write.trimBelow > floor) {
    floor = Math.min(write.trimBelow, head + 1);
    entries = entries.filter((entry) => entry.seq >= floor);
  }
  const present = new Set([...stored?.present ?? [], ...write.arrived]);
  for (const device of write.gone) present.delete(device);
  const covers = write.entries.flatMap((entry) => entry.covers ?? []);
  const checkpoints = [...stored?.checkpoints ?? [], ...covers].slice(-2);
  return ok({ epoch: write.newEpoch ?? write.epoch, head, floor, entries, checkpoints, present });
}

function toEntry({ seq, ts, from, id, body }: StoredEntry): RelayEntry {
  return { seq, ts, from, id, body };
}
