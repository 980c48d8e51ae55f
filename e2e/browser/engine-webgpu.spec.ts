/** The production worker on WebGPU: the software adapter computes, slowly and truly. */

import {
  chatRequest,
  defaultSettings,
  expect,
  scriptedProfile,
  starterProfile,
  starterRequest,
  test,
} from "./engine-fixtures.ts";

test.use({ gpu: true });

const openForced = {
  worker: "production",
  settings: { ...defaultSettings, force: "webgpu" },
} as const;

test("[IN8] a software adapter is there and not preferred", async ({ page }) => {
  const { facts, loaded, counters } = await page.evaluate(async ([o, profile]) => {
    harness.open(o);
    const facts = await harness.inspectDevice();
    const loaded = await harness.load(profile);
    return { facts, loaded, counters: await harness.gpuCounters() };
  }, [{ worker: "production", settings: defaultSettings }, starterProfile] as const);
  expect(facts).toMatchObject({ ok: true, value: { webgpu: "software" } });
  expect(loaded.result).toMatchObject({ ok: true, value: { lane: "cpu" } });
  expect(counters).toMatchObject({ ok: true, value: { dispatches: 0 } });
});

test("[IN9] by the switch a reply runs on the real queue, each token with work of its own", async ({ page }) => {
  test.setTimeout(120_000);
  const request = starterRequest("do you like tea?", { temperature: 0, tokensMax: 5 });
  const [onGpu, counters] = await page.evaluate(async ([o, profile, r]) => {
    harness.open(o);
    const { result } = await harness.load(profile);
    if (!result.ok || result.value.lane !== "webgpu-software") throw new Error("another lane");
    const reply = await harness.generate(r, { countDispatches: true });
    return [reply, await harness.gpuCounters()] as const;
  }, [openForced, starterProfile, request] as const);
  const onCpu = await page.evaluate(async ([o, profile, r]) => {
    harness.open({ ...o, settings: { ...o.settings, force: "cpu" } });
    await harness.load(profile);
    return await harness.generate(r);
  }, [openForced, starterProfile, request] as const);
  const usage = onGpu.outcome.kind === "done" ? onGpu.outcome.usage : undefined;
  expect(usage?.promptTokens, "long prompts are where kernels went wrong").toBeGreaterThan(64);
  expect(onGpu.text).toBe(onCpu.text);
  expect(onGpu.dispatches.length).toBeGreaterThan(2);
  const steps = onGpu.dispatches.slice(1).map((count, at) => count - (onGpu.dispatches[at] ?? 0));
  expect(Math.min(...steps.slice(0, -1)), "dispatches per token").toBeGreaterThan(50);
  expect(counters.ok && counters.value.submits).toBeGreaterThan(0);
});

test("[IN2] a device lost under web-llm is noticed by us and ends the worker", async ({ page }) => {
  const open = { worker: "scripted", settings: defaultSettings } as const;
  const reply = await page.evaluate(async ([o, profile, request]) => {
    harness.open(o);
    await harness.load(profile);
    return await harness.generate(request);
  }, [open, scriptedProfile, chatRequest("say one two lose three")] as const);
  expect(reply.outcome.kind).toBe("engine-lost");
  const exit = await page.evaluate(() => harness.exited());
  expect(exit).toMatchObject({ kind: "failed", reason: { kind: "device-lost" } });
});
