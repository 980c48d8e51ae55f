/** One regression test per defect ("quirk") of the study of another runtime, parts 2.9 to 2.13. */

import { afterEach, expect, test } from "vitest";
import { toEpochMs } from "../base/brands.ts";
import { forwardingStore } from "../testing/fakes/forwarding-store.ts";
import { ada, createLedgerKit } from "../testing/fakes/ledger-kit.ts";
import { settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { privateOf, wakeOf } from "../testing/fakes/private-records.ts";
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
const cancelled: PerformOutcome = { kind: "cancelled", partialText: undefined };

test("[LG22] study 2.9: a stop is heard while the queue is worked off, not behind it", async () => {
  const { begin, work, ledger, jobs, done, phases } = setup();
  begin();
  const first = await work({ idempotencyKey: "a" });
  const second = await work({ idempotencyKey: "b" });
  ledger.withdraw(second.id, "stopped");
  await settleMicrotasks();
  expect(phases()).toEqual(["staged", "abandoned"]);
  ledger.withdraw(first.id, "stopped");
  expect(jobs[0]?.signal.aborted).toBe(true);
  await done(0, cancelled);
  expect(phases()).toEqual(["abandoned", "abandoned"]);
});

test("[LG22] study 2.9: what is stopped while its staging waits is not performed", async () => {
  const { begin, work, store, jobs, clock, ledger, reasons } = setup();
  await work();
  store.abortAtWrite(1);
  begin();
  await settleMicrotasks();
  ledger.withdraw("in_1", "stopped");
  await clock.advance(limits.storageRetryMsMin);
  expect([reasons(), jobs.length]).toEqual([["stopped"], 0]);
});

test("[LG37] what is paused while its staging waits is not performed, and costs no attempt", async () => {
  const { begin, work, store, jobs, clock, ledger, phases, inputOf } = setup();
  await work();
  store.abortAtWrite(1);
  begin();
  await settleMicrotasks();
  await ledger.callSession("pause", ada, new AbortController().signal);
  await clock.advance(limits.storageRetryMsMin);
  expect([phases(), jobs.length, inputOf("in_1")?.stagedCount]).toEqual([["queued"], 0, 0]);
  await ledger.callSession("resume", ada, new AbortController().signal);
  await clock.advance(limits.retryMsMin);
  expect([phases(), jobs.length]).toEqual([["staged"], 1]);
});

test("[LG16] study 2.9: nothing is lost from the queue when staging fails", async () => {
  const { begin, work, store, jobs, clock, phases } = setup();
  await work();
  store.abortAtWrite(1);
  begin();
  await settleMicrotasks();
  expect([phases(), jobs.length]).toEqual([["queued"], 0]);
  await clock.advance(limits.storageRetryMsMin);
  expect([phases(), jobs.length]).toEqual([["staged"], 1]);
});

test("[LG20] study 2.9: two inputs that always fail do not keep waking each other", async () => {
  let reads = 0;
  const { begin, work, jobs, done, clock, phases } = setup({
    slots: 2,
    through: (store) =>
      forwardingStore(() => store, (call) => {
        reads += 1;
        return call();
      }),
  });
  begin();
  await work({ idempotencyKey: "a" });
  await work({ idempotencyKey: "b", persona: "bo" });
  for (let round = 0; round < limits.attemptsMax; round += 1) {
    await done(2 * round, retry);
    await done(2 * round + 1, retry);
    const before = reads;
    await clock.advance(limits.retryMsMin - 1);
    expect(reads - before, "calls of the store in a pause").toBeLessThan(4);
    await clock.advance(1);
  }
  await clock.advance(limits.retryMsMax);
  expect(jobs).toHaveLength(2 * limits.attemptsMax);
  expect(phases()).toEqual(["abandoned", "abandoned"]);
});

test("[LG39] study 2.9: a session that is retired while it runs commits what it did", async () => {
  const { begin, work, ledger, done, phases, notes } = setup();
  const { controller } = begin();
  await work();
  const retired = await ledger.callSession("retire", ada, never());
  expect(retired).toEqual({ ok: true, value: { abandoned: 0, pending: 1 } });
  await done(0);
  expect([phases(), await notes()]).toEqual([["consumed"], [{ said: 1 }]]);
  expect(controller.signal.aborted).toBe(false);
});

test("[LG31] study 2.9: who waits is not told that a queued input was abandoned", async () => {
  const { begin, work, wait, told, done, clock } = setup();
  begin();
  await wait(await work());
  await done(0, retry);
  expect(told).toEqual({});
  await clock.advance(limits.retryMsMin);
  await done(1);
  expect(told["in_1"]).toEqual({ kind: "ended", phase: "consumed", outcome: "done" });
});

test("[LG31] study 2.11: who joins by a repeated request hears the same end", async () => {
  const { begin, work, wait, told, done, ledger } = setup();
  begin();
  const first = await work();
  const again = await work();
  expect(again.id).toBe(first.id);
  await wait(first);
  const joined = ledger.completion(again, never());
  await settleMicrotasks();
  await done(0);
  expect(await joined).toEqual({ ok: true, value: told[first.id] });
  // Repeated after the end: there is nothing to wait for.
  expect(await ledger.completion(await work(), never())).toEqual(await joined);
});

test("[LG31] study 2.11: an end by another writer is told as it is stored", async () => {
  const { begin, work, wait, told, done, store } = setup();
  begin();
  const input = await work();
  await wait(input);
  const { id: inputId, idempotencyKey, createdAt: at } = input;
  await store.commitReply({
    inputId,
    receipt: { inputId, idempotencyKey, outcome: "elsewhere", at },
    ...{ phase: "abandoned", reason: "elsewhere", segments: [] },
  }, never());
  await done(0);
  expect(told[input.id]).toEqual({ kind: "ended", phase: "abandoned", outcome: "elsewhere" });
});

test("[LG31] study 2.11: who waits for a wake that began is not told that it was replaced", async () => {
  const { work, wait, told, store, phases } = setup({
    through: (real) =>
      forwardingStore(() => real, async (call, method) => {
        const isSecond = method === "addInput" && store.inputs.length === 1;
        // The loop was quicker than the admission that wanted to replace it.
        const move = { to: "staged", at: toEpochMs(1) } as const;
        if (isSecond) await real.updateInput("in_1", "queued", { move }, never());
        return await call();
      }),
  });
  await wait(await work({ ...wakeOf(), idempotencyKey: "a" }));
  await work({ ...wakeOf(), idempotencyKey: "b" });
  expect([phases(), Object.keys(told)]).toEqual([["staged", "queued"], []]);
});

test("[LG15] study 2.11: nobody waits for ever: also who comes after the loop ended", async () => {
  const { begin, work, wait, told, ledger } = setup();
  const { controller, ended } = begin();
  const input = await work();
  await wait(input);
  controller.abort("page closes");
  await ended;
  await settleMicrotasks();
  expect(told[input.id]).toEqual({ kind: "loop-ended" });
  expect(await ledger.completion(input, never()))
    .toEqual({ ok: true, value: { kind: "loop-ended" } });
});

test("[LG30] study 2.3: coalescing happens when work is accepted, not only in a helper", async () => {
  const { work, phases } = setup();
  await work({ ...wakeOf(), idempotencyKey: "a" });
  await work({ ...wakeOf(), idempotencyKey: "b" });
  expect(phases()).toEqual(["superseded", "queued"]);
});

test("[LG42] study 2.12: a forgotten session leaves nothing in the queue", async () => {
  const { begin, work, ledger, jobs, setSlots, store } = setup({ slots: 0 });
  begin();
  await work();
  await ledger.callSession("forget", ada, never());
  setSlots(1);
  await settleMicrotasks();
  expect([store.inputs, jobs]).toEqual([[], []]);
});

test("[LG33] study 2.12: a call in a wrong state is refused by name, not an internal error", async () => {
  const { ledger } = setup();
  await ledger.callSession("stop", ada, never());
  expect(await ledger.callSession("retire", ada, never())).toEqual({
    ok: false,
    error: { kind: "session-state-wrong", operation: "retire", state: "stopped" },
  });
});

test("[LG13] study 2.13: an input whose end was committed is not replayed", async () => {
  const silence = new Promise<never>(() => undefined);
  let isDead = false;
  const page = setup({
    through: (real) =>
      forwardingStore(() => real, async (call, method) => {
        if (isDead) return await silence;
        const result = await call();
        isDead = method === "commitReply"; // The page dies before it hears of its commit.
        return isDead ? await silence : result;
      }),
  });
  page.begin();
  await page.work({ segments: [{ note: 1 }] });
  await page.done(0);
  expect([isDead, page.told]).toEqual([true, {}]);
  const next = setup({ store: page.store });
  next.begin();
  await next.clock.advance(limits.retryMsMax);
  expect([next.jobs, next.phases()]).toEqual([[], ["consumed"]]);
  expect(await next.notes()).toEqual([{ note: 1 }, { said: 1 }]);
});

test("[LG6] study 2.13: the order of waiting and begun work survives a restart", async () => {
  const page = setup();
  page.begin();
  for (const key of ["a", "b", "c"]) await page.work({ idempotencyKey: key });
  await page.done(0, retry);
  open.splice(0).forEach((controller) => controller.abort("page over"));
  const next = setup({ store: page.store });
  next.begin();
  await settleMicrotasks();
  for (let n = 0; n < 3; n += 1) await next.done(n);
  const keys = next.jobs.map((job) => job.input.idempotencyKey.at(-1));
  expect(keys).toEqual(["a", "b", "c"]);
});

test("[LG37] study 2.13: a stopped session with live work is mended, not taken for damage", async () => {
  const { work, store } = setup({ slots: 0 });
  await work();
  await store.saveSession({ ...ada, state: "stopped", body: {} }, never());
  const next = setup({ store });
  next.begin();
  await settleMicrotasks();
  expect(store.receipts).toMatchObject([{ outcome: "session-stopped" }]);
  expect(await next.ledger.admitPrivate(privateOf({ idempotencyKey: "rq-1" }), never()))
    .toMatchObject({ ok: true, value: { added: false, input: { phase: "abandoned" } } });
});

test("[LG26] study 2.20: what was decided when a wake came in while running holds later", async () => {
  const { begin, work, done, store } = setup();
  begin();
  await work();
  await work({ ...wakeOf(), idempotencyKey: "w" });
  expect(store.inputs[1]?.admission.wakes).toBe(false);
  await done(0);
  expect(store.inputs[1]).toMatchObject({ phase: "staged", admission: { wakes: false } });
});
