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

test("[IN100] the GPU gives memory in pieces, and has it back", async ({ page }) => {
  const bytes = 600 * 2 ** 20; // More than two pieces, and less than any machine of the tests has.
  const given = await page.evaluate(async ([o, wanted]) => {
    harness.open(o);
    return [await harness.probeGpu(wanted), await harness.probeGpu(wanted)] as const;
  }, [{ worker: "production", settings: defaultSettings }, bytes] as const);
  expect(given).toEqual([{ ok: true, value: bytes }, { ok: true, value: bytes }]);
});

test("[IN9] by the switch each token is work on the real queue", async ({ page }) => {
  test.setTimeout(150_000);
  const whole = starterRequest("do you like tea?", { temperature: 0, tokensMax: 4 });
  const [room, cue] = whole.segments;
  const lines = room?.text.split("\n").slice(0, 2).join("\n") ?? "";
  const request = { ...whole, segments: [{ ...room!, text: `${lines}\n` }, cue!] };
  const onGpu = await page.evaluate(async ([o, profile, r]) => {
    harness.open(o);
    const { result } = await harness.load(profile);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const dispatched = async () => {
      const counters = await harness.gpuCounters();
      return counters.ok ? counters.value.dispatches : 0;
    };
    const reply = await harness.generate(r);
    // The prefix is kept now, so these three differ by their decoded tokens alone.
    const dispatches: number[] = [];
    for (const tokensMax of [1, 2, 3]) {
      const before = await dispatched();
      await harness.generate({ ...r, tokensMax });
      dispatches.push((await dispatched()) - before);
    }
    return { lane: result.value.lane, reply, dispatches };
  }, [openForced, starterProfile, request] as const);
  const onCpu = await page.evaluate(async ([o, profile, r]) => {
    harness.open({ ...o, settings: { ...o.settings, force: "cpu" } });
    await harness.load(profile);
    return await harness.generate(r);
  }, [openForced, starterProfile, request] as const);
  expect(onGpu.lane).toBe("webgpu-software");
  const { outcome, text } = onGpu.reply;
  expect(outcome.kind === "done" && outcome.usage.promptTokens).toBeGreaterThan(64);
  expect(text, "the same greedy text as on the CPU").toBe(onCpu.text);
  const [one = 0, two = 0, three = 0] = onGpu.dispatches;
  expect(two - one, "dispatches of the second token").toBeGreaterThan(100);
  expect(three - two, "dispatches of the third token").toBeGreaterThan(100);
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
