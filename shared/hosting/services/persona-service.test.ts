import { expect, test } from "vitest";
import { hostingLimits as limits } from "../limits.ts";
import { type PersonaService, spawnPersonaService } from "./persona-service.ts";
import { createServiceKit, replied } from "./service-kit.contract.ts";

const ADA = { roomId: "rm_1", persona: "a" };
const never = new AbortController().signal;

/** A service of `a` alone, without a registry; its runs are started by hand. */
async function setup(change: (kit: ReturnType<typeof createServiceKit>) => void = () => undefined) {
  const kit = createServiceKit();
  change(kit);
  const service = spawnPersonaService(kit.deps, ADA);
  await kit.clock.advance(10);
  return { ...kit, service };
}

/** Performs her first input as the ledger's loop would. */
async function run({ service, memory, clock, runs }: Awaited<ReturnType<typeof setup>>) {
  const [input] = memory.inputs;
  if (input === undefined) throw new Error("nothing to run");
  const controller = new AbortController();
  const performed = service.perform(input, controller.signal);
  await clock.advance(0);
  const begun = runs.at(-1);
  if (begun === undefined) throw new Error("nothing runs");
  return { input, controller, performed, finish: begun.finish };
}

const endOf = async (service: PersonaService) => await service.result;

test("[HO12] what is due of her alone is in the ledger, once, however often she looks", async () => {
  const { script, publish, live, service } = await setup();
  script.say("hi");
  await publish(10);
  service.wake();
  await publish(10);
  expect(live()).toEqual(["a/8"]);
  expect(service.isPrimed).toBe(true);
});

test("[HO12] what was due already asks nothing more of the store", async () => {
  const kit = await setup();
  kit.script.say("hi");
  await kit.publish(10);
  kit.faults.storeFails = ["liveInputs"];
  for (let change = 0; change < limits.serviceErrorsMax + 2; change += 1) {
    kit.script.add({ kind: "device", name: `Mika ${change}` });
    await kit.publish(limits.retryMsMax);
  }
  expect(kit.trace.eventsAt("warn")).toEqual([]);
  kit.faults.storeFails = [];
});

test("[HO28] a room that is behind its relay calls for nothing until it has caught up", async () => {
  const { script, publish, live, setCurrent, service } = await setup(({ setCurrent }) => {
    setCurrent(false);
  });
  script.say("hi");
  await publish(60_000);
  expect(live()).toEqual([]);
  setCurrent(true);
  service.wake();
  await publish(10);
  expect(live()).toEqual(["a/8"]);
});

test("[HO121] [HO125] a persona who moves away is withdrawn, and her service succeeds with its sums", async () => {
  const kit = await setup();
  const { script, publish, live, service, memory } = kit;
  script.say("hi");
  await publish(10);
  const { performed, finish, input } = await run(kit);
  service.onRetrieval(input.id, 7);
  await kit.clock.advance(40);
  finish(replied);
  await performed;
  await kit.clock.advance(5);
  service.onInput({ ...input, phase: "consumed" });
  const assign = script.state().personas.get("a")?.assignment?.seq ?? 0;
  script.add({ kind: "release", persona: "a", assign, reason: "model" });
  await publish(10);
  const ended = await endOf(service);
  expect(service.finished).toBe(true);
  expect(ended).toMatchObject({
    kind: "success",
    ignored: [],
    tally: {
      counters: { replied: 1, silent: 0, skipped: 0, errored: 0 },
      latencies: {
        retrieval: { count: 1, totalMs: 7 },
        inference: { count: 1, totalMs: 33, minMs: 33, maxMs: 33 },
        post: { count: 1, totalMs: 5 },
      },
    },
  });
  await kit.clock.advance(10);
  expect([live(), memory.inputs[0]?.phase]).toEqual([[], "abandoned"]);
});

test("[HO122] an abort breaks her runs off, waits for them and keeps the sums", async () => {
  const kit = createServiceKit(["a"]);
  const { registry, room, clock, runs, memory, publish, script } = kit;
  registry.register(room, "a");
  await clock.advance(10);
  script.say("hi");
  await publish(10);
  expect(runs).toHaveLength(1);
  const closing = registry.close("over");
  await clock.advance(0);
  expect(runs[0]?.signal.reason).toEqual({ kind: "interrupted", reason: "service-aborted" });
  runs[0]?.finish({ kind: "cancelled", partialText: "" });
  expect(await closing).toEqual([]);
  await clock.advance(10);
  // No attempt is spent, and nothing of it was said.
  expect(memory.inputs[0]).toMatchObject({ phase: "queued", stagedCount: 0, partialText: "" });
  expect(registry.get("rm_1", "a")?.end).toMatchObject({ kind: "aborted", reason: "over" });
});

test("[HO122] a run that ignores the abort is named when the drain's time is over", async () => {
  const kit = await setup();
  kit.script.say("hi");
  await kit.publish(10);
  const { input } = await run(kit);
  kit.service.abort("over");
  await kit.clock.advance(limits.serviceDrainMsMax - 1);
  expect(kit.service.finished).toBe(false);
  await kit.clock.advance(1);
  expect(await endOf(kit.service)).toMatchObject({
    ...{ kind: "aborted", reason: "over", ignored: [input.id] },
  });
  expect(kit.trace.eventsAt("error")).toEqual(["service-drain-late"]);
});

test("[HO122] an abort is seen at every wait of a service", async () => {
  const waits: readonly (readonly [string, Parameters<typeof setup>[0]])[] = [
    ["opening", ({ faults }) => void (faults.open = "hangs")],
    ["a store that never answers", ({ faults }) => void (faults.storeHangs = ["liveInputs"])],
    ["the wait after an error", ({ faults }) => void (faults.storeFails = ["liveInputs"])],
    ["an old room", ({ setCurrent }) => setCurrent(false)],
    ["the bell", undefined],
  ];
  for (const [where, change] of waits) {
    const { service, clock } = await setup(change);
    service.abort("over");
    await clock.advance(0);
    expect([where, service.finished]).toEqual([where, true]);
    expect(await endOf(service), where).toMatchObject({ kind: "aborted", reason: "over" });
  }
});

test("[HO121] a session that cannot be opened, or breaks, ends her service with the failure", async () => {
  const failing = await setup(({ faults }) => void (faults.open = "fails"));
  expect(await endOf(failing.service)).toMatchObject({
    kind: "failed",
    failure: { kind: "session", detail: "storage-failed" },
  });
  const throwing = await setup(({ faults }) => void (faults.open = "throws"));
  expect(await endOf(throwing.service)).toMatchObject({
    kind: "failed",
    failure: { kind: "defect", detail: "broken" },
  });
  const hanging = await setup(({ faults }) => void (faults.open = "hangs"));
  await hanging.clock.advance(limits.serviceStoreMsMax);
  expect(await endOf(hanging.service)).toMatchObject({
    failure: { kind: "session", detail: "deadline" },
  });
});

test("[HO123] a store that refuses is asked with growing waits, and after so many times she fails", async () => {
  const { service, clock, trace } = await setup(({ faults }) => {
    faults.storeFails = ["liveInputs"];
  });
  const asked = () => trace.lines.filter(({ event }) => event === "intake").length;
  expect(asked()).toBe(1);
  await clock.advance(limits.retryMsMin);
  expect(asked()).toBe(2);
  await clock.advance(limits.retryMsMin);
  expect(asked()).toBe(2);
  await clock.advance(60_000);
  expect(asked()).toBe(limits.serviceErrorsMax);
  expect(await endOf(service)).toMatchObject({
    failure: { kind: "runtime", detail: "storage-failed" },
  });
});

test("[HO123] an answer in between begins the count anew; no answer in time counts as a refusal", async () => {
  const { service, clock, faults, trace, healStore } = await setup(({ faults }) => {
    faults.storeHangs = ["liveInputs"];
  });
  await clock.advance(limits.serviceStoreMsMax * 3);
  expect(trace.lines.some(({ fields }) => fields["problem"] === "deadline")).toBe(true);
  healStore();
  await clock.advance(60_000);
  expect([service.finished, service.isPrimed, faults.storeHangs]).toEqual([false, true, []]);
});

test("[HO123] refusals count only in a row", async () => {
  const { service, clock, faults, script, publish, trace } = await setup();
  for (let outage = 0; outage < 2; outage += 1) {
    const before = trace.lines.length;
    faults.storeFails = ["liveInputs"];
    script.say("hi");
    await publish(0);
    const refused = (): number => trace.lines.length - before;
    for (let step = 0; refused() < limits.serviceErrorsMax - 1 && step < 200; step += 1) {
      await clock.advance(limits.retryMsMin);
    }
    expect(refused()).toBe(limits.serviceErrorsMax - 1);
    faults.storeFails = [];
    await clock.advance(limits.retryMsMax * 2);
  }
  expect(service.finished).toBe(false);
});

test("[HO124] an answer that is not durable in time fails the service, with what was counted", async () => {
  const kit = await setup();
  kit.script.say("hi");
  await kit.publish(10);
  const { performed, finish } = await run(kit);
  finish(replied);
  await performed;
  await kit.clock.advance(limits.servicePostMsMax - 1);
  expect(kit.service.finished).toBe(false);
  await kit.clock.advance(1);
  expect(await endOf(kit.service)).toMatchObject({
    failure: { kind: "post", detail: "not-stored" },
    tally: { counters: { replied: 0 }, latencies: { inference: { count: 1 } } },
  });
});

test("[HO120] each end of an attempt has its counter, and private work none", async () => {
  const kit = await setup();
  kit.script.say("hi");
  await kit.publish(10);
  const [input] = kit.memory.inputs;
  if (input === undefined) throw new Error("no input");
  const outcomes = [
    { kind: "replied", text: "Yes.", finish: "stop" },
    { kind: "silent" },
    { kind: "voted", speaker: "b" },
    { kind: "failed", reason: "deadline", detail: "" },
    { kind: "deferred", reason: "stale" },
  ] as const;
  for (const [index, outcome] of outcomes.entries()) {
    const one = { ...input, id: `in_${index}` };
    const performed = kit.service.perform(one, never);
    kit.runs.at(-1)?.finish({ kind: "done", settled: { outcome, seenSeq: 1 } });
    await performed;
    kit.service.onInput({ ...one, phase: "staged" });
    kit.service.onInput({ ...one, phase: "consumed" });
  }
  kit.service.onInput({ ...input, id: "in_w", phase: "abandoned" });
  kit.service.onInput({ ...input, id: "in_p", work: { kind: "compact" }, phase: "consumed" });
  expect(kit.service.tally.counters).toEqual({ replied: 1, silent: 2, skipped: 2, errored: 1 });
  expect(kit.service.tally.latencies.post.count).toBe(5);
});
