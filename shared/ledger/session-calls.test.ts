import { afterEach, expect, test } from "vitest";
import { crashingStore } from "../testing/fakes/crashing-store.ts";
import { ada, createLedgerKit, endedOk } from "../testing/fakes/ledger-kit.ts";
import { settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { privateOf, wakeOf } from "../testing/fakes/private-records.ts";
import { ledgerLimits as limits } from "./limits.ts";
import type { PerformOutcome } from "./outcome.ts";
import type { SessionOperation } from "./session-life.ts";

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
    call: (operation: SessionOperation) => kit.ledger.callSession(operation, ada, never()),
    states: () => kit.store.sessionRecords.map(({ persona, state }) => `${persona} ${state}`),
  };
}

const cancelled: PerformOutcome = { kind: "cancelled", partialText: undefined };
const said: PerformOutcome = {
  kind: "done",
  settled: { outcome: { kind: "replied", text: "Yes", finish: "stop" }, seenSeq: 1 },
};

test("[LG39] [LG29] a retired session takes nothing new and does what is queued", async () => {
  const { begin, work, call, done, ledger, phases, states } = setup();
  begin();
  await work({ idempotencyKey: "a" });
  await work({ idempotencyKey: "b" });
  expect(await call("retire")).toEqual({ ok: true, value: { abandoned: 0, pending: 2 } });
  expect(await ledger.admitPrivate(privateOf({ idempotencyKey: "c" }), never()))
    .toEqual({ ok: false, error: { kind: "session-closed", state: "retired" } });
  await done(0);
  await done(1);
  expect([phases(), states()]).toEqual([["consumed", "consumed"], ["ada retired"]]);
  // What was accepted before is still the same input (LG28).
  expect(await ledger.admitPrivate(privateOf({ idempotencyKey: "a" }), never()))
    .toMatchObject({ ok: true, value: { added: false } });
  expect(await call("reset")).toEqual({ ok: true, value: { abandoned: 0, pending: 0 } });
  expect((await ledger.admitPrivate(privateOf({ idempotencyKey: "c" }), never())).ok).toBe(true);
});

test("[LG40] a reset ends queued private work; what the room is owed stays", async () => {
  const { begin, work, turn, call, wait, told, reasons, phases, setSlots } = setup({ slots: 0 });
  begin();
  await wait(await work({ idempotencyKey: "a" }));
  await turn({ turn: 3 });
  await work({ idempotencyKey: "other", persona: "bo" });
  expect(await call("reset")).toEqual({ ok: true, value: { abandoned: 1, pending: 1 } });
  expect(reasons()).toEqual(["reset", undefined, undefined]);
  expect(told["in_1"]).toEqual({ kind: "ended", phase: "abandoned", outcome: "reset" });
  setSlots(3); // One place stays free for people's turns.
  await settleMicrotasks();
  expect(phases()).toEqual(["abandoned", "staged", "staged"]);
});

test("[LG40] [LG33] a reset is refused while the session runs, and changes nothing", async () => {
  const { begin, work, call, phases, states } = setup();
  begin();
  await work({ idempotencyKey: "a" });
  await work({ idempotencyKey: "b" });
  for (const operation of ["reset", "recycle"] as const) {
    const error = { kind: "session-running", operation };
    expect(await call(operation)).toEqual({ ok: false, error });
  }
  expect([phases(), states()]).toEqual([["staged", "queued"], []]);
});

test("[LG41] a stop breaks the run off, ends private work and keeps turns queued", async () => {
  const { begin, work, turn, call, jobs, done, wait, told, store, states } = setup();
  begin();
  await wait(await work({ idempotencyKey: "a" }));
  await turn({ turn: 3 });
  await work({ idempotencyKey: "b" });
  const stopping = call("stop");
  await settleMicrotasks();
  expect(jobs[0]?.signal.reason).toEqual({ kind: "withdrawn", reason: "session-stopped" });
  await done(0, cancelled);
  expect(await stopping).toEqual({ ok: true, value: { abandoned: 2, pending: 1 } });
  expect(store.inputs.map((input) => [input.phase, input.reason])).toEqual([
    ["abandoned", "session-stopped"],
    ["queued", undefined],
    ["abandoned", "session-stopped"],
  ]);
  expect(told["in_1"]).toMatchObject({ kind: "ended", outcome: "session-stopped" });
  expect([states(), jobs.length]).toEqual([["ada stopped"], 1]);
  expect(await call("recycle")).toEqual({ ok: true, value: { abandoned: 0, pending: 1 } });
  await settleMicrotasks();
  expect(jobs[1]?.input).toMatchObject({ turn: 3, stagedCount: 1 });
});

test("[LG41] a turn that runs when its session is stopped goes back at no cost", async () => {
  const { begin, turn, call, jobs, done, store } = setup();
  begin();
  await turn({ turn: 3 });
  const stopping = call("stop");
  await settleMicrotasks();
  expect(jobs[0]?.signal.reason).toEqual({ kind: "interrupted", reason: "session-stopped" });
  await done(0, { kind: "cancelled", partialText: "Half" });
  expect(await stopping).toEqual({ ok: true, value: { abandoned: 0, pending: 1 } });
  expect(store.inputs[0]).toMatchObject({
    ...{ phase: "queued", stagedCount: 0, partialText: "Half", reason: "session-stopped" },
  });
  expect(store.unsent).toEqual([]);
});

test("[LG41] [LG34] a stop does not wait for ever for work that ignores it", async () => {
  const { begin, work, call, clock, states, phases } = setup();
  begin();
  await work();
  const stopping = call("stop");
  await clock.advance(limits.cancelMsMax);
  expect(await stopping).toEqual({ ok: true, value: { abandoned: 1, pending: 0 } });
  expect([states(), phases()]).toEqual([["ada stopped"], ["abandoned"]]);
});

test("[LG38] [LG37] the state holds after a restart: a stopped session does nothing", async () => {
  const first = setup();
  await first.work({ idempotencyKey: "a" });
  await first.turn({ turn: 3 });
  await first.store.saveSession({ ...ada, state: "stopped", body: {} }, never());
  const next = setup({ store: first.store });
  next.begin();
  await settleMicrotasks();
  expect(next.jobs).toEqual([]);
  expect(next.reasons()).toEqual(["session-stopped", undefined]);
  expect(next.phases()).toEqual(["abandoned", "queued"]);
  expect(await next.ledger.admitPrivate(wakeOf(), never()))
    .toEqual({ ok: false, error: { kind: "session-closed", state: "stopped" } });
});

test("[LG37] all work of a paused session waits unstaged, and is taken at once after it", async () => {
  const { begin, work, turn, call, jobs, done, store, clock } = setup();
  begin();
  await work({ idempotencyKey: "before" });
  await call("pause");
  await done(0, { kind: "paused", partialText: "So far" });
  await turn({ turn: 3 });
  await work({ ...wakeOf(), idempotencyKey: "wake" });
  await work({ ...wakeOf(), kind: "system", work: { kind: "resume", of: "r" } });
  const rows = store.inputs;
  await clock.advance(10 * limits.retryMsMax);
  expect(jobs).toHaveLength(1);
  expect(store.inputs, "nothing is written meanwhile").toEqual(rows);
  expect(rows.map((input) => [input.phase, input.stagedCount])).toEqual(
    Array.from({ length: 4 }, () => ["queued", 0]),
  );
  await call("resume");
  await settleMicrotasks();
  for (const at of [1, 2, 3]) await done(at, at === 1 ? said : endedOk);
  expect(jobs.slice(1).map(({ input }) => input.work?.kind)).toEqual([
    undefined,
    "task",
    "wake",
    "resume",
  ]);
  expect(jobs[2]?.input).toMatchObject({ partialText: "So far", stagedCount: 1 });
});

test("[LG37] a resume right behind the pause is heard at once", async () => {
  const { begin, work, call, jobs, done } = setup();
  begin();
  await work();
  await call("pause");
  await done(0, { kind: "paused", partialText: undefined });
  await call("resume");
  await settleMicrotasks();
  expect(jobs).toHaveLength(2);
});

test("[LG37] what a paused session waits with still ends when it is stale", async () => {
  const { begin, turn, call, ledger, jobs, phases } = setup();
  begin();
  await call("pause");
  const own = await turn({ turn: 3 });
  const follow = await turn({ turn: 3, kind: "peer", human: false, persona: "ada", attempt: 1 });
  await turn({ turn: 4 });
  ledger.withdraw(own.id, "settled");
  await settleMicrotasks();
  expect(jobs).toEqual([]);
  expect(follow.turn).toBe(3);
  expect(phases()).toEqual(["abandoned", "superseded", "queued"]);
});

test("[LG42] a forgotten session leaves nothing but its turns, and is new again", async () => {
  const { begin, work, turn, call, store, notes, wait, told, phases } = setup({ slots: 0 });
  begin();
  await wait(await work({ idempotencyKey: "a", segments: [{ note: 1 }] }));
  await turn({ turn: 3 });
  expect(await call("forget")).toEqual({ ok: true, value: { abandoned: 1, pending: 1 } });
  expect([phases(), await notes(), store.sessionRecords]).toEqual([["queued"], [], []]);
  expect(told["in_1"]).toMatchObject({ kind: "ended", phase: "abandoned" });
  expect((await work({ idempotencyKey: "a" })).id).not.toBe("in_1");
});

test("[LG43] a recycled session keeps its inputs; who waited hears that the loop ended", async () => {
  const { begin, work, call, wait, told, jobs, setSlots } = setup({ slots: 0 });
  begin();
  await wait(await work());
  expect(await call("recycle")).toEqual({ ok: true, value: { abandoned: 0, pending: 1 } });
  await settleMicrotasks();
  expect(told["in_1"]).toEqual({ kind: "loop-ended" });
  setSlots(1);
  await settleMicrotasks();
  expect(jobs).toHaveLength(1);
});

test("[LG38] what a session keeps is stored beside its state, whoever changes which", async () => {
  const { ledger, call, store } = setup();
  const kept = { ...ada, parent: "bo", body: { rules: [1] } };
  const saved = ledger.saveSession(kept, never());
  const retired = call("retire");
  await Promise.all([saved, retired]);
  expect(store.sessionRecords).toEqual([{ ...kept, state: "retired" }]);
});

/** One page stops or resets a session with work of all sorts; it may die at any call. */
async function closeOnce(
  operation: "stop" | "reset" | "forget",
  through?: Parameters<typeof createLedgerKit>[0],
) {
  const kit = setup({ slots: 0, ...through });
  kit.begin();
  const result = kit.call(operation);
  result.catch(() => undefined);
  await settleMicrotasks();
  await kit.clock.advance(1_000);
  return kit;
}

test.each(["stop", "reset", "forget"] as const)(
  "[LG40] [LG41] [LG42] a page that dies in any step of a %s leaves what the same call ends",
  async (operation) => {
    let atCall = 1;
    for (;; atCall += 1) {
      for (const isCommitted of [false, true]) {
        const store = new MemoryPeerStore();
        const before = setup({ slots: 0, store });
        await before.work({ idempotencyKey: "a" });
        await before.turn({ turn: 3 });
        await before.work({ ...wakeOf(), idempotencyKey: "b" });
        let hasCrashed = () => false;
        await closeOnce(operation, {
          store,
          through(real) {
            const dying = crashingStore(real, { atCall, isCommitted }, () => undefined);
            ({ hasCrashed } = dying);
            return dying.store;
          },
        });
        if (!hasCrashed()) {
          expect(atCall).toBeGreaterThan(8);
          return;
        }
        await closeOnce(operation, { store });
        const left = store.inputs.map((input) => [input.turn, input.phase]);
        const ended = operation === "forget" ? [] : [[0, "abandoned"], [0, "abandoned"]];
        expect(left.toSorted((a, b) => Number(a[0]) - Number(b[0])), `call ${atCall}`).toEqual([
          ...ended,
          [3, "queued"],
        ]);
        expect(store.receipts).toHaveLength(ended.length);
      }
    }
  },
);
