import { afterEach, expect, test } from "vitest";
import type { InputRecord } from "../ports/peer-store.ts";
import { candidateOf, everybody } from "../testing/fakes/input-records.ts";
import { ada, createLedgerKit, endedOk } from "../testing/fakes/ledger-kit.ts";
import { settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { eventOf, noteOf, privateOf, wakeOf } from "../testing/fakes/private-records.ts";
import { ledgerLimits as limits } from "./limits.ts";
import type { PerformOutcome } from "./outcome.ts";

const never = (): AbortSignal => new AbortController().signal;
const open: AbortController[] = [];
afterEach(() => open.splice(0).forEach((controller) => controller.abort("test over")));

function setup(...options: Parameters<typeof createLedgerKit>) {
  const kit = createLedgerKit(...options);
  return {
    ...kit,
    begin() {
      const running = kit.begin();
      open.push(running.controller);
      return running;
    },
  };
}

const retry: PerformOutcome = { kind: "retry", afterMs: 0, reason: "busy", partialText: "" };

test("[LG23] private work is durable when it is acknowledged, and ends in the log alone", async () => {
  const { begin, work, done, store, notes, jobs } = setup();
  const input = await work();
  expect(store.inputs).toEqual([input]);
  begin();
  await settleMicrotasks();
  expect(jobs[0]?.input).toMatchObject({ id: input.id, phase: "staged" });
  await done(0);
  expect(store.inputs[0]).toMatchObject({ phase: "consumed", reason: "done" });
  expect(store.receipts).toMatchObject([{ inputId: input.id, outcome: "done" }]);
  expect(await notes()).toEqual([{ said: 1 }]);
  expect(store.unsent).toEqual([]);
  expect(store.inputs[0]?.moves.map((move) => move.to)).toEqual(["queued", "staged", "consumed"]);
});

test("[LG23] a store that fails at any write of an admission leaves nothing of it", async () => {
  for (const nth of [1, 2, 3, 4, 5]) {
    const { ledger, work, store, notes } = setup();
    await work({ ...wakeOf(), idempotencyKey: "older" });
    store.abortAtWrite(nth);
    const candidate = wakeOf({ idempotencyKey: "new", segments: [{ note: 1 }, { note: 2 }] });
    const admitted = await ledger.admitPrivate(candidate, never());
    expect(admitted, `write ${nth}`).toMatchObject({ error: { kind: "storage-failed" } });
    expect(store.inputs.map((input) => input.phase)).toEqual(["queued"]);
    expect(await notes()).toEqual([]);
    const again = await ledger.admitPrivate(candidate, never());
    expect(again).toMatchObject({ ok: true, value: { added: true } });
    expect([(await notes()).length, store.inputs[0]?.phase]).toEqual([2, "superseded"]);
  }
});

test("[LG28] a repeated request is the same input, live or ended", async () => {
  const { begin, work, done, ledger, store } = setup();
  begin();
  const input = await work();
  const again = () => ledger.admitPrivate(privateOf(), never());
  expect(await again()).toMatchObject({
    ok: true,
    value: { added: false, input: { id: input.id } },
  });
  await done(0);
  expect(await again()).toMatchObject({ value: { added: false, input: { phase: "consumed" } } });
  expect(store.inputs).toHaveLength(1);
});

test("[LG27] what is refused is stored nowhere", async () => {
  const { ledger, store } = setup();
  const header = { ...privateOf().header, durability: "derived" } as const;
  expect(await ledger.admitPrivate(privateOf({ header }), never()))
    .toEqual({ ok: false, error: expect.objectContaining({ kind: "durability-invalid" }) });
  expect(store.inputs).toEqual([]);
});

test("[LG30] of ten wakes one runs; those who waited for the others are told", async () => {
  const { begin, work, wait, told, jobs, done, phases, setSlots, notes } = setup({ slots: 0 });
  begin();
  for (let n = 0; n < 10; n += 1) {
    const wake = wakeOf({ idempotencyKey: `w${n}`, segments: [{ note: n }] });
    await wait(await work(wake));
  }
  expect(told["in_1"]).toEqual({ kind: "ended", phase: "superseded", outcome: "coalesced" });
  expect(Object.keys(told)).toHaveLength(9);
  setSlots(1);
  await settleMicrotasks();
  await done(0);
  expect([jobs.length, Object.keys(told).length]).toEqual([1, 10]);
  expect(phases()).toEqual([...Array.from({ length: 9 }, () => "superseded"), "consumed"]);
  expect(await notes()).toHaveLength(11);
});

test("[LG30] an event that runs is not taken away; the next one follows it", async () => {
  const { begin, work, jobs, done, phases, reasons } = setup();
  begin();
  for (const key of ["e1", "e2", "e3"]) await work({ ...eventOf("load"), idempotencyKey: key });
  expect(phases()).toEqual(["staged", "superseded", "queued"]);
  await done(0);
  await done(1);
  expect(jobs.map((job) => job.input.id)).toEqual(["in_1", "in_3"]);
  expect(reasons()).toEqual(["done", "superseded", "done"]);
});

test("[LG26] a note ends by being accepted and wakes nobody", async () => {
  const { begin, work, wait, told, jobs, notes, store } = setup();
  begin();
  await wait(await work(noteOf("Hi")));
  expect([jobs.length, await notes()]).toEqual([0, [{ note: "Hi" }]]);
  expect(told["in_1"]).toEqual({ kind: "ended", phase: "consumed", outcome: "accepted" });
  expect(store.receipts).toHaveLength(1);
  await work(noteOf("Hi"));
  expect(await notes()).toEqual([{ note: "Hi" }]);
});

test("[LG26] an input admitted while its session's run ends is not stranded", async () => {
  const { begin, work, jobs, ledger } = setup();
  begin();
  await work();
  const late = ledger.admitPrivate(wakeOf({ idempotencyKey: "late" }), never());
  jobs[0]?.finish(endedOk);
  await late;
  await settleMicrotasks();
  expect(jobs.map((job) => job.input.work?.kind)).toEqual(["task", "wake"]);
});

test("[LG35] [LG6] a persona's turns go first, then people's private work, then the rest", async () => {
  const { begin, work, turn, jobs, done, setSlots } = setup({ slots: 0 });
  await work({ ...eventOf("x"), idempotencyKey: "event" });
  await work({ ...wakeOf(), idempotencyKey: "wake" });
  await work({ idempotencyKey: "task" });
  const followUp = await turn({ turn: 7, kind: "peer", human: false });
  const message = await turn({ turn: 5 });
  begin();
  setSlots(1);
  await settleMicrotasks();
  const said: PerformOutcome = {
    kind: "done",
    settled: { outcome: { kind: "replied", text: "Yes", finish: "stop" }, seenSeq: 1 },
  };
  for (let n = 0; n < 5; n += 1) await done(n, jobs[n]?.input.work === undefined ? said : endedOk);
  const task = "in_3";
  expect(jobs.map((job) => job.input.id)).toEqual([message.id, followUp.id, task, "in_2", "in_1"]);
});

test("[LG5] the room does not take private work away", async () => {
  const { work, turn, ledger, begin, phases } = setup({ slots: 0 });
  await work();
  await turn({ turn: 4 });
  begin();
  const due = [candidateOf({ turn: 5 })];
  await ledger.reconcile(everybody, due, () => "settled", never());
  await settleMicrotasks();
  expect(phases()).toEqual(["queued", "abandoned", "queued"]);
});

test("[LG36] ephemeral work ends with its page, durable work goes on", async () => {
  const header = { ...privateOf().header, durability: "ephemeral" } as const;
  const page = setup();
  page.begin();
  await page.work({ idempotencyKey: "a", header });
  await page.work({ idempotencyKey: "b", header });
  await page.work({ idempotencyKey: "c" });
  expect(page.phases()).toEqual(["staged", "queued", "queued"]);
  open.splice(0).forEach((controller) => controller.abort("page over"));
  await settleMicrotasks();
  const next = setup({ store: page.store });
  next.begin();
  await settleMicrotasks();
  expect(next.reasons()).toEqual(["ephemeral", "ephemeral", undefined]);
  expect(next.jobs.map((job) => job.input.id)).toEqual(["in_3"]);
});

test("[LG10] worn-out private work ends failed, with its waiters told", async () => {
  const { begin, work, wait, told, done, clock, jobs, store } = setup();
  begin();
  await wait(await work());
  for (let attempt = 0; attempt < limits.attemptsMax; attempt += 1) {
    expect(told).toEqual({});
    await done(attempt, retry);
    await clock.advance(limits.retryMsMin);
  }
  expect(jobs).toHaveLength(limits.attemptsMax);
  expect(told["in_1"]).toEqual({ kind: "ended", phase: "abandoned", outcome: "failed:attempts" });
  expect(store.unsent).toEqual([]);
});

test("[LG34] a run that takes too long is cancelled and counts; one that hangs is given up", async () => {
  const { begin, work, jobs, clock, store, log } = setup();
  begin();
  await work();
  await clock.advance(limits.runMsMax - 1);
  expect(jobs[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(jobs[0]?.signal.reason).toEqual({ kind: "run-limit" });
  expect(store.inputs[0]?.phase).toBe("staged");
  await clock.advance(limits.cancelMsMax);
  expect(store.inputs[0]).toMatchObject({ phase: "queued", stagedCount: 1, reason: "run-limit" });
  expect(log.lines.map((line) => line.event)).toContain("perform-given-up");
  await clock.advance(limits.retryMsMin);
  expect(jobs).toHaveLength(2);
});

test("[LG32] an observer sees each move after it was stored, in order", async () => {
  const { begin, work, done, ledger, store } = setup();
  const seen: string[] = [];
  using _seeing = ledger.subscribe((input: InputRecord) => {
    const stored = store.inputs.find((row) => row.id === input.id);
    expect(stored).toEqual(input);
    seen.push(`${input.id} ${input.phase}`);
  });
  begin();
  await work({ ...wakeOf(), idempotencyKey: "a" });
  await done(0, retry);
  await work({ ...eventOf("k"), idempotencyKey: "b", persona: "bo" });
  await work({ ...eventOf("k"), idempotencyKey: "c", persona: "bo" });
  expect(seen).toEqual([
    "in_1 queued",
    "in_1 staged",
    "in_1 queued",
    "in_2 queued",
    "in_2 staged",
    "in_3 queued",
  ]);
});

test("[LG15] a wait for an input that nobody knows is refused by name", async () => {
  const { ledger } = setup();
  const unknown = { id: "in_x", idempotencyKey: "x" };
  expect(await ledger.completion(unknown, never()))
    .toEqual({ ok: false, error: { kind: "input-unknown", inputId: "in_x" } });
  expect(ledger.sessionState(ada)).toBe("active");
});
