import { afterEach, expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { enginePlaces } from "../testing/fakes/engine-places.ts";
import { candidateOf, everybody } from "../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import type { InputCandidate } from "./admission.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { ledgerLimits as limits } from "./limits.ts";
import type { PerformOutcome } from "./outcome.ts";

interface Job {
  readonly input: InputRecord;
  readonly signal: AbortSignal;
  finish(outcome: PerformOutcome): void;
  fail(error: unknown): void;
}

const never = (): AbortSignal => new AbortController().signal;
const reply = (text = "Yes"): PerformOutcome => ({
  kind: "done",
  settled: { outcome: { kind: "replied", text, finish: "stop" }, seenSeq: 1 },
});
const lost = (partialText = ""): PerformOutcome => ({
  kind: "interrupted",
  reason: "engine-lost",
  partialText,
});

const open: AbortController[] = [];
afterEach(() => open.splice(0).forEach((controller) => controller.abort("test over")));

function setup(slots = 1, store = new MemoryPeerStore()) {
  const clock = new ManualClock();
  const jobs: Job[] = [];
  const troubles: (string | undefined)[] = [];
  let free = slots;
  let humanTurn = 0;
  const ledger: Ledger = createLedger({
    clock,
    store,
    log: new RecordingLog(),
    ids: new CountingIds(),
    deviceOf: () => "dev",
    perform: (input, signal) =>
      new Promise((resolve, reject) => {
        jobs.push({ input, signal, finish: resolve, fail: reject });
      }),
    places: enginePlaces(clock, () => free),
    newestHumanTurn: () => humanTurn,
    settleFacts: () => ({ fingerprint: "fp", head: 9 }),
    onTrouble: (error: StorageError | undefined) => troubles.push(error?.kind),
  });
  const begin = () => {
    const controller = new AbortController();
    open.push(controller);
    const ended = ledger.run(controller.signal).catch((error: unknown) => error);
    return { controller, ended };
  };
  const admit = async (change: Partial<InputCandidate> = {}) => {
    const admitted = await ledger.admit(candidateOf(change), never());
    if (!admitted.ok) throw new Error(admitted.error.kind);
    await settleMicrotasks();
    return admitted.value;
  };
  return {
    clock,
    jobs,
    troubles,
    ledger,
    store,
    begin,
    admit,
    setSlots: (next: number) => free = next,
    setHumanTurn: (turn: number) => humanTurn = turn,
    job: (index: number): Job => jobs[index] as Job,
    done: async (index: number, outcome: PerformOutcome) => {
      (jobs[index] as Job).finish(outcome);
      await settleMicrotasks();
    },
    said: async (): Promise<readonly unknown[]> => {
      return store.unsent.map((row) => row.entry.body);
    },
    phases: () => store.inputs.map((input) => input.phase),
  };
}

test("[LG17] an input is staged durably, performed once and ends with its reply", async () => {
  const { begin, admit, jobs, job, done, said, store } = setup();
  begin();
  const { input } = await admit();
  expect(jobs.length).toBe(1);
  expect(job(0).input).toMatchObject({ id: input.id, phase: "staged", stagedCount: 1 });
  expect(store.inputs[0]).toEqual(job(0).input);
  expect(await said()).toEqual([]);
  await done(0, reply("Hello"));
  expect(store.inputs[0]).toMatchObject({ phase: "consumed", reason: "replied" });
  expect(store.receipts.length).toBe(1);
  expect(await said()).toMatchObject([
    { kind: "settle", turn: 1, persona: "ada", fingerprint: "fp", outcome: { text: "Hello" } },
  ]);
});

test("[LG23] [LG2] admission is durable when it resolves; a known key adds nothing", async () => {
  const { admit, store, begin, done } = setup();
  const first = await admit();
  expect(store.inputs.length).toBe(1);
  expect(await admit()).toEqual({ input: first.input, added: false });
  begin();
  await settleMicrotasks();
  await done(0, reply());
  const again = await admit();
  expect(again.added).toBe(false);
  expect(again.input.phase).toBe("consumed");
});

test("[LG6] [LG9] one at a time on one slot, people first, in order", async () => {
  const { begin, admit, jobs, done } = setup();
  await admit({ turn: 9, persona: "follower", kind: "peer", human: false });
  await admit({ turn: 8, persona: "ben" });
  await admit({ turn: 7, persona: "ada" });
  begin();
  await settleMicrotasks();
  for (let index = 0; index < 3; index += 1) {
    expect(jobs.length).toBe(index + 1);
    await done(index, reply());
  }
  expect(jobs.map((one) => one.input.persona)).toEqual(["ada", "ben", "follower"]);
});

test("[LG9] with more slots several personas run at once, never one of them twice", async () => {
  const { begin, admit, jobs, done, ledger } = setup(3);
  begin();
  await admit({ turn: 1, persona: "ada" });
  await admit({ turn: 2, persona: "ada" });
  await admit({ turn: 1, persona: "ben" });
  expect(jobs.map((one) => one.input.id)).toEqual(["in_1", "in_3"]);
  expect(ledger.running()).toEqual(["in_1", "in_3"]);
  await done(0, reply());
  expect(jobs.map((one) => one.input.id)).toEqual(["in_1", "in_3", "in_2"]);
});

test("[LG7] several messages to a busy persona become one answer to the newest", async () => {
  const { begin, admit, jobs, job, done, said, phases } = setup();
  begin();
  for (const turn of [1, 2, 3, 4]) await admit({ turn });
  await done(0, reply());
  expect(jobs.length).toBe(2);
  expect(job(1).input.turn).toBe(4);
  expect(phases()).toEqual(["consumed", "superseded", "superseded", "staged"]);
  expect((await said()).slice(1)).toMatchObject([
    { turn: 2, outcome: { kind: "deferred", reason: "merged", into: 4 } },
    { turn: 3, outcome: { kind: "deferred", reason: "merged", into: 4 } },
  ]);
});

test("[LG8] a person's message defers follow-ups that wait, not the one that speaks", async () => {
  const { begin, admit, jobs, said, phases, ledger, setHumanTurn } = setup();
  begin();
  await admit({ turn: 3, persona: "ada", kind: "peer", human: false });
  await admit({ turn: 3, persona: "ben", kind: "peer", human: false });
  setHumanTurn(5);
  ledger.wake();
  await settleMicrotasks();
  expect(phases()).toEqual(["staged", "superseded"]);
  expect(jobs.length).toBe(1);
  expect(await said()).toMatchObject([{ persona: "ben", outcome: { reason: "outranked" } }]);
});

test("[LG18] [LG21] after a lost engine the input waits in front with its text", async () => {
  const { begin, admit, jobs, job, done, store, clock, setSlots, ledger } = setup();
  begin();
  await admit({ turn: 5 });
  await admit({ turn: 2, persona: "ben" });
  setSlots(0);
  await done(0, lost("Once upon"));
  await clock.advance(60_000);
  expect(jobs.length).toBe(1);
  expect(store.inputs[0]).toMatchObject({
    phase: "queued",
    stagedCount: 1,
    partialText: "Once upon",
    reason: "engine-lost",
  });
  setSlots(1);
  ledger.wake();
  await settleMicrotasks();
  expect(job(1).input).toMatchObject({ turn: 5, partialText: "Once upon", stagedCount: 2 });
});

test("[LG20] an input that keeps failing waits between tries and settles at the cap", async () => {
  const { begin, admit, jobs, done, clock, said, phases } = setup();
  begin();
  await admit();
  for (let attempt = 0; attempt < limits.attemptsMax; attempt += 1) {
    expect(jobs.length).toBe(attempt + 1);
    await done(attempt, { kind: "retry", afterMs: 400, reason: "busy", partialText: "" });
    await clock.advance(399);
    expect(jobs.length).toBe(attempt + 1);
    await clock.advance(1);
  }
  await clock.advance(limits.retryMsMax);
  expect(jobs.length).toBe(limits.attemptsMax);
  expect(phases()).toEqual(["abandoned"]);
  expect(await said()).toMatchObject([
    { outcome: { kind: "failed", reason: "attempts", detail: "busy" } },
  ]);
});

test("[LG20] a wait for a retry is bounded both ways", async () => {
  const { begin, admit, jobs, done, clock } = setup();
  begin();
  await admit();
  await done(0, { kind: "retry", afterMs: 0, reason: "busy", partialText: "" });
  await clock.advance(limits.retryMsMin - 1);
  expect(jobs.length).toBe(1);
  await clock.advance(1);
  expect(jobs.length).toBe(2);
  await done(1, { kind: "retry", afterMs: 1e9, reason: "busy", partialText: "" });
  await clock.advance(limits.retryMsMax);
  expect(jobs.length).toBe(3);
});

test("[LG19] aborting ends no input; the next run takes what was in progress again", async () => {
  const { begin, admit, jobs, job, store } = setup();
  const first = begin();
  await admit();
  first.controller.abort("tab closes");
  expect(await first.ended).toBe("tab closes");
  expect(job(0).signal.aborted).toBe(true);
  job(0).finish(reply()); // Too late: dropped.
  await settleMicrotasks();
  expect(store.inputs[0]).toMatchObject({ phase: "staged", stagedCount: 1 });
  begin();
  await settleMicrotasks();
  expect(jobs.length).toBe(2);
  expect(job(1).input.stagedCount).toBe(2);
});

test("[LG11] [LG10] an input that took its tab down three times is not tried again", async () => {
  const { begin, admit, jobs, said } = setup();
  await admit();
  for (let crash = 0; crash < limits.attemptsMax; crash += 1) {
    const { controller, ended } = begin();
    await settleMicrotasks();
    controller.abort("crash");
    await ended;
  }
  begin();
  await settleMicrotasks();
  expect(jobs.length).toBe(limits.attemptsMax);
  expect(await said()).toMatchObject([{ outcome: { kind: "failed", reason: "attempts" } }]);
});

test("[LG22] [LG14] a stop reaches a running input at once and keeps its half text", async () => {
  const { begin, admit, job, done, said, phases, ledger } = setup();
  begin();
  const { input } = await admit();
  ledger.withdraw(input.id, "stopped");
  expect(job(0).signal.reason).toEqual({ kind: "withdrawn", reason: "stopped" });
  await done(0, { kind: "cancelled", partialText: "Half a" });
  expect(phases()).toEqual(["abandoned"]);
  expect(await said()).toEqual([
    { kind: "partial", turn: 1, persona: "ada", attempt: 0, assign: 1, text: "Half a" },
  ]);
});

test("[LG22] a stop wins over a reply not committed yet, and its text is kept", async () => {
  const { begin, admit, done, said, ledger } = setup();
  begin();
  const { input } = await admit();
  ledger.withdraw(input.id, "stopped");
  ledger.withdraw(input.id, "settled"); // The room says so too, later: the first reason stands.
  await done(0, reply("All of it"));
  expect(await said()).toMatchObject([{ kind: "partial", text: "All of it" }]);
});

test("[LG22] a performer that throws the abort's reason counts as cancelled", async () => {
  const { begin, admit, job, said, phases, ledger } = setup();
  begin();
  const { input } = await admit();
  ledger.withdraw(input.id, "settled");
  job(0).fail(job(0).signal.reason);
  await settleMicrotasks();
  expect(phases()).toEqual(["abandoned"]);
  expect(await said()).toEqual([]);
});

test("[LG22] a waiting input is withdrawn without running", async () => {
  const { begin, admit, jobs, phases, ledger, setSlots } = setup();
  setSlots(0);
  begin();
  const { input } = await admit();
  ledger.withdraw(input.id, "settled");
  await settleMicrotasks();
  expect(phases()).toEqual(["abandoned"]);
  expect(jobs).toEqual([]);
});

test("[LG5] reconcile admits what is due and withdraws what is over", async () => {
  const { begin, admit, ledger, store, said, done } = setup();
  begin();
  await admit({ turn: 1 });
  await admit({ turn: 1, persona: "ben" });
  const due = [candidateOf({ turn: 1, persona: "ben" }), candidateOf({ turn: 2 })];
  const result = await ledger.reconcile(everybody, due, () => "stopped", never());
  expect(result).toEqual({ ok: true, value: { refused: [] } });
  await done(0, { kind: "cancelled", partialText: "Ha" });
  expect(store.inputs.map((input) => [input.persona, input.turn, input.phase])).toEqual([
    ["ada", 1, "abandoned"],
    ["ben", 1, "staged"],
    ["ada", 2, "queued"],
  ]);
  expect(await said()).toMatchObject([{ kind: "partial", text: "Ha" }]);
});

test("[LG4] a new assignment replaces the running input and goes on with its text", async () => {
  const { begin, admit, job, done, store, ledger } = setup();
  begin();
  const { input } = await admit({ assign: 1 });
  await store.updateInput(input.id, "staged", { partialText: "Half" }, never());
  await ledger.reconcile(everybody, [candidateOf({ assign: 6 })], () => "unassigned", never());
  await done(0, { kind: "cancelled", partialText: "Half" });
  expect(job(1).input).toMatchObject({ assign: 6, partialText: "Half", stagedCount: 2 });
  await done(1, reply());
  expect(store.inputs.map((row) => row.phase)).toEqual(["abandoned", "consumed"]);
});

test("[LG16] a failing store loses no reply, and people hear of it once", async () => {
  const { begin, admit, done, store, troubles, clock, phases } = setup();
  begin();
  await admit();
  store.failWith({ kind: "storage-full" });
  await done(0, reply());
  await clock.advance(20_000);
  expect(phases()).toEqual(["staged"]);
  store.failWith(undefined);
  await clock.advance(limits.storageRetryMsMax);
  expect(phases()).toEqual(["consumed"]);
  expect(troubles).toEqual(["storage-full", undefined]);
});

test("[LG15] who waits hears the real end, or only that the loop ended", async () => {
  const { begin, admit, done, ledger } = setup();
  const { controller, ended } = begin();
  const ada = await admit();
  const ben = await admit({ persona: "ben" });
  const waits = [ledger.completion(ada.input, never()), ledger.completion(ada.input, never())];
  const waitsForBen = ledger.completion(ben.input, never());
  await settleMicrotasks();
  await done(0, reply());
  const told = { ok: true, value: { kind: "ended", phase: "consumed", outcome: "replied" } };
  for (const wait of waits) expect(await wait).toEqual(told);
  expect(await ledger.completion(ada.input, never())).toEqual(told);
  controller.abort("closing");
  await ended;
  expect(await waitsForBen).toEqual({ ok: true, value: { kind: "loop-ended" } });
});

test("[LG12] [LG17] an unexpected error is retried within the cap; a defect ends the loop", async () => {
  const { begin, admit, job, clock, store } = setup();
  const { ended } = begin();
  await admit();
  job(0).fail(new TypeError("x is undefined"));
  await settleMicrotasks();
  expect(store.inputs[0]).toMatchObject({ phase: "queued", reason: "x is undefined" });
  await clock.advance(limits.retryMsMin);
  job(1).fail(new Defect("Broken"));
  expect(await ended).toEqual(new Defect("Broken"));
  expect(store.inputs[0]).toMatchObject({ phase: "staged", stagedCount: 2 });
});

test("[LG18] a paused input keeps its text and its attempts, however often", async () => {
  const { begin, admit, jobs, job, done, clock, store } = setup();
  begin();
  await admit();
  for (let pause = 0; pause <= limits.attemptsMax; pause += 1) {
    expect(job(pause).input.stagedCount).toBe(1);
    await done(pause, { kind: "paused", partialText: "So far" });
    expect(store.inputs[0]).toMatchObject({ phase: "queued", stagedCount: 0, reason: "paused" });
    await clock.advance(limits.retryMsMin);
  }
  expect(jobs.length).toBe(limits.attemptsMax + 2);
  expect(jobs.at(-1)?.input.partialText).toBe("So far");
});

test("[LG18] an unexpected error does not set the stored text back", async () => {
  const { begin, admit, job, clock, store } = setup();
  begin();
  const { input } = await admit();
  await store.updateInput(input.id, "staged", { partialText: "Shown" }, never());
  job(0).fail(new Error("odd"));
  await clock.advance(limits.retryMsMin);
  expect(job(1).input.partialText).toBe("Shown");
});

test("[LG4] admission alone takes the replaced input out", async () => {
  const { begin, admit, job, done, phases } = setup();
  begin();
  await admit({ assign: 1 });
  await admit({ assign: 6 });
  expect(job(0).signal.reason).toEqual({ kind: "withdrawn", reason: "unassigned" });
  await done(0, { kind: "cancelled", partialText: undefined });
  await done(1, reply());
  expect(phases()).toEqual(["abandoned", "consumed"]);
});

test("[LG19] a reply that comes together with the abort is dropped and made again", async () => {
  const { begin, admit, job, store } = setup();
  const { controller, ended } = begin();
  await admit();
  job(0).finish(reply());
  controller.abort("tab closes");
  await ended;
  expect(store.inputs[0]?.phase).toBe("staged");
  expect(store.receipts).toEqual([]);
});
