/**
 * The shared room store contract: every SharedRoomStore (IndexedDB, memory) passes it.
 *
 * Rules (shared/SPEC.md, section SY): SY67, SY72 to SY74, and SY10 for the mirror's readers.
 */

import { toRoomMs } from "../../base/brands.ts";
import type { RoomLog } from "../../ports/room-log.ts";
import type {
  MirroredEntry,
  SharedRoomKeys,
  SharedRoomStore,
  SyncPosition,
} from "../../ports/shared-room-store.ts";
import {
  type ContractCase,
  errorOf,
  noAbort,
  rejectionOf,
  same,
  valueOf,
} from "./contract-case.ts";

export interface SharedRoomStoreSubject {
  /** The room whose mirror the cases use; it is there. */
  readonly roomId: string;
  /** Another handle on the same rows: a second tab, or the same one after a restart. */
  open(): SharedRoomStore;
  /** The room's log as its readers see it. */
  openLog(): RoomLog;
  createKeys(): Promise<SharedRoomKeys>;
  /** The transaction that makes the `nth` write from now aborts there, as a crash does. */
  abortAtWrite(nth: number): void;
  /** Deletes the room behind the store's back. */
  deleteRoom(): Promise<void>;
  close(): Promise<void>;
}

export const mirroredEntry = (seq: number, id = `en_${seq}`, from = "dv"): MirroredEntry => ({
  entry: { seq, ts: toRoomMs(1_000 + seq), id, device: "dv", body: { of: id } },
  sealed: `sealed ${id}`,
  from,
});

export const positionAt = (seq: number, epoch = "e1"): SyncPosition => ({
  epoch,
  seq,
  mac: `m${seq}`,
  opener: `{"at":${seq}}`,
});

/** Entries from `first` to `last`. */
const run = (first: number, last: number): readonly MirroredEntry[] =>
  Array.from({ length: last - first + 1 }, (_, index) => mirroredEntry(first + index));

type Check = (subject: SharedRoomStoreSubject, store: SharedRoomStore) => Promise<void>;

function contractCase(title: string, check: Check): ContractCase<SharedRoomStoreSubject> {
  return {
    title,
    async run(make) {
      const subject = await make();
      try {
        await check(subject, subject.open());
      } finally {
        await subject.close();
      }
    },
  };
}

async function mirror(
  { roomId }: SharedRoomStoreSubject,
  store: SharedRoomStore,
  first: number,
  last: number,
): Promise<void> {
  const mirrored = await store.mirror(roomId, run(first, last), positionAt(last), noAbort);
  valueOf(mirrored, `mirror ${first} to ${last}`);
}

/** What the store holds: ids of the log's entries and of the mirrored ones, and the position. */
async function contents({ roomId, openLog }: SharedRoomStoreSubject, store: SharedRoomStore) {
  const log = valueOf(await openLog().read(0, 100, noAbort), "read");
  const mirrored = valueOf(await store.mirrored(roomId, 0, 100, noAbort), "mirrored");
  same(mirrored.map(({ entry }) => entry), log, "the log is the mirror");
  same(log.map(({ seq }) => seq), log.map((_, index) => index + 1), "seqs");
  const position = valueOf(await store.position(roomId, noAbort), "position");
  return { ids: log.map(({ id }) => id), at: position?.seq, epoch: position?.epoch };
}

const mirroring: readonly ContractCase<SharedRoomStoreSubject>[] = [
  contractCase("[SY72] a room begins without a position and without entries", async (s, store) => {
    same(await contents(s, store), { ids: [] }, "contents");
  }),
  contractCase(
    "[SY72] entries come with their position and are there for all",
    async (s, store) => {
      await mirror(s, store, 1, 2);
      await mirror(s, s.open(), 3, 3);
      const expected = { ids: ["en_1", "en_2", "en_3"], at: 3, epoch: "e1" };
      same(await contents(s, s.open()), expected, "contents");
      same(valueOf(await store.position(s.roomId, noAbort), "position"), positionAt(3), "position");
    },
  ),
  contractCase("[SY72] a position may move without entries", async (s, store) => {
    await mirror(s, store, 1, 1);
    const moved = { ...positionAt(1), mac: "newer" };
    valueOf(await store.mirror(s.roomId, [], moved, noAbort), "mirror");
    same(valueOf(await store.position(s.roomId, noAbort), "position"), moved, "position");
  }),
  contractCase("[SY72] what is not right behind is refused, changing nothing", async (s, store) => {
    const before = { ids: ["en_1"], at: 1, epoch: "e1" };
    errorOf(await store.mirror(s.roomId, run(2, 2), positionAt(2), noAbort), "a gap at the start");
    await mirror(s, store, 1, 1);
    const wrong: readonly (readonly [readonly MirroredEntry[], SyncPosition])[] = [
      [run(1, 1), positionAt(1)],
      [run(3, 3), positionAt(3)],
      [run(2, 2), positionAt(2, "e2")],
      [[], positionAt(2)],
    ];
    for (const [entries, position] of wrong) {
      const refused = await store.mirror(s.roomId, entries, position, noAbort);
      same(errorOf(refused, "mirror").kind, "storage-failed", "kind");
      same(await contents(s, store), before, "contents");
    }
  }),
  contractCase("[SY72] an id comes once: a repeat is refused as such", async (s, store) => {
    await mirror(s, store, 1, 1);
    const again = await store.mirror(
      s.roomId,
      [mirroredEntry(2, "en_1")],
      positionAt(2),
      noAbort,
    );
    same(errorOf(again, "known"), { kind: "entry-repeated" }, "error");
    const twice = [mirroredEntry(2, "twin"), mirroredEntry(3, "twin")];
    const within = await store.mirror(s.roomId, twice, positionAt(3), noAbort);
    same(errorOf(within, "within"), { kind: "entry-repeated" }, "error");
    same(await contents(s, store), { ids: ["en_1"], at: 1, epoch: "e1" }, "contents");
  }),
  contractCase("[SY72] seqs that do not fit each other are a defect", async (s, store) => {
    const wrong = [
      () => store.mirror(s.roomId, [mirroredEntry(1), mirroredEntry(3)], positionAt(3), noAbort),
      () => store.mirror(s.roomId, run(1, 1), positionAt(5), noAbort),
      () => store.replaceEpoch(s.roomId, run(2, 2), positionAt(2), noAbort),
    ];
    for (const one of wrong) {
      const defect = await rejectionOf(async () => await one(), "mirror");
      same((defect as Error).name, "Defect", "name");
    }
    same(await contents(s, store), { ids: [] }, "contents");
  }),
  contractCase("[SY72] a crash leaves both entries and position as they were", async (s, store) => {
    await mirror(s, store, 1, 1);
    s.abortAtWrite(1);
    const failed = await store.mirror(s.roomId, run(2, 4), positionAt(4), noAbort);
    same(errorOf(failed, "mirror").kind, "storage-failed", "kind");
    same(await contents(s, store), { ids: ["en_1"], at: 1, epoch: "e1" }, "contents");
    await mirror(s, store, 2, 4);
    same((await contents(s, store)).at, 4, "position");
  }),
  contractCase(
    "[SY72] mirrored entries come page by page, sealed as they were",
    async (s, store) => {
      await mirror(s, store, 1, 3);
      const page = async (after: number, max: number) =>
        valueOf(await store.mirrored(s.roomId, after, max, noAbort), "page");
      same(await page(0, 2), run(1, 2), "first page");
      same(await page(2, 9), run(3, 3), "short page");
      same(await page(3, 9), [], "at the end");
    },
  ),
];

const ends: readonly ContractCase<SharedRoomStoreSubject>[] = [
  contractCase("[SY73] a new epoch replaces entries and position at once", async (s, store) => {
    await mirror(s, store, 1, 3);
    const entries = [mirroredEntry(1, "other"), mirroredEntry(2, "en_2")];
    valueOf(await store.replaceEpoch(s.roomId, entries, positionAt(2, "e2"), noAbort), "replace");
    same(await contents(s, s.open()), { ids: ["other", "en_2"], at: 2, epoch: "e2" }, "contents");
    const after = await store.mirror(s.roomId, run(3, 3), positionAt(3, "e2"), noAbort);
    valueOf(after, "goes on");
  }),
  contractCase("[SY73] a new epoch may be empty", async (s, store) => {
    await mirror(s, store, 1, 2);
    valueOf(await store.replaceEpoch(s.roomId, [], positionAt(0, "e2"), noAbort), "replace");
    same(await contents(s, store), { ids: [], at: 0, epoch: "e2" }, "contents");
  }),
  contractCase("[SY73] a crash while replacing leaves the old epoch whole", async (s, store) => {
    await mirror(s, store, 1, 3);
    s.abortAtWrite(1);
    const entries = [mirroredEntry(1, "other")];
    const failed = await store.replaceEpoch(s.roomId, entries, positionAt(1, "e2"), noAbort);
    same(errorOf(failed, "replace").kind, "storage-failed", "kind");
    same(await contents(s, store), { ids: ["en_1", "en_2", "en_3"], at: 3, epoch: "e1" }, "old");
  }),
  contractCase("[SY74] of a room that is gone nothing is mirrored", async (s, store) => {
    await mirror(s, store, 1, 1);
    await s.deleteRoom();
    const mirrored = await store.mirror(s.roomId, run(1, 1), positionAt(1), noAbort);
    same(errorOf(mirrored, "mirror").kind, "storage-failed", "mirror");
    const replaced = await store.replaceEpoch(s.roomId, run(1, 1), positionAt(1), noAbort);
    same(errorOf(replaced, "replace").kind, "storage-failed", "replace");
    same(await contents(s, store), { ids: [] }, "contents");
  }),
  contractCase("[SY71] keys are read back as they were saved", async (s, store) => {
    const keys = await s.createKeys();
    valueOf(await store.saveKeys(keys, noAbort), "save");
    const found = valueOf(await s.open().keys(keys.roomId, noAbort), "keys");
    same(Array.from(found?.secret ?? []), Array.from(keys.secret), "secret");
    same([found?.access, found?.relayUrl], [keys.access, keys.relayUrl], "room");
    same(found?.device.id, keys.device.id, "device");
    same(valueOf(await store.keys("another", noAbort), "keys"), undefined, "another room");
  }),
  contractCase("[SY10] readers get a hint when the mirror changed", async (s, store) => {
    const log = s.openLog();
    const hinted = (): Promise<void> => new Promise((resolve) => void log.subscribe(resolve));
    const first = hinted();
    await mirror(s, store, 1, 1);
    await first;
    const second = hinted();
    valueOf(await store.replaceEpoch(s.roomId, [], positionAt(0, "e2"), noAbort), "replace");
    await second;
  }),
  contractCase("[SY9] an aborted signal rejects with its reason", async (s, store) => {
    const signal = AbortSignal.abort("left");
    const calls = [
      () => store.position(s.roomId, signal),
      () => store.mirror(s.roomId, run(1, 1), positionAt(1), signal),
      () => store.replaceEpoch(s.roomId, run(1, 1), positionAt(1), signal),
      () => store.mirrored(s.roomId, 0, 9, signal),
      () => store.keys(s.roomId, signal),
    ];
    for (const call of calls) same(await rejectionOf(async () => await call(), "call"), "left", "");
    same(await contents(s, store), { ids: [] }, "contents");
  }),
];

const FOUNDATION = { seq: 30, text: '{"head":30}', by: "dv_other" } as const;

/** What a founded store holds. */
async function founded({ roomId, openLog }: SharedRoomStoreSubject, store: SharedRoomStore) {
  const seqs = (all: readonly { readonly seq: number }[]) => all.map(({ seq }) => seq);
  const log = valueOf(await openLog().read(0, 100, noAbort), "read");
  const mirrored = valueOf(await store.mirrored(roomId, 0, 100, noAbort), "mirrored");
  same(seqs(mirrored.map(({ entry }) => entry)), seqs(log), "the log is the mirror");
  const foundation = valueOf(await store.foundation(roomId, noAbort), "foundation");
  const at = valueOf(await store.position(roomId, noAbort), "position")?.seq;
  const head = valueOf(await openLog().head(noAbort), "head");
  return { seqs: seqs(log), foundation, at, head };
}

const foundations: readonly ContractCase<SharedRoomStoreSubject>[] = [
  contractCase("[SY67] a foundation comes with what is behind it, and stays", async (s, store) => {
    same(valueOf(await store.foundation(s.roomId, noAbort), "before"), undefined, "before");
    await mirror(s, store, 1, 3);
    valueOf(await store.found(s.roomId, FOUNDATION, run(31, 32), positionAt(32), noAbort), "found");
    await mirror(s, s.open(), 33, 33);
    const expected = { seqs: [31, 32, 33], foundation: FOUNDATION, at: 33, head: 33 };
    same(await founded(s, s.open()), expected, "contents");
    const page = async (after: number, max: number) => ({
      log: valueOf(await s.openLog().read(after, max, noAbort), "log").map(({ seq }) => seq),
      mirror: valueOf(await store.mirrored(s.roomId, after, max, noAbort), "mirror")
        .map(({ entry }) => entry.seq),
    });
    same(await page(0, 1), { log: [31], mirror: [31] }, "first page");
    same(await page(31, 1), { log: [32], mirror: [32] }, "second page");
    same(await page(33, 9), { log: [], mirror: [] }, "at the end");
    valueOf(await store.found(s.roomId, FOUNDATION, [], positionAt(30), noAbort), "found empty");
    same(await founded(s, store), { seqs: [], foundation: FOUNDATION, at: 30, head: 0 }, "empty");
  }),
  contractCase("[SY67] a new epoch from its start needs no foundation", async (s, store) => {
    valueOf(await store.found(s.roomId, FOUNDATION, run(31, 31), positionAt(31), noAbort), "found");
    valueOf(await store.replaceEpoch(s.roomId, run(1, 2), positionAt(2, "e2"), noAbort), "replace");
    const expected = { seqs: [1, 2], foundation: undefined, at: 2, head: 2 };
    same(await founded(s, store), expected, "contents");
  }),
  contractCase("[SY67] a crash while founding leaves the old mirror whole", async (s, store) => {
    await mirror(s, store, 1, 2);
    s.abortAtWrite(1);
    const failed = await store.found(s.roomId, FOUNDATION, run(31, 31), positionAt(31), noAbort);
    same(errorOf(failed, "found").kind, "storage-failed", "kind");
    const before = { seqs: [1, 2], foundation: undefined, at: 2, head: 2 };
    same(await founded(s, store), before, "contents");
  }),
  contractCase("[SY67] entries that are not right behind it are a defect", async (s, store) => {
    const wrong = async () =>
      await store.found(s.roomId, FOUNDATION, run(32, 32), positionAt(32), noAbort);
    same((await rejectionOf(wrong, "found") as Error).name, "Defect", "name");
  }),
  contractCase("[SY74] of a room that is gone nothing is founded", async (s, store) => {
    valueOf(await store.found(s.roomId, FOUNDATION, run(31, 31), positionAt(31), noAbort), "found");
    await s.deleteRoom();
    const failed = await store.found(s.roomId, FOUNDATION, run(31, 31), positionAt(31), noAbort);
    same(errorOf(failed, "found").kind, "storage-failed", "kind");
    const nothing = { seqs: [], foundation: undefined, at: undefined, head: 0 };
    same(await founded(s, store), nothing, "contents");
  }),
];

export const sharedRoomStoreContract: readonly ContractCase<SharedRoomStoreSubject>[] = [
  ...mirroring,
  ...foundations,
  ...ends,
];
