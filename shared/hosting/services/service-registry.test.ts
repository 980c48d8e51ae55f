import { expect, test } from "vitest";
import { supervisionLimits } from "../../supervision/limits.ts";
import { candidateOf } from "../../testing/fakes/input-records.ts";
import { privateOf } from "../../testing/fakes/private-records.ts";
import { hostingLimits as limits } from "../limits.ts";
import { createServiceKit, type KitFaults, replied } from "./service-kit.contract.ts";
import { restartsOf } from "./service-registry.ts";

const never = new AbortController().signal;

async function setup(personas: readonly string[], faults: Partial<KitFaults> = {}) {
  const kit = createServiceKit(personas);
  Object.assign(kit.faults, faults);
  kit.registry.follow(kit.room, () => true);
  await kit.clock.advance(10);
  return kit;
}

test("[HO129] a live service is never replaced; one that ended makes room and keeps its sums", async () => {
  const { registry, room, script, publish, runs, phaseOf, clock } = await setup(["a"]);
  expect(registry.register(room, "a")).toEqual({
    ok: false,
    error: { kind: "service-live", roomId: "rm_1", persona: "a" },
  });
  const turn = script.say("hi");
  await publish(10);
  runs[0]?.finish(replied);
  await clock.advance(10);
  script.settle(turn, "a", "Yes.");
  const assign = script.state().personas.get("a")?.assignment?.seq ?? 0;
  script.add({ kind: "release", persona: "a", assign, reason: "" });
  await publish(10);
  expect(registry.get("rm_1", "a")?.end?.kind).toBe("success");
  expect(registry.isServed("rm_1", "a")).toBe(false);
  script.add({ kind: "assign", persona: "a" });
  await publish(0);
  registry.follow(room, () => true);
  await clock.advance(10);
  expect(phaseOf("a")).toBe("ready");
  expect(registry.get("rm_1", "a")?.tally.counters.replied).toBe(1);
});

test("[HO130] [SV25] a service that fails comes back within its budget, then is given up, alone", async () => {
  const kit = await setup(["a", "b"], { open: "fails", whose: "b" });
  const { registry, phaseOf, clock, faults, script, publish, runs, defects } = kit;
  expect([phaseOf("a"), phaseOf("b")]).toEqual(["ready", "backing-off"]);
  expect(registry.failureOf("rm_1", "b")).toBeUndefined();
  await clock.advance(60_000);
  expect([phaseOf("a"), phaseOf("b")]).toEqual(["ready", "given-up"]);
  const failure = { kind: "session", detail: "storage-failed" };
  expect(registry.failureOf("rm_1", "b")).toEqual(failure);
  const given = registry.get("rm_1", "b")?.supervision;
  expect(given?.generation).toBe(1 + supervisionLimits.restartsMax);
  expect(restartsOf(given?.exits ?? []).map((one) => one.failure))
    .toEqual(Array(given?.generation).fill(failure));
  expect(registry.get("rm_1", "a")?.supervision.generation).toBe(1);
  script.say("hi");
  await publish(10);
  expect([runs.map(({ input }) => input.persona), defects]).toEqual([["a"], []]);
  faults.open = "works";
  expect([registry.retryNow("rm_1", "b"), registry.retryNow("rm_1", "a")]).toEqual([true, false]);
  await clock.advance(10);
  expect([phaseOf("b"), registry.failureOf("rm_1", "b")]).toEqual(["ready", undefined]);
  expect(runs.map(({ input }) => input.persona)).toEqual(["a", "b"]);
});

test("[HO130] what was given up for a store that works again is started again", async () => {
  const { registry, phaseOf, clock, faults } = await setup(["a"], { open: "fails" });
  await clock.advance(60_000);
  faults.open = "works";
  registry.retryFailed(["runtime"]);
  await clock.advance(10);
  expect(phaseOf("a")).toBe("given-up");
  registry.retryFailed(["runtime", "session"]);
  await clock.advance(10);
  expect(phaseOf("a")).toBe("ready");
});

test("[HO130] after a restart nothing is done again that is settled", async () => {
  const { registry, room, script, publish, runs, clock, memory, phaseOf, faults } = await setup([
    "a",
  ]);
  const turn = script.say("hi");
  await publish(10);
  runs[0]?.finish(replied);
  await clock.advance(10);
  script.settle(turn, "a", "Yes.");
  const next = script.say("and now?");
  await publish(10);
  // Her intake fails from here on, and her service with it; the run that goes on is broken off.
  faults.storeFails = ["liveInputs"];
  script.say("hm?");
  await publish(60_000);
  expect(phaseOf("a")).not.toBe("ready");
  runs[1]?.finish({ kind: "cancelled", partialText: "" });
  faults.storeFails = [];
  await clock.advance(60_000);
  registry.retryNow("rm_1", "a");
  registry.follow(room, () => true);
  await clock.advance(1_000);
  expect(phaseOf("a")).toBe("ready");
  expect(runs.map(({ input }) => input.turn)).toEqual([turn, next, expect.any(Number)]);
  expect(memory.inputs.filter((one) => one.turn === turn).map(({ phase }) => phase))
    .toEqual(["consumed"]);
  expect(runs[2]?.input.turn).not.toBe(turn);
});

test("[HO131] an input starts only while its service is up, and spends no attempt before", async () => {
  const kit = await setup(["a"], { open: "hangs" });
  const { ledger, clock, runs, memory, healStore, faults } = kit;
  // Of an earlier page: the room's state calls for it still.
  const turn = kit.script.say("hi");
  const assign = kit.script.state().personas.get("a")?.assignment?.seq ?? 0;
  const left = candidateOf({ roomId: "rm_1", persona: "a", turn, assign });
  await ledger.admit(left, never);
  const ref = { roomId: "rm_1", persona: "a" };
  await ledger.admitPrivate(privateOf(ref), never);
  await clock.advance(1_000);
  expect(runs).toEqual([]);
  expect(memory.inputs.map(({ phase, stagedCount, moves }) => [phase, stagedCount, moves.length]))
    .toEqual([["queued", 0, 1], ["queued", 0, 1]]);
  await kit.publish(0);
  faults.open = "works";
  healStore();
  await clock.advance(limits.retryMsMin);
  expect(runs.map(({ input }) => input.turn)).toEqual([turn]);
  expect(memory.inputs[0]).toMatchObject({ phase: "staged", stagedCount: 1 });
});

test("[HO131] private work of a persona without a service waits for none", async () => {
  const { ledger, clock, runs } = await setup(["a"]);
  await ledger.admitPrivate(privateOf({ roomId: "rm_1", persona: "gone" }), never);
  await clock.advance(10);
  expect(runs.map(({ input }) => input.persona)).toEqual(["gone"]);
});
