/** Cases of the peer store contract: admission with all that comes with it, and sessions. */

import { toEpochMs } from "../../base/brands.ts";
import type {
  AdmissionCommit,
  InputEndRow,
  NewInput,
  PeerStore,
  SessionRecord,
} from "../../ports/peer-store.ts";
import {
  type ContractCase,
  errorOf,
  noAbort,
  rejectionOf,
  same,
  valueOf,
} from "./contract-case.ts";
import {
  admissionOf,
  contractCase,
  moveTo,
  type PeerStoreSubject,
  queuedInput,
  replyTo,
} from "./peer-store-records.ts";

/** A private task whose idempotency key is `key`. */
function taskOf(key: string): NewInput {
  return {
    ...queuedInput(key),
    turn: 0,
    assign: 0,
    work: { kind: "task", text: `Think of ${key}` },
    header: {
      origin: { kind: "session", session: "bo" },
      durability: "ephemeral",
      visibility: { prompt: true, person: false },
      supersessionKey: "thought",
      correlationId: "asked-1",
    },
    admission: {
      version: 1,
      apply: "next-run",
      wakes: false,
      queue: "coalesce",
      consume: "accept",
      records: true,
    },
  };
}

const receiptOf = (key: string, outcome: string) => ({
  inputId: `in_${key}`,
  idempotencyKey: key,
  outcome,
  at: toEpochMs(1_800),
});

const endOf = (key: string, phase: InputEndRow["phase"], reason: string): InputEndRow => ({
  inputId: `in_${key}`,
  receipt: receiptOf(key, reason),
  phase,
  reason,
});

const noteOf = (key: string) => ({ roomId: "rm_1", persona: "ada", body: { note: key } });

/** Ended by being accepted, in place of `a` and `b`, with an entry of the log: 7 writes. */
const wholeAdmission: AdmissionCommit = {
  input: taskOf("c"),
  end: endOf("c", "consumed", "accepted"),
  replaces: [endOf("a", "superseded", "coalesced"), endOf("b", "superseded", "coalesced")],
  segments: [noteOf("c")],
};

const add = async (store: PeerStore, admission: AdmissionCommit): Promise<void> =>
  void valueOf(await store.addInput(admission, noAbort), admission.input.id);
const own = async (store: PeerStore, inputsMax = 9): Promise<readonly unknown[]> =>
  valueOf(await store.inputsOf("rm_1", "ada", inputsMax, noAbort), "own")
    .map((input) => [input.idempotencyKey, input.phase]);
const log = async (store: PeerStore, from = 0, segmentsMax = 99): Promise<readonly unknown[]> =>
  valueOf(await store.segments("rm_1", "ada", from, segmentsMax, noAbort), "log")
    .map((row) => [row.index, row.body]);
const append = (store: PeerStore, change: Partial<Parameters<PeerStore["appendSegments"]>[0]>) =>
  store.appendSegments({ roomId: "rm_1", persona: "ada", bodies: [], ...change }, noAbort);

export const admissionCases: readonly ContractCase<PeerStoreSubject>[] = [
  contractCase(
    "[ST20] [ST21] an admission ends, replaces and writes in one transaction",
    async (subject) => {
      const store = subject.open();
      for (const key of ["a", "b"]) await add(store, admissionOf(key));
      valueOf(await store.updateInput("in_b", "queued", moveTo("staged"), noAbort), "stage");
      const { input, added } = valueOf(await store.addInput(wholeAdmission, noAbort), "add");
      same([added, input.phase, input.reason], [true, "consumed", "accepted"], "added");
      const only = { at: 1_800, from: "new", to: "consumed", reason: "accepted" };
      same(input.moves, [only], "moves");
      const other = subject.open();
      same(await own(other), [["c", "consumed"], ["b", "staged"], ["a", "superseded"]], "own");
      same(await log(other), [[0, { note: "c" }]], "log");
      const a = valueOf(await other.inputByKey("a", noAbort), "a");
      same([a?.reason, a?.moves.length], ["coalesced", 2], "a");
      for (const [key, isKnown] of [["a", true], ["b", false], ["c", true]] as const) {
        const again = { ...replyTo(key, "abandoned"), segments: [], outbox: undefined };
        valueOf(await other.commitReply(again, noAbort), key);
        const phase = valueOf(await other.inputByKey(key, noAbort), key)?.phase;
        same(phase !== "abandoned", isKnown, `receipt of ${key}`);
      }
    },
  ),
  contractCase("[ST1] [ST20] [ST21] a known key replaces and writes nothing", async (subject) => {
    const store = subject.open();
    for (const key of ["a", "c"]) await add(store, admissionOf(key));
    const { added } = valueOf(await store.addInput(wholeAdmission, noAbort), "again");
    same([added, await own(store)], [false, [["c", "queued"], ["a", "queued"]]], "inputs");
    same(await log(store), [], "log");
  }),
  contractCase(
    "[ST20] [ST21] an admission that aborts at any write leaves nothing behind",
    async (subject) => {
      const store = subject.open();
      for (const key of ["a", "b"]) await add(store, admissionOf(key));
      for (let nth = 1; nth <= 7; nth += 1) {
        subject.abortAtWrite(nth);
        errorOf(await store.addInput(wholeAdmission, noAbort), `write ${nth}`);
        same(await own(store), [["b", "queued"], ["a", "queued"]], `inputs ${nth}`);
        same(await log(store), [], `log ${nth}`);
      }
      await add(store, wholeAdmission);
      same((await own(store)).length, 3, "retry");
    },
  ),
  contractCase("[ST7] an admission with a receipt of another is a defect", async (subject) => {
    const store = subject.open();
    await add(store, admissionOf("a"));
    const replaces = [{ ...endOf("a", "superseded", "x"), receipt: receiptOf("b", "x") }];
    const wrong = [
      { ...wholeAdmission, replaces },
      { ...wholeAdmission, end: endOf("a", "consumed", "x") },
    ];
    for (const admission of wrong) {
      const defect = await rejectionOf(() => store.addInput(admission, noAbort), "add");
      same((defect as Error).name, "Defect", "name");
    }
    same(await own(store), [["a", "queued"]], "own");
  }),
  contractCase("[ST22] a session's inputs come newest first, at most so many", async (subject) => {
    const store = subject.open();
    for (const key of ["a", "b", "c"]) await add(store, admissionOf(key));
    await add(store, admissionOf("d", { persona: "ad" }));
    await add(store, admissionOf("e", { roomId: "rm_10" }));
    valueOf(await store.commitReply(replyTo("b"), noAbort), "commit");
    same(await own(store), [["c", "queued"], ["b", "consumed"], ["a", "queued"]], "all");
    same(await own(store, 2), [["c", "queued"], ["b", "consumed"]], "two");
    same([await own(store, 0), (await own(store, 1)).length], [[], 1], "none, one");
  }),
  contractCase("[ST13] private work is read back as it was, with its moves", async (subject) => {
    const store = subject.open();
    await add(store, { input: taskOf("a"), replaces: [], segments: [] });
    const patch = { ...moveTo("staged"), reason: "first" };
    valueOf(await store.updateInput("in_a", "queued", patch, noAbort), "stage");
    valueOf(await store.commitReply({ ...replyTo("a"), reason: "done" }, noAbort), "commit");
    const stored = valueOf(await subject.open().inputByKey("a", noAbort), "input");
    const { order, ...rest } = stored ?? { order: 0 };
    same(order > 0, true, "order");
    same(rest, {
      ...taskOf("a"),
      phase: "consumed",
      reason: "done",
      moves: [
        { at: 1_000, from: "new", to: "queued" },
        { at: 1_500, from: "queued", to: "staged", reason: "first" },
        { at: 2_000, from: "staged", to: "consumed", reason: "done" },
      ],
    }, "input");
  }),
  contractCase("[LG25] an input keeps its newest moves, at most 24", async (subject) => {
    const store = subject.open();
    await add(store, admissionOf("a"));
    for (let n = 0; n < 15; n += 1) {
      valueOf(await store.updateInput("in_a", "queued", moveTo("staged"), noAbort), "stage");
      valueOf(await store.updateInput("in_a", "staged", moveTo("queued"), noAbort), "back");
    }
    const { moves } = valueOf(await store.inputByKey("a", noAbort), "input") ?? { moves: [] };
    same([moves.length, moves.at(-1)?.to, moves[0]?.from], [24, "queued", "queued"], "moves");
  }),
];

const sessionOf = (persona: string, change: Partial<SessionRecord> = {}): SessionRecord => ({
  roomId: "rm_1",
  persona,
  state: "active",
  body: { settings: { depth: 1 } },
  ...change,
});

export const sessionCases: readonly ContractCase<PeerStoreSubject>[] = [
  contractCase("[ST23] a log is read by pages, in order", async (subject) => {
    const store = subject.open();
    const bodies = Array.from({ length: 12 }, (_, n) => n);
    same(valueOf(await append(store, { bodies }), "append"), { next: 12 }, "next");
    same(await log(store, 0, 3), [[0, 0], [1, 1], [2, 2]], "first page");
    same(await log(subject.open(), 9, 9), [[9, 9], [10, 10], [11, 11]], "last page");
    same([await log(store, 12), await log(store, 0, 0)], [[], []], "beyond, none");
    same(valueOf(await store.segments("rm_1", "ad", 0, 9, noAbort), "ad"), [], "another");
  }),
  contractCase("[ST24] entries go behind the expected one or not at all", async (subject) => {
    const store = subject.open();
    valueOf(await append(store, { expectIndex: 0, bodies: ["a"] }), "first");
    const late = errorOf(await append(subject.open(), { expectIndex: 0, bodies: ["b"] }), "late");
    same(late, { kind: "log-moved", next: 1 }, "late");
    const early = errorOf(await append(store, { expectIndex: 2, bodies: ["c"] }), "early");
    same(early, { kind: "log-moved", next: 1 }, "early");
    valueOf(await append(store, { bodies: ["d"] }), "whatever is there");
    same(await log(store), [[0, "a"], [1, "d"]], "log");
  }),
  contractCase("[ST24] an append that aborts at any write leaves nothing", async (subject) => {
    const store = subject.open();
    for (const nth of [1, 2, 3]) {
      subject.abortAtWrite(nth);
      errorOf(await append(store, { bodies: ["a", "b", "c"] }), `write ${nth}`);
      same(await log(store), [], `write ${nth}`);
    }
    same(valueOf(await append(store, { bodies: ["a"] }), "retry"), { next: 1 }, "retry");
  }),
  contractCase("[ST25] what is below an index is forgotten, never the newest", async (subject) => {
    const store = subject.open();
    valueOf(await append(store, { bodies: ["a", "b", "c"] }), "append");
    valueOf(await append(store, { bodies: ["sum"], trimBelow: 3 }), "trim");
    same(await log(subject.open()), [[3, "sum"]], "log");
    const all = await rejectionOf(() => append(store, { bodies: [], trimBelow: 4 }), "all");
    same((all as Error).name, "Defect", "all");
    same(valueOf(await append(store, { expectIndex: 4, bodies: ["d"] }), "on"), { next: 5 }, "on");
    same(await log(store), [[3, "sum"], [4, "d"]], "log");
  }),
  contractCase("[ST26] a session's record replaces the earlier one", async (subject) => {
    const store = subject.open();
    const child = sessionOf("ada~1", { parent: "ada", state: "stopped", body: [1, null] });
    const other = sessionOf("ada", { roomId: "rm_10" });
    for (const one of [sessionOf("bo"), other, child, sessionOf("bo", { state: "retired" })]) {
      valueOf(await store.saveSession(one, noAbort), one.persona);
    }
    const stored = valueOf(await subject.open().sessions("rm_1", noAbort), "sessions");
    same(stored, [child, sessionOf("bo", { state: "retired" })], "rm_1");
    subject.abortAtWrite(1);
    errorOf(await store.saveSession(sessionOf("bo"), noAbort), "aborted");
    same(valueOf(await store.sessions("rm_1", noAbort), "again"), stored, "again");
  }),
  contractCase(
    "[ST26] a forgotten session leaves nothing but what was a turn's",
    async (subject) => {
      const store = subject.open();
      await add(store, { input: taskOf("a"), replaces: [], segments: [noteOf("a")] });
      await add(store, admissionOf("turn"));
      valueOf(await store.commitReply(replyTo("turn"), noAbort), "turn");
      for (const persona of ["ada", "bo"]) {
        valueOf(await store.saveSession(sessionOf(persona), noAbort), persona);
      }
      const elsewhere = { ...taskOf("b"), persona: "bo" };
      await add(store, { input: elsewhere, replaces: [], segments: [] });
      const early = errorOf(await store.forgetSession("rm_1", "ada", noAbort), "early");
      same(early, { kind: "input-phase-wrong", inputId: "in_a", phase: "queued" }, "early");
      same((await log(store)).length, 2, "log");
      valueOf(await store.commitReply(replyTo("a"), noAbort), "end");
      valueOf(await store.forgetSession("rm_1", "ada", noAbort), "forget");
      valueOf(await store.forgetSession("rm_1", "ada", noAbort), "twice");
      const other = subject.open();
      same([await own(other), await log(other)], [[["turn", "consumed"]], []], "rows");
      same(valueOf(await other.sessions("rm_1", noAbort), "rest"), [sessionOf("bo")], "sessions");
      same(valueOf(await other.inputByKey("b", noAbort), "b")?.phase, "queued", "another's");
      await add(store, { input: taskOf("a"), replaces: [], segments: [] });
      same(await log(store), [], "a new session's log");
      const again = { ...replyTo("a"), outbox: undefined, segments: [noteOf("new")] };
      valueOf(await store.commitReply(again, noAbort), "its receipt was forgotten too");
      same(await log(store), [[0, { note: "new" }]], "from 0");
    },
  ),
];
