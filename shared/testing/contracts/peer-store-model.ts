/** Random histories of a peer store against plain lists, with a crash at any write of any step. */

import { fc } from "../properties.ts";
import type { InputPhase, PeerStore, ReplyCommit } from "../../ports/peer-store.ts";
import { type ContractCase, noAbort, same, valueOf } from "./contract-case.ts";
import { admissionOf, moveTo, type PeerStoreSubject, replyTo } from "./peer-store-records.ts";

type Ended = ReplyCommit["phase"];

type Op =
  | { readonly kind: "add" | "stage" | "requeue"; readonly key: string; readonly crashAt: number }
  | {
    readonly kind: "commit";
    readonly key: string;
    readonly phase: Ended;
    readonly crashAt: number;
  }
  | { readonly kind: "send" }
  | { readonly kind: "reopen" };

interface Model {
  /** Key to phase, in order of arrival. */
  readonly phases: Map<string, InputPhase>;
  readonly outbox: string[];
  readonly notes: string[];
}

const key = fc.constantFrom("a", "b", "c", "d");
/** 0 lets the step live; n makes its n-th write the last thing that happens. */
const crashAt = fc.constantFrom(0, 0, 0, 1, 2, 3, 4);
const phase = fc.constantFrom<Ended>("consumed", "superseded", "abandoned");
const op = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add"), key, crashAt }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("stage"), key, crashAt }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("requeue"), key, crashAt }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit"), key, phase, crashAt }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: "send" }, { kind: "reopen" }) },
) as fc.Arbitrary<Op>;

/** Writes that a step of the model makes; a crash beyond them never strikes. */
function writesOf(model: Model, step: Op): number {
  if (step.kind === "send" || step.kind === "reopen") return 0;
  const now = model.phases.get(step.key);
  switch (step.kind) {
    case "add":
      return now === undefined ? 1 : 0;
    case "stage":
      return now === "queued" ? 1 : 0;
    case "requeue":
      return now === "staged" ? 1 : 0;
    case "commit":
      return now === "queued" || now === "staged" ? 4 : 0;
  }
}

function applyToModel(model: Model, step: Op): void {
  if (step.kind === "send") model.outbox.shift();
  if (step.kind === "send" || step.kind === "reopen" || writesOf(model, step) === 0) return;
  if (step.kind === "commit") {
    model.phases.set(step.key, step.phase);
    model.outbox.push(`settle_${step.key}`);
    model.notes.push(step.key);
  } else {
    model.phases.set(step.key, step.kind === "stage" ? "staged" : "queued");
  }
}

async function applyToStore(store: PeerStore, step: Op): Promise<boolean> {
  switch (step.kind) {
    case "add":
      return (await store.addInput(admissionOf(step.key), noAbort)).ok;
    case "stage":
    case "requeue": {
      const [from, to] = step.kind === "stage"
        ? ["queued", "staged"] as const
        : ["staged", "queued"] as const;
      return (await store.updateInput(`in_${step.key}`, from, moveTo(to), noAbort)).ok;
    }
    case "commit":
      return (await store.commitReply(replyTo(step.key, step.phase), noAbort)).ok;
    case "send": {
      const [row] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
      return row === undefined || (await store.removeOutbox(row.order, noAbort)).ok;
    }
    case "reopen":
      return true;
  }
}

/** True when the model lets the step succeed; a second commit succeeds and changes nothing. */
function isAllowed(model: Model, step: Op): boolean {
  if (step.kind === "send" || step.kind === "reopen" || step.kind === "add") return true;
  if (step.kind === "commit") return model.phases.has(step.key);
  return writesOf(model, step) > 0;
}

async function compare(store: PeerStore, model: Model): Promise<void> {
  const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";
  const live = valueOf(await store.liveInputs(noAbort), "live");
  same(
    live.map((input) => [input.idempotencyKey, input.phase]),
    [...model.phases].filter(([, phase]) => isLive(phase)),
    "live inputs",
  );
  for (const [key, phase] of model.phases) {
    same(valueOf(await store.inputByKey(key, noAbort), key)?.phase, phase, `phase of ${key}`);
  }
  const outbox = valueOf(await store.outbox("rm_1", 100, noAbort), "outbox");
  same(outbox.map((row) => row.entry.id), model.outbox, "outbox");
  const segments = valueOf(await store.segments("rm_1", "ada", 0, 100, noAbort), "segments");
  same(
    segments.map((row) => [row.index, row.body]),
    model.notes.map((note, index) => [index, { note }]),
    "segments",
  );
}

async function checkHistory(
  subject: PeerStoreSubject,
  ops: readonly Op[],
): Promise<void> {
  let store = subject.open();
  const model: Model = { phases: new Map(), outbox: [], notes: [] };
  for (const step of ops) {
    if (step.kind === "reopen") store = subject.open();
    const nth = "crashAt" in step ? step.crashAt : 0;
    const isCrash = nth > 0 && nth <= writesOf(model, step);
    if (isCrash) subject.abortAtWrite(nth);
    const succeeded = await applyToStore(store, step);
    same(succeeded, !isCrash && isAllowed(model, step), `outcome of ${JSON.stringify(step)}`);
    if (!isCrash) applyToModel(model, step);
    await compare(store, model);
  }
}

/** The model-based case of the peer store contract. */
export const peerStoreModelCase: ContractCase<PeerStoreSubject> = {
  title: "[ST1] [ST2] [ST3] [ST5] [ST6] [ST8] [ST10] random histories agree with plain lists",
  run: (make, runs) =>
    fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 25 }), async (ops) => {
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
