/**
 * The room log contract: every RoomLog (this device's, the relay's, memory's) passes it.
 *
 * Rules (shared/SPEC.md, section SY): SY1 to SY10.
 */

import { fc } from "../properties.ts";
import type { LogEntry, NewEntry, RoomLog } from "../../ports/room-log.ts";
import type { SequencerLimits } from "../../sync/local-sequencer.ts";
import {
  type ContractCase,
  errorOf,
  noAbort,
  rejectionOf,
  same,
  valueOf,
} from "./contract-case.ts";

export interface RoomLogSubject {
  /** Another handle on the same log: a second tab, or the same one after a restart. */
  open(): RoomLog;
  readonly limits: SequencerLimits;
  /** The append that makes the `nth` write from now aborts there, as a crash before commit does. */
  abortAtWrite(nth: number): void;
  /** Deletes the room behind the log's back. */
  deleteRoom(): Promise<void>;
  close(): Promise<void>;
}

const entry = (id: string, body: unknown = { text: id }): NewEntry => ({
  id,
  device: "dev_1",
  body,
});

async function append(log: RoomLog, id: string, body?: unknown): Promise<LogEntry> {
  // A signal of its own: dozens of racing appends on one would look like a leak.
  const { signal } = new AbortController();
  return valueOf(await log.append(entry(id, body), signal), `append ${id}`);
}

async function readAll(log: RoomLog): Promise<readonly LogEntry[]> {
  return valueOf(await log.read(0, 10_000, noAbort), "read");
}

const idsOf = (entries: readonly LogEntry[]): readonly string[] => entries.map((e) => e.id);

type Check = (subject: RoomLogSubject, runs: number) => Promise<void>;

function contractCase(title: string, check: Check): ContractCase<RoomLogSubject> {
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

const basics: readonly ContractCase<RoomLogSubject>[] = [
  contractCase("[SY1] appending a known id returns the first entry", async (subject) => {
    const log = subject.open();
    const first = await append(log, "a", { text: "one" });
    await append(log, "b");
    same(await append(log, "a", { text: "two" }), first, "same handle");
    same(await append(subject.open(), "a", { text: "three" }), first, "other handle");
    same(idsOf(await readAll(log)), ["a", "b"], "log");
  }),
  contractCase("[SY1] a known id is known however large its body is now", async (subject) => {
    const log = subject.open();
    const first = await append(log, "a");
    const huge = "x".repeat(subject.limits.genesisBytesMax + 1);
    same(await append(log, "a", huge), first, "entry");
  }),
  contractCase("[SY2] seqs start at 1 and have no gaps", async (subject) => {
    const log = subject.open();
    same(valueOf(await log.head(noAbort), "head"), 0, "empty head");
    for (const id of ["a", "b", "c"]) await append(log, id);
    same((await readAll(log)).map((e) => e.seq), [1, 2, 3], "seqs");
    same(valueOf(await log.head(noAbort), "head"), 3, "head");
  }),
  contractCase("[SY2] appends that race from two handles share one order", async (subject) => {
    const handles = [subject.open(), subject.open()] as const;
    const ids = Array.from({ length: 40 }, (_, index) => `e${index}`);
    const appended = await Promise.all(
      ids.map((id, index) => append(handles[index % 2 === 0 ? 0 : 1], id)),
    );
    const log = await readAll(handles[0]);
    same(log.map((e) => e.seq), ids.map((_, index) => index + 1), "seqs");
    same(idsOf(log).toSorted(), ids.toSorted(), "ids");
    for (const own of appended) same(own, log[own.seq - 1], `entry ${own.seq}`);
  }),
  contractCase("[SY1, SY2] one id that races with itself is appended once", async (subject) => {
    const handles = [subject.open(), subject.open()] as const;
    const got = await Promise.all(
      Array.from({ length: 8 }, (_, index) => append(handles[index % 2 === 0 ? 0 : 1], "a")),
    );
    for (const one of got) same(one.seq, 1, "seq");
    same(idsOf(await readAll(handles[1])), ["a"], "log");
  }),
  contractCase("[SY3] reading gives entries after a seq, in order, at most so many", async (s) => {
    const log = s.open();
    for (const id of ["a", "b", "c", "d"]) await append(log, id);
    const read = async (after: number, max: number) =>
      idsOf(valueOf(await log.read(after, max, noAbort), "read"));
    same(await read(0, 2), ["a", "b"], "first page");
    same(await read(2, 10), ["c", "d"], "short page");
    same(await read(1, 0), [], "no entries asked");
    same(await read(4, 10), [], "at the head");
    same(await read(9, 10), [], "past the head");
  }),
  contractCase("[SY4] an appended entry is there for every other handle at once", async (s) => {
    const appended = await append(s.open(), "a", { list: [1, { deep: "é" }] });
    same(await readAll(s.open()), [appended], "other handle");
    same(appended.device, "dev_1", "device");
    same(appended.body, { list: [1, { deep: "é" }] }, "body");
    same(Number.isSafeInteger(appended.ts) && appended.ts > 0, true, "ts is a time");
  }),
];

const refusals: readonly ContractCase<RoomLogSubject>[] = [
  contractCase(
    "[SY5] an entry over the limit is refused and leaves the log as it was",
    async (s) => {
      const log = s.open();
      const bodyOf = (bytes: number): string => {
        const frame = JSON.stringify(entry("a", "")).length - ',"body":'.length;
        return "x".repeat(bytes - frame);
      };
      const { entryBytesMax, genesisBytesMax } = s.limits;
      const tooLarge = await log.append(entry("a", bodyOf(genesisBytesMax + 1)), noAbort);
      const bytes = genesisBytesMax + 1;
      const refused = { kind: "entry-too-large", bytes, bytesMax: genesisBytesMax };
      same(errorOf(tooLarge, "first entry"), refused, "error");
      await append(log, "a", bodyOf(genesisBytesMax));
      const second = await log.append(entry("b", bodyOf(entryBytesMax + 1)), noAbort);
      same(errorOf(second, "second entry").kind, "entry-too-large", "kind");
      await append(log, "b", bodyOf(entryBytesMax));
      same(idsOf(await readAll(log)), ["a", "b"], "log");
    },
  ),
  contractCase("[SY5] an entry with an image has a limit of its own", async (subject) => {
    const log = subject.open();
    await append(log, "a");
    const { blobBytesMax: bytesMax } = subject.limits;
    const blobOf = (chars: number) => ({ kind: "blob", data: "x".repeat(chars) });
    same((await append(log, "b", blobOf(bytesMax - 80))).seq, 2, "fits");
    const entry = { id: "c", device: "d", body: blobOf(bytesMax) };
    const refused = await log.append(entry, noAbort);
    same(refused.ok ? "appended" : refused.error.kind, "entry-too-large", "too large");
  }),
  contractCase("[SY5] the size of an entry is counted in bytes of UTF-8", async (subject) => {
    const log = subject.open();
    await append(log, "a");
    const body = "é".repeat(Math.ceil(subject.limits.entryBytesMax / 2));
    same(
      errorOf(await log.append(entry("b", body), noAbort), "append").kind,
      "entry-too-large",
      "",
    );
  }),
  contractCase("[SY6] appending to a room that is not here makes no room", async (subject) => {
    const log = subject.open();
    await append(log, "a");
    await subject.deleteRoom();
    const result = await log.append(entry("b"), noAbort);
    same(errorOf(result, "append"), { kind: "room-unknown" }, "error");
    same(await readAll(log), [], "log");
    same(valueOf(await log.head(noAbort), "head"), 0, "head");
  }),
  contractCase("[SY7] a body is read as the JSON data it is", async (subject) => {
    const log = subject.open();
    const appended = await append(log, "a", { kept: null, gone: undefined, list: [undefined] });
    same(Object.keys(appended.body as object), ["kept", "list"], "members");
    same(appended.body, { kept: null, list: [null] }, "body");
    same(await readAll(log), [appended], "log");
  }),
  contractCase("[SY7] a body that is not JSON data is a defect", async (subject) => {
    const log = subject.open();
    const defect = await rejectionOf(() => log.append(entry("a", () => 1), noAbort), "append");
    same((defect as Error).name, "Defect", "name");
    same(await readAll(log), [], "log");
  }),
  contractCase("[SY8] an append that aborts writes nothing and can be tried again", async (s) => {
    const log = s.open();
    await append(log, "a");
    s.abortAtWrite(1);
    const failed = await log.append(entry("b"), noAbort);
    same(errorOf(failed, "append").kind, "storage-failed", "kind");
    same(idsOf(await readAll(log)), ["a"], "log");
    same((await append(log, "b")).seq, 2, "seq of the retry");
  }),
  contractCase("[SY9] an aborted signal rejects with its reason and writes nothing", async (s) => {
    const log = s.open();
    const signal = AbortSignal.abort("left");
    same(await rejectionOf(() => log.append(entry("a"), signal), "append"), "left", "append");
    same(await rejectionOf(() => log.read(0, 1, signal), "read"), "left", "read");
    same(await rejectionOf(() => log.head(signal), "head"), "left", "head");
    same(await readAll(log), [], "log");
  }),
];

const hints: readonly ContractCase<RoomLogSubject>[] = [
  contractCase("[SY10] every handle gets a hint after an append", async (subject) => {
    const handles = [subject.open(), subject.open()] as const;
    const heads = handles.map((log) =>
      new Promise<number>((resolve) => {
        log.subscribe(() => void log.head(noAbort).then((head) => resolve(valueOf(head, "head"))));
      })
    );
    await append(handles[0], "a");
    same(await Promise.all(heads), [1, 1], "heads seen at the hint");
  }),
  contractCase("[SY10] a disposed subscription is silent", async (subject) => {
    const log = subject.open();
    let calls = 0;
    const gone = log.subscribe(() => {
      calls += 1;
    });
    const hinted = new Promise<void>((resolve) => void log.subscribe(resolve));
    gone[Symbol.dispose]();
    await append(log, "a");
    await hinted;
    same(calls, 0, "calls after disposal");
  }),
];

/** One step of a random run; `handle` picks one of two open logs. */
type Op =
  | { readonly kind: "append"; readonly handle: number; readonly id: string; readonly n: number }
  | { readonly kind: "abort"; readonly handle: number; readonly id: string }
  | { readonly kind: "read"; readonly handle: number; readonly after: number; readonly max: number }
  | { readonly kind: "reopen"; readonly handle: number };

const handle = fc.nat(1);
/** Few ids, so that most runs append a known one. */
const id = fc.integer({ min: 0, max: 11 }).map((n) => `id${n}`);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("append"), handle, id, n: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("abort"), handle, id }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("read"), handle, after: fc.nat(9), max: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen"), handle }) },
) as fc.Arbitrary<Op>;

/** Runs `ops` on the subject and on a plain list, comparing every answer. */
async function checkAgainstModel(subject: RoomLogSubject, ops: readonly Op[]): Promise<void> {
  const handles = [subject.open(), subject.open()];
  const model: { id: string; body: unknown }[] = [];
  for (const step of ops) {
    const log = handles[step.handle] as RoomLog;
    if (step.kind === "reopen") {
      handles[step.handle] = subject.open();
    } else if (step.kind === "read") {
      const got = valueOf(await log.read(step.after, step.max, noAbort), "read");
      same(idsOf(got), model.slice(step.after, step.after + step.max).map((e) => e.id), "page");
    } else {
      const at = model.findIndex((e) => e.id === step.id);
      if (step.kind === "abort") {
        if (at >= 0) continue; // A known id writes nothing that could abort.
        subject.abortAtWrite(1);
        errorOf(await log.append(entry(step.id), noAbort), "aborted append");
        continue;
      }
      const got = await append(log, step.id, { n: step.n });
      if (at < 0) model.push({ id: step.id, body: { n: step.n } });
      const seq = at < 0 ? model.length : at + 1;
      same({ seq: got.seq, body: got.body }, { seq, body: model[seq - 1]?.body }, "appended");
    }
    same(valueOf(await log.head(noAbort), "head"), model.length, "head");
  }
  const all = await readAll(subject.open());
  same(
    all.map(({ seq, id, body }) => ({ seq, id, body })),
    model.map((e, index) => ({ seq: index + 1, ...e })),
    "whole log",
  );
}

const models: readonly ContractCase<RoomLogSubject>[] = [{
  title: "[SY1] [SY2] [SY3] [SY8] random histories agree with a plain list",
  run: (make, runs) =>
    fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 30 }), async (ops) => {
        const subject = await make();
        try {
          await checkAgainstModel(subject, ops);
        } finally {
          await subject.close();
        }
      }),
      { numRuns: runs },
    ),
}];

export const roomLogContract: readonly ContractCase<RoomLogSubject>[] = [
  ...basics,
  ...refusals,
  ...hints,
  ...models,
];
