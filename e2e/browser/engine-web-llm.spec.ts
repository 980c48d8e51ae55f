/** The production worker with the production web-llm adapter, on a scripted library object. */

import {
  chatRequest,
  defaultSettings,
  expect,
  reportContract,
  scriptedProfile,
  test,
} from "./engine-fixtures.ts";

const open = { worker: "scripted", settings: defaultSettings } as const;

test("[IN1, IN2, IN3, IN4, IN5, IN6, IN7, IN13, IN14] the engine contract on web-llm", async ({ page }) => {
  const words = "say one two three four five six seven eight nine ten {ask}";
  const contract = {
    profile: scriptedProfile,
    template: chatRequest(words),
    forksPrefix: false,
    continuesText: false,
    constrainsChoice: true,
    constrainsJson: true,
  };
  const report = await page.evaluate(([o, c]) => harness.contract(o, c), [open, contract] as const);
  reportContract("web-llm, scripted", report);
});

test("[IN10, IN80] one message more on the same conversation is told as cached", async ({ page }) => {
  const first = chatRequest("say yes indeed");
  const second = chatRequest("", {
    segments: [
      ...first.segments,
      { key: "a", role: "assistant", text: "yes indeed" },
      { key: "b", role: "user", text: "say more" },
    ],
  });
  const [one, two] = await page.evaluate(async ([o, profile, a, b]) => {
    harness.open(o);
    await harness.load(profile);
    return [await harness.generate(a), await harness.generate(b)] as const;
  }, [open, scriptedProfile, first, second] as const);
  const usageOf = (reply: typeof one) =>
    reply.outcome.kind === "done" ? reply.outcome.usage : undefined;
  expect(usageOf(one)?.cachedTokens).toBe(0);
  // The token that ended the reply was not fed back.
  const held = (usageOf(one)?.promptTokens ?? 0) + (usageOf(one)?.generatedTokens ?? 0) - 1;
  expect(usageOf(two)?.cachedTokens).toBe(held);
});

test("[IN7] a stop string that the library shows half is not shown", async ({ page }) => {
  const reply = await page.evaluate(async ([o, profile, request]) => {
    harness.open(o);
    await harness.load(profile);
    return await harness.generate(request);
  }, [open, scriptedProfile, chatRequest("say Hello \n Ada: no", { stop: ["\n Ada:"] })] as const);
  expect(reply.text).toBe("Hello ");
  expect(reply.outcome).toMatchObject({ kind: "done", finish: "stop" });
});

test("[IN13] a text that left the grammar passes for no choice", async ({ page }) => {
  const choices = { choices: ["Ann", 'Bo "B" Lee'], seed: 1 };
  const [kept, left] = await page.evaluate(
    async ([o, profile, a, b]) => {
      harness.open(o);
      await harness.load(profile);
      return [await harness.generate(a), await harness.generate(b)] as const;
    },
    [
      open,
      scriptedProfile,
      chatRequest("who?", choices),
      chatRequest("ignore it", choices),
    ] as const,
  );
  expect(kept).toMatchObject({ text: 'Bo "B" Lee', outcome: { kind: "done", finish: "stop" } });
  expect(left.outcome).toMatchObject({ kind: "failed", error: { kind: "internal" } });
});

test("[IN3, IN6] a prefill that hears no interrupt costs the worker its life", async ({ page }) => {
  const reply = await page.evaluate(async ([o, profile, request]) => {
    harness.open(o);
    await harness.load(profile);
    return await harness.generate(request, { abortAfterTexts: 1 });
  }, [open, scriptedProfile, chatRequest("say one hang")] as const);
  expect(reply.outcome).toEqual({ kind: "cancelled" });
  const exit = await page.evaluate(() => harness.exited());
  expect(exit).toMatchObject({ kind: "failed", reason: { kind: "cancel-ignored" } });
});

test("a failure of the library ends the reply, then the worker", async ({ page }) => {
  const reply = await page.evaluate(async ([o, profile, request]) => {
    harness.open(o);
    await harness.load(profile);
    return await harness.generate(request);
  }, [open, scriptedProfile, chatRequest("say one throw")] as const);
  expect(reply.outcome).toMatchObject({ kind: "failed", error: { kind: "internal" } });
  const exit = await page.evaluate(() => harness.exited());
  expect(exit).toMatchObject({ kind: "failed", reason: { kind: "internal" } });
});

test("without WebGPU a real model is refused before anything is fetched", async ({ page }) => {
  const { webLlmModels } = await import("../../web/models/web-llm-models.ts");
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const { result } = await page.evaluate(([o, profile]) => {
    harness.open(o);
    return harness.load(profile);
  }, [{ worker: "production", settings: defaultSettings }, webLlmModels[0]!] as const);
  expect(result).toEqual({ ok: false, error: { kind: "webgpu-missing" } });
  expect(requests.filter((url) => url.includes("mlc"))).toEqual([]);
});
