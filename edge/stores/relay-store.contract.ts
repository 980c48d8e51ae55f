/**
 * The relay store contract: every RelayStore passes it.
 *
 * Rules (shared/SPEC.md, section RL): RL42 to RL52.
 */

import { fc } from "#shared/testing/properties.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import {
  type ContractCase,
  errorOf,
  rejectionOf,
  same,
  valueOf,
} from "#shared/testing/contracts/contract-case.ts";
import type { RelayStore, RoomWrite, StoredEntry } from "../relay/relay-store.ts";

export interface RelayStoreSubject {
  /** The store as it is open now. */
  store(): RelayStore;
  /** True where any number of processes may use it: what does not fit is `moved`, no defect. */
  readonly isShared?: true;
  /** Closes it and opens it again, as a restart does. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const ROOM = "room-one";

const entryOf = (seq: number, change: Partial<StoredEntry> = {}): StoredEntry => ({
  seq,
  ts: 1_000 + seq,
  from: "device-a",
  id: `id-${seq}`,
  body: `body-${seq}`,
  ...change,
});

const writeOf = (seqs: readonly number[], change: Partial<RoomWrite> = {}): RoomWrite => ({
  room: ROOM,
  epoch: "epoch-1",
  entries: seqs.map((seq) => entryOf(seq)),
  arrived: [],
  gone: [],
  ...change,
});

const plain = ({ seq, ts, from, id, body }: StoredEntry): RelayEntry => ({
  ...{ seq, ts, from, id, body },
});

async function commit(subject: RelayStoreSubject, ...writes: RoomWrite[]): Promise<void> {
  valueOf(await subject.store().commit(writes), "commit");
}

async function read(
  subject: RelayStoreSubject,
  after = 0,
  entriesMax = 1_000,
  bytesMax = 1_000_000,
): Promise<readonly RelayEntry[]> {
  return valueOf(await subject.store().read(ROOM, after, entriesMax, bytesMax), "read");
}

/** A write of two entries with one id: refused, and with it all that it is committed with. */
const refusedWrite = (room: string, epoch: string, seq: number): RoomWrite =>
  writeOf([], {
    ...{ room, epoch },
    entries: [entryOf(seq, { id: "twice" }), entryOf(seq + 1, { id: "twice" })],
  });

/** A write that was made for another epoch or head. */
async function expectMisfit(subject: RelayStoreSubject, write: RoomWrite): Promise<void> {
  if (subject.isShared === true) {
    same(valueOf(await subject.store().commit([write]), "commit"), ["moved"], "verdict");
    return;
  }
  const defect = await rejectionOf(() => subject.store().commit([write]), "commit");
  same((defect as Error).name, "Defect", "name");
}

const seqsOf = (entries: readonly RelayEntry[]): readonly number[] => entries.map((e) => e.seq);

const headOf = async (subject: RelayStoreSubject, room = ROOM) =>
  valueOf(await subject.store().open(room), "open");

type Check = (subject: RelayStoreSubject, runs: number) => Promise<void>;

function contractCase(title: string, check: Check): ContractCase<RelayStoreSubject> {
  return {
    title,
    async run(make, runs) {
      const subject = await make();
      try {
        await check(subject, runs);
      } finally {
        await subject.close();
      }
    },
  };
}

const basics: readonly ContractCase<RelayStoreSubject>[] = [
  contractCase("[RL42] a room without log is undefined, empty and has no ids", async (s) => {
    same(await headOf(s), undefined, "head");
    same(await read(s), [], "entries");
    same(valueOf(await s.store().findIds(ROOM, ["x"]), "ids"), [], "ids");
    same(valueOf(await s.store().roomsWithPresent(), "rooms"), [], "rooms");
  }),
  contractCase("[RL42] what was committed is there, also after a restart", async (s) => {
    await commit(s, writeOf([1, 2]));
    await commit(s, writeOf([3]));
    const check = async (): Promise<void> => {
      same(await read(s), [1, 2, 3].map((seq) => plain(entryOf(seq))), "entries");
      same(await headOf(s), {
        epoch: "epoch-1",
        head: 3,
        floor: 1,
        bytes: 18,
        checkpoints: [],
        present: [],
      }, "head");
    };
    await check();
    await s.reopen();
    await check();
  }),
  contractCase("[RL43] writes of several rooms are one commit: all or nothing", async (s) => {
    await commit(s, writeOf([1]), writeOf([1], { room: "room-two", epoch: "epoch-2" }));
    const broken = refusedWrite("room-two", "epoch-2", 2);
    errorOf(await s.store().commit([writeOf([2]), broken]), "a commit with one id twice");
    same((await headOf(s))?.head, 1, "head of the room whose write was right");
    await s.reopen();
    same((await headOf(s))?.head, 1, "head after a restart");
    same((await headOf(s, "room-two"))?.head, 1, "head of the other room");
  }),
  contractCase("[RL43] rooms do not see each other", async (s) => {
    await commit(s, writeOf([1]), writeOf([1, 2], { room: "room-two" }));
    same(seqsOf(await read(s)), [1], "entries");
    same(valueOf(await s.store().findIds(ROOM, ["id-2"]), "ids"), [], "ids");
  }),
  contractCase("[RL44] a seq that is not the next, or another epoch, is not stored", async (s) => {
    await commit(s, writeOf([1]));
    for (const wrong of [writeOf([1]), writeOf([3]), writeOf([2], { epoch: "epoch-9" })]) {
      await expectMisfit(s, wrong);
    }
    same(seqsOf(await read(s)), [1], "entries");
  }),
  contractCase("[RL119] what moved does not hold back what is committed with it", async (s) => {
    if (s.isShared !== true) return; // Alone on its store a relay never sees it.
    await commit(s, writeOf([1]));
    const other = writeOf([1], { room: "room-two" });
    const verdicts = valueOf(await s.store().commit([writeOf([1]), other, writeOf([2])]), "commit");
    same(verdicts, ["moved", "stored", "stored"], "verdicts");
    same(seqsOf(await read(s)), [1, 2], "entries");
  }),
  contractCase("[RL44] an id that the log holds is not stored again", async (s) => {
    await commit(s, writeOf([1]));
    const twice = writeOf([], { entries: [entryOf(2, { id: "id-1" })] });
    same(errorOf(await s.store().commit([twice]), "commit").kind, "storage-failed", "kind");
    same(seqsOf(await read(s)), [1], "entries");
    await commit(s, writeOf([2]));
  }),
];

const reading: readonly ContractCase<RelayStoreSubject>[] = [
  contractCase("[RL45] reading is ordered, begins behind a seq and is bounded", async (s) => {
    await commit(s, writeOf([1, 2, 3, 4, 5]));
    same(seqsOf(await read(s, 2)), [3, 4, 5], "after 2");
    same(seqsOf(await read(s, 1, 2)), [2, 3], "two entries");
    same(seqsOf(await read(s, 0, 10, 12)), [1, 2], "12 bytes of bodies");
    same(seqsOf(await read(s, 0, 10, 17)), [1, 2], "17 bytes of bodies");
    same(seqsOf(await read(s, 5)), [], "at the head");
    same(seqsOf(await read(s, 99)), [], "beyond the head");
    same(seqsOf(await read(s, 0, 0)), [], "no entries asked");
  }),
  contractCase(
    "[RL45] an entry over the byte bound comes alone, so that a reader gets on",
    async (s) => {
      await commit(s, writeOf([1, 2]));
      same(seqsOf(await read(s, 0, 10, 1)), [1], "one byte");
    },
  ),
  contractCase("[RL46] entries are found by any of many ids", async (s) => {
    await commit(s, writeOf([1, 2, 3]));
    const many = Array.from({ length: 128 }, (_, n) => `other-${n}`);
    const found = valueOf(await s.store().findIds(ROOM, [...many, "id-3", "id-1"]), "ids");
    same(found.toSorted((a, b) => a.seq - b.seq), [plain(entryOf(1)), plain(entryOf(3))], "found");
    same(valueOf(await s.store().findIds(ROOM, []), "no ids"), [], "none");
  }),
];

const facts: readonly ContractCase<RelayStoreSubject>[] = [
  contractCase("[RL47] who arrived is present until gone; gone wins in one commit", async (s) => {
    await commit(s, writeOf([1], { arrived: ["d-b", "d-a", "d-c"] }));
    await commit(s, writeOf([2], { arrived: ["d-a", "d-d"], gone: ["d-b", "d-d", "d-x"] }));
    same((await headOf(s))?.present.toSorted(), ["d-a", "d-c"], "present");
    await s.reopen();
    same(valueOf(await s.store().roomsWithPresent(), "rooms"), [ROOM], "rooms");
    await commit(s, writeOf([3], { gone: ["d-a", "d-c"] }));
    same(valueOf(await s.store().roomsWithPresent(), "rooms"), [], "rooms when all left");
  }),
  contractCase("[RL48] trimming removes what is below, and its bytes and ids", async (s) => {
    await commit(s, writeOf([1, 2, 3, 4]));
    await commit(s, writeOf([5], { trimBelow: 4 }));
    const head = await headOf(s);
    same([head?.floor, head?.head, head?.bytes], [4, 5, 12], "floor, head, bytes");
    same(seqsOf(await read(s)), [4, 5], "entries");
    same(valueOf(await s.store().findIds(ROOM, ["id-1"]), "ids"), [], "ids");
    await commit(s, writeOf([6], { trimBelow: 2 }));
    same((await headOf(s))?.floor, 4, "a lower point changes nothing");
  }),
  contractCase("[RL48] trimming everything leaves the head where it was", async (s) => {
    await commit(s, writeOf([1, 2]));
    await commit(s, writeOf([3], { trimBelow: 99 }));
    await s.reopen();
    const head = await headOf(s);
    same([head?.floor, head?.head, head?.bytes], [4, 3, 0], "floor, head, bytes");
    await commit(s, writeOf([4]));
    same(seqsOf(await read(s)), [4], "entries");
  }),
  contractCase("[RL49] a new epoch replaces the old one and keeps the entries", async (s) => {
    await commit(s, writeOf([1, 2]));
    await commit(s, writeOf([], { newEpoch: "epoch-2" }));
    same((await headOf(s))?.epoch, "epoch-2", "epoch");
    await expectMisfit(s, writeOf([3]));
    await commit(s, writeOf([3], { epoch: "epoch-2" }));
    await s.reopen();
    same([(await headOf(s))?.epoch, (await headOf(s))?.head], ["epoch-2", 3], "epoch, head");
    same(seqsOf(await read(s)), [1, 2, 3], "entries");
  }),
  contractCase("[RL50] the newest two checkpoints are known, oldest first", async (s) => {
    const covering = (seq: number, covers: number): RoomWrite =>
      writeOf([], { entries: [entryOf(seq, { covers })] });
    await commit(s, writeOf([1, 2, 3]));
    await commit(s, covering(4, 1));
    same((await headOf(s))?.checkpoints, [1], "one");
    await commit(s, covering(5, 3), covering(6, 5));
    same((await headOf(s))?.checkpoints, [3, 5], "two of three");
    await s.reopen();
    same((await headOf(s))?.checkpoints, [3, 5], "after a restart");
  }),
  contractCase("[RL51] the largest body and many of them are kept as they are", async (s) => {
    const body = "x".repeat(60_000);
    const entries = Array.from({ length: 128 }, (_, n) => entryOf(n + 1, { body }));
    await commit(s, writeOf([], { entries }));
    same((await headOf(s))?.bytes, 128 * 60_000, "bytes");
    same((await read(s, 127))[0]?.body === body, true, "body");
  }),
];

/** One commit of a random history. */
interface Op {
  readonly room: number;
  readonly count: number;
  readonly trim: number;
  readonly arrived: readonly number[];
  readonly gone: readonly number[];
  readonly covers: boolean;
  readonly isMint: boolean;
  readonly restart: boolean;
  readonly breaks: boolean;
}

const op: fc.Arbitrary<Op> = fc.record({
  room: fc.nat(1),
  count: fc.nat(4),
  trim: fc.nat(12),
  arrived: fc.array(fc.nat(3), { maxLength: 2 }),
  gone: fc.array(fc.nat(3), { maxLength: 2 }),
  covers: fc.boolean(),
  isMint: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  restart: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  breaks: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

interface ModelRoom {
  epoch: string;
  head: number;
  entries: StoredEntry[];
  floor: number;
  present: Set<string>;
  checkpoints: number[];
}

function writeFor(room: string, model: ModelRoom, step: Op, serial: number): RoomWrite {
  const entries = Array.from({ length: step.count }, (_, n) => {
    const seq = model.head + 1 + n;
    const covers = step.covers && n === 0 && model.head > 0 ? { covers: model.head } : {};
    return entryOf(seq, { id: `${room}-${seq}-${serial}`, ...covers });
  });
  return {
    room,
    epoch: model.epoch,
    entries,
    arrived: step.arrived.map((n) => `d-${n}`),
    gone: step.gone.map((n) => `d-${n}`),
    trimBelow: step.trim < 8 ? undefined : step.trim,
    newEpoch: step.isMint ? `epoch-${serial}` : undefined,
  };
}

function applyToModel(model: ModelRoom, write: RoomWrite): void {
  model.entries.push(...write.entries);
  model.head += write.entries.length;
  if (write.trimBelow !== undefined && write.trimBelow > model.floor) {
    model.floor = Math.min(write.trimBelow, model.head + 1);
    model.entries = model.entries.filter((entry) => entry.seq >= model.floor);
  }
  for (const device of write.arrived) model.present.add(device);
  for (const device of write.gone) model.present.delete(device);
  for (const { covers } of write.entries) if (covers !== undefined) model.checkpoints.push(covers);
  model.checkpoints = model.checkpoints.slice(-2);
  model.epoch = write.newEpoch ?? model.epoch;
}

async function checkHistory(subject: RelayStoreSubject, ops: readonly Op[]): Promise<void> {
  const rooms = ["room-one", "room-two"];
  const models = new Map<string, ModelRoom>();
  for (const [serial, step] of ops.entries()) {
    const room = rooms[step.room] ?? ROOM;
    const model = models.get(room) ??
      {
        ...{ epoch: `epoch-${room}`, head: 0, entries: [], floor: 1 },
        ...{ present: new Set<string>(), checkpoints: [] },
      };
    const write = writeFor(room, model, step, serial);
    if (step.breaks) {
      const broken = refusedWrite("room-three", "epoch-3", 1);
      errorOf(await subject.store().commit([write, broken]), "a broken commit");
    } else {
      await commit(subject, write);
      applyToModel(model, write);
      models.set(room, model);
    }
    if (step.restart) await subject.reopen();
    for (const [id, { epoch, head, entries, floor, present, checkpoints }] of models) {
      same(await headOf(subject, id), {
        ...{ epoch, head, floor, checkpoints, present: [...present].toSorted() },
        bytes: entries.reduce((sum, entry) => sum + entry.body.length, 0),
      }, `head of ${id}`);
      const all = valueOf(await subject.store().read(id, 0, 1_000, 1_000_000), "read");
      same(all, entries.map(plain), `entries of ${id}`);
    }
    const withPresent = [...models].filter(([, one]) => one.present.size > 0).map(([id]) => id);
    same(
      valueOf(await subject.store().roomsWithPresent(), "rooms").toSorted(),
      withPresent.toSorted(),
      "rooms with present",
    );
  }
}

const histories: ContractCase<RelayStoreSubject> = {
  title: "[RL52] random histories with restarts and broken commits agree with plain lists",
  run: (make, runs) =>
    fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 15 }), async (ops) => {
        const subject = await make();
        try {
          await checkHistory(subject, ops);
        } finally {
          await subject.close();
        }
      }),
      { numRuns: runs },
    ),
};

export const relayStoreContract: readonly ContractCase<RelayStoreSubject>[] = [
  ...basics,
  ...reading,
  ...facts,
  histories,
];
