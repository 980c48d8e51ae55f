/**
 * The peer store contract: every PeerStore (IndexedDB, SQLite, memory) passes it.
 *
 * Rules (shared/SPEC.md, section ST): ST1 to ST13, ST20 to ST26.
 */

import type { InputRecord, PeerStore } from "../../ports/peer-store.ts";
import {
  type ContractCase,
  errorOf,
  noAbort,
  rejectionOf,
  same,
  valueOf,
} from "./contract-case.ts";
import { peerStoreModelCase } from "./peer-store-model.ts";
import {
  admissionOf,
  contractCase,
  moveTo,
  type PeerStoreSubject,
  queuedInput,
  replyTo,
} from "./peer-store-records.ts";
import { admissionCases, sessionCases } from "./peer-store-sessions.ts";

const add = async (store: PeerStore, key: string): Promise<InputRecord> =>
  valueOf(await store.addInput(admissionOf(key), noAbort), `add ${key}`).input;
const live = async (store: PeerStore): Promise<readonly string[]> =>
  valueOf(await store.liveInputs(noAbort), "live").map((input) => input.idempotencyKey);
const outboxIds = async (
  store: PeerStore,
  rowsMax = 100,
  roomId = "rm_1",
): Promise<readonly string[]> =>
  valueOf(await store.outbox(roomId, rowsMax, noAbort), "outbox").map((row) => row.entry.id);
const notes = async (store: PeerStore): Promise<readonly unknown[]> =>
  valueOf(await store.segments("rm_1", "ada", 0, 100, noAbort), "segments");
const addRow = async (store: PeerStore, id: string, roomId = "rm_1"): Promise<void> =>
  valueOf(await store.addOutbox({ roomId, entry: { id, device: "d", body: 1 } }, noAbort), id);

const inputs: readonly ContractCase<PeerStoreSubject>[] = [
  contractCase("[ST1] an input with a known idempotency key is not added", async (subject) => {
    const store = subject.open();
    const first = await add(store, "1/ada/0");
    const again = admissionOf("1/ada/0", { id: "in_other", turn: 9 });
    const second = valueOf(await subject.open().addInput(again, noAbort), "second");
    same(second, { input: first, added: false }, "second");
    same(await live(store), ["1/ada/0"], "live");
  }),
  contractCase("[ST1] the key of an ended input stays known", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    valueOf(await store.commitReply(replyTo("a"), noAbort), "commit");
    const again = valueOf(await store.addInput(admissionOf("a"), noAbort), "again");
    same([again.added, again.input.phase], [false, "consumed"], "again");
    const found = valueOf(await store.inputByKey("a", noAbort), "by key");
    same(found?.phase, "consumed", "phase");
    same(valueOf(await store.inputByKey("b", noAbort), "unknown key"), undefined, "unknown key");
  }),
  contractCase("[ST2] live inputs come in order of arrival", async (subject) => {
    const store = subject.open();
    for (const key of ["c", "a", "b", "d"]) await add(store, key);
    valueOf(await store.updateInput("in_b", "queued", moveTo("staged"), noAbort), "stage");
    valueOf(await store.commitReply(replyTo("a"), noAbort), "commit");
    same(await live(subject.open()), ["c", "b", "d"], "live");
    const orders = valueOf(await store.liveInputs(noAbort), "live").map((input) => input.order);
    same(orders, orders.toSorted((a, b) => a - b), "orders");
  }),
  contractCase("[ST3] an update happens only in the expected live phase", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    const patch = { ...moveTo("staged"), stagedCount: 1, partialText: "Hel" };
    const staged = valueOf(await store.updateInput("in_a", "queued", patch, noAbort), "stage");
    same([staged.phase, staged.stagedCount, staged.partialText], ["staged", 1, "Hel"], "staged");
    const late = errorOf(await store.updateInput("in_a", "queued", patch, noAbort), "late");
    same(late, { kind: "input-phase-wrong", inputId: "in_a", phase: "staged" }, "late");
    const unknown = errorOf(await store.updateInput("in_x", "queued", {}, noAbort), "unknown");
    same(unknown, { kind: "input-unknown", inputId: "in_x" }, "unknown");
    valueOf(await store.commitReply(replyTo("a"), noAbort), "commit");
    const ended = await store.updateInput("in_a", "consumed", { partialText: "x" }, noAbort);
    same(errorOf(ended, "ended").kind, "input-phase-wrong", "ended");
  }),
  contractCase("[ST4] an input ends by a commit alone", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    const end = () => store.updateInput("in_a", "queued", moveTo("consumed"), noAbort);
    same(((await rejectionOf(end, "end")) as Error).name, "Defect", "update");
    const born = () => store.addInput(admissionOf("b", { phase: "staged" }), noAbort);
    same(((await rejectionOf(born, "born")) as Error).name, "Defect", "add");
    same(await live(store), ["a"], "live");
  }),
];

const commits: readonly ContractCase<PeerStoreSubject>[] = [
  contractCase("[ST5] a commit ends the input with segment, receipt and outbox row", async (s) => {
    const store = s.open();
    await add(store, "a");
    valueOf(await store.commitReply({ ...replyTo("a"), reason: "done" }, noAbort), "commit");
    const other = s.open();
    const input = valueOf(await other.inputByKey("a", noAbort), "input");
    same([input?.phase, input?.reason], ["consumed", "done"], "input");
    same(await live(other), [], "live");
    same(await outboxIds(other), ["settle_a"], "outbox");
    const segment = { roomId: "rm_1", persona: "ada", index: 0, body: { note: "a" } };
    same(await notes(other), [segment], "segments");
  }),
  contractCase("[ST5] a commit that aborts at any write leaves nothing behind", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    const before = valueOf(await store.inputByKey("a", noAbort), "before");
    for (const nth of [1, 2, 3, 4]) {
      subject.abortAtWrite(nth);
      const result = await store.commitReply(replyTo("a"), noAbort);
      same(errorOf(result, `write ${nth}`).kind, "storage-failed", `write ${nth}`);
      same(valueOf(await store.inputByKey("a", noAbort), "after"), before, `input ${nth}`);
      same(await outboxIds(store), [], `outbox ${nth}`);
      same(await notes(store), [], `segments ${nth}`);
    }
    valueOf(await store.commitReply(replyTo("a"), noAbort), "retry");
    same([await outboxIds(store), (await notes(store)).length], [["settle_a"], 1], "retry");
  }),
  contractCase("[ST5] every other write that aborts leaves nothing behind", async (subject) => {
    const store = subject.open();
    subject.abortAtWrite(1);
    errorOf(await store.addInput(admissionOf("a"), noAbort), "add");
    same(valueOf(await store.inputByKey("a", noAbort), "input"), undefined, "input");
    await add(store, "a");
    subject.abortAtWrite(1);
    errorOf(await store.updateInput("in_a", "queued", moveTo("staged"), noAbort), "update");
    same(valueOf(await store.inputByKey("a", noAbort), "input")?.phase, "queued", "phase");
    subject.abortAtWrite(1);
    const row = { roomId: "rm_1", entry: { id: "e", device: "d", body: 1 } };
    errorOf(await store.addOutbox(row, noAbort), "row");
    same(await outboxIds(store), [], "outbox");
  }),
  contractCase(
    "[ST6] a second commit of an input changes nothing and succeeds",
    async (subject) => {
      const store = subject.open();
      await add(store, "a");
      valueOf(await store.commitReply(replyTo("a"), noAbort), "first");
      const [row] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
      valueOf(await store.removeOutbox(row?.order ?? 0, noAbort), "remove");
      valueOf(await subject.open().commitReply(replyTo("a", "abandoned"), noAbort), "second");
      same(valueOf(await store.inputByKey("a", noAbort), "input")?.phase, "consumed", "phase");
      same([await outboxIds(store), (await notes(store)).length], [[], 1], "rows");
    },
  ),
  contractCase("[ST6] commits of one input that race write one reply", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    const results = await Promise.all(
      [store, subject.open(), store].map((one) => one.commitReply(replyTo("a"), noAbort)),
    );
    for (const result of results) valueOf(result, "commit");
    same([await outboxIds(store), (await notes(store)).length], [["settle_a"], 1], "rows");
  }),
  contractCase("[ST7] committing an unknown input is refused", async (subject) => {
    const store = subject.open();
    const error = errorOf(await store.commitReply(replyTo("x"), noAbort), "commit");
    same(error, { kind: "input-unknown", inputId: "in_x" }, "error");
    same([await outboxIds(store), await notes(store)], [[], []], "rows");
  }),
  contractCase("[ST7] a receipt of another input is a defect", async (subject) => {
    const store = subject.open();
    await add(store, "a");
    const wrong = { ...replyTo("a"), receipt: replyTo("b").receipt };
    const defect = await rejectionOf(() => store.commitReply(wrong, noAbort), "commit");
    same((defect as Error).name, "Defect", "name");
    same(await live(store), ["a"], "live");
  }),
];

const rows: readonly ContractCase<PeerStoreSubject>[] = [
  contractCase("[ST8] unsent rows come oldest first, at most so many, until removed", async (s) => {
    const store = s.open();
    for (const id of ["z", "m", "a"]) await addRow(store, id);
    same(await outboxIds(store), ["z", "m", "a"], "all");
    same(await outboxIds(store, 2), ["z", "m"], "two");
    const [first] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
    valueOf(await store.removeOutbox(first?.order ?? 0, noAbort), "remove");
    valueOf(await store.removeOutbox(first?.order ?? 0, noAbort), "remove twice");
    same(await outboxIds(s.open()), ["m", "a"], "rest");
  }),
  contractCase("[ST8] the order of a removed row is not given to another", async (subject) => {
    const store = subject.open();
    await addRow(store, "a");
    const [first] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
    valueOf(await store.removeOutbox(first?.order ?? 0, noAbort), "remove");
    await addRow(store, "b");
    valueOf(await store.removeOutbox(first?.order ?? 0, noAbort), "late removal");
    same(await outboxIds(store), ["b"], "rest");
  }),
  contractCase(
    "[ST9] an entry that waits in a room's outbox is not added again",
    async (subject) => {
      const store = subject.open();
      for (const id of ["a", "b", "a"]) await addRow(store, id);
      await addRow(store, "a", "rm_2");
      same(await outboxIds(store), ["a", "b"], "once");
      same(await outboxIds(store, 100, "rm_2"), ["a"], "one per room");
    },
  ),
  contractCase("[ST8] each room has an outbox of its own", async (subject) => {
    const store = subject.open();
    for (const roomId of ["rm_1", "rm_10", "rm_1", "rm_10"]) {
      await addRow(store, `${roomId}-${(await outboxIds(store, 9, roomId)).length}`, roomId);
    }
    same(await outboxIds(store), ["rm_1-0", "rm_1-1"], "rm_1");
    same(await outboxIds(store, 1, "rm_10"), ["rm_10-0"], "one of rm_10");
    same(await outboxIds(store, 9, "rm_9"), [], "no such room");
  }),
  contractCase("[ST12] a row keeps its first sealing", async (subject) => {
    const store = subject.open();
    await addRow(store, "a");
    const [row] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
    const order = row?.order ?? 0;
    const first = [{ id: "a1", body: "one" }, { id: "a2", body: "two" }];
    subject.abortAtWrite(1);
    errorOf(await store.sealOutbox(order, first, noAbort), "aborted");
    const sealed = valueOf(await store.sealOutbox(order, first, noAbort), "seal");
    same(sealed, { ...row, sealed: first }, "sealed");
    const again = await subject.open().sealOutbox(order, [{ id: "b", body: "x" }], noAbort);
    same(valueOf(again, "again"), sealed, "again");
    same(valueOf(await store.outbox("rm_1", 9, noAbort), "outbox"), [sealed], "row");
    valueOf(await store.removeOutbox(order, noAbort), "remove");
    same(valueOf(await store.sealOutbox(order, first, noAbort), "late"), undefined, "late");
  }),
  contractCase("[ST10] segments count from 0 per room and persona", async (subject) => {
    const store = subject.open();
    for (const key of ["a", "b", "c"]) await add(store, key);
    valueOf(await store.commitReply(replyTo("a"), noAbort), "a");
    const elsewhere = { ...replyTo("b"), segments: [{ roomId: "rm_2", persona: "ada", body: 1 }] };
    valueOf(await store.commitReply(elsewhere, noAbort), "b");
    valueOf(await store.commitReply(replyTo("c"), noAbort), "c");
    const indexes = async (roomId: string) =>
      valueOf(await store.segments(roomId, "ada", 0, 100, noAbort), roomId).map((row) => row.index);
    same([await indexes("rm_1"), await indexes("rm_2")], [[0, 1], [0]], "indexes");
    same(valueOf(await store.segments("rm_1", "bo", 0, 100, noAbort), "bo"), [], "other persona");
  }),
  contractCase("[ST13] data and free text are read back as they were", async (subject) => {
    const store = subject.open();
    const odd = "nul \0, half \ud83d, whole \u{1f600}, line\r\n\u2028, \"quoted\", 'O''Brien'";
    const body = { odd, [odd]: [null, true, -1, 1.5e300, 2 ** 53 - 1, "", [], {}], deep: [[[{}]]] };
    const asked = { ...queuedInput("a"), turn: -7, human: false, partialText: odd };
    const admission = { input: asked, replaces: [], segments: [] };
    const { input } = valueOf(await store.addInput(admission, noAbort), "add");
    same(input, { ...asked, order: input.order }, "added");
    valueOf(await store.updateInput("in_a", "queued", { reason: odd }, noAbort), "update");
    const updated = valueOf(await subject.open().inputByKey("a", noAbort), "input");
    same(updated, { ...input, reason: odd }, "updated");
    const entry = { id: "e", device: "dev_1", body };
    const reply = {
      ...replyTo("a"),
      segments: [{ roomId: "rm_1", persona: "ada", body }],
      outbox: { roomId: "rm_1", entry },
    };
    valueOf(await store.commitReply(reply, noAbort), "commit");
    const [row] = valueOf(await subject.open().outbox("rm_1", 1, noAbort), "outbox");
    same(JSON.stringify(row?.entry), JSON.stringify(entry), "entry");
    const [segment] = valueOf(await store.segments("rm_1", "ada", 0, 100, noAbort), "segments");
    same(JSON.stringify(segment?.body), JSON.stringify(body), "segment");
  }),
  contractCase("[ST11] an aborted signal rejects with its reason and writes nothing", async (s) => {
    const store = s.open();
    const signal = AbortSignal.abort("left");
    same(await rejectionOf(() => store.addInput(admissionOf("a"), signal), ""), "left", "add");
    same(await rejectionOf(() => store.commitReply(replyTo("a"), signal), ""), "left", "commit");
    same(await rejectionOf(() => store.outbox("rm_1", 1, signal), ""), "left", "outbox");
    same(await live(store), [], "live");
  }),
];

export const peerStoreContract: readonly ContractCase<PeerStoreSubject>[] = [
  ...inputs,
  ...commits,
  ...rows,
  ...admissionCases,
  ...sessionCases,
  peerStoreModelCase,
];
