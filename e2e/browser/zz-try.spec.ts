import { expect, test } from "@playwright/test";
import { launchOptions } from "../support/browser.mjs";
import { openEngineSite } from "./engine-site.ts";
import type { Harness } from "./harness/harness.ts";
declare const harness: Harness;
test.use({ launchOptions: launchOptions({ gpu: process.env["GPU"] === "1" }) });
test("try", async ({ page }) => {
  test.setTimeout(300_000);
  const t0 = Date.now();
  const site = await openEngineSite(process.env["MODELS"] ?? "/tmp/eng/models");
  console.log("built", Date.now() - t0);
  page.on("console", (m) => console.log("[page]", m.text().slice(0, 500)));
  page.on("pageerror", (e) => console.log("[err]", e.message));
  page.on("request", (q) => {
    if (!q.url().startsWith(site.url)) console.log("OUTSIDE", q.url());
  });
  await page.goto(site.url);
  await page.waitForFunction(() => (globalThis as any).harness);
  const profile = {
    id: "starter",
    engine: "transformers",
    name: "s",
    goodFor: "",
    licence: "",
    parameters: 3,
    downloadBytes: 1,
    memoryBytes: 1,
    contextTokens: 1024,
    requiredFeatures: [],
    needsWebGpu: false,
    promptFormat: "starter-script",
    embedded: true,
    replyTokensMax: 64,
    temperature: 0.7,
    topP: 0.9,
  } as const;
  const force = process.env["GPU"] === "1" ? "webgpu" as const : undefined;
  await page.evaluate(
    (force) =>
      harness.open({
        worker: "production",
        settings: { modelHost: { weights: "", libraries: "" }, force },
      }),
    force,
  );
  console.log("device", JSON.stringify(await page.evaluate(() => harness.inspectDevice())));
  let t = Date.now();
  const loaded = await page.evaluate((p) => harness.load(p), profile);
  console.log(
    "load",
    Date.now() - t,
    JSON.stringify(loaded.result),
    loaded.progress.length,
    JSON.stringify(loaded.progress.at(-1)),
  );
  t = Date.now();
  console.log("probe", JSON.stringify(await page.evaluate(() => harness.probe())), Date.now() - t);
  const text = "Mia and Tom talk about the round ticket in the office. ".repeat(
    Number(process.env["REP"] ?? 12),
  );
  for (const cue of ["Mia", "Tom", "Mia"]) {
    const out = await page.evaluate(
      ([text, cue, n]) =>
        harness.generate({
          requestId: "r1",
          persona: "p",
          segments: [{ key: "a", role: "script", text: text! }, {
            key: "b",
            role: "script",
            text: "\nNext: " + cue + "\n",
          }],
          continueText: "",
          stop: [],
          seed: 7,
          temperature: 0.7,
          topP: 0.9,
          tokensMax: Number(n),
        }, { countDispatches: true }),
      [text, cue, process.env["N"] ?? "40"] as const,
    );
    console.log(
      JSON.stringify(out.outcome),
      JSON.stringify(out.text).slice(0, 300),
      out.events.length,
      JSON.stringify(out.dispatches).slice(0, 200),
    );
  }
  console.log(JSON.stringify(await page.evaluate(() => harness.gpuCounters())));
  expect(loaded.result.ok).toBe(true);
  await site.close();
});
