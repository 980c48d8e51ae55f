/**
 * The real web-llm engine behind the production adapter in the worker, with GPU work dropped.
 *
 * Needs things that are not ours to ship, so it is skipped without them:
 *
 *   CONCLAVE_WEBLLM_LIB      the public model library (.wasm) of Qwen2-0.5B, q4f32_1, v0_2_48
 *   CONCLAVE_WEBLLM_MODEL    random weights for it (../shared/probes/probe-webllm-gen.py)
 *   CONCLAVE_WEBLLM_PACKAGE  the folder of @mlc-ai/web-llm 0.2.79, the last that takes this library
 *
 * Version 0.2.86 refuses it by name: `wrong-bytes`, "model library" (seen).
 */

import { readFileSync } from "node:fs";
import { webLlmModels } from "../../web/models/web-llm-models.ts";
import { chatRequest, defaultSettings, expect, test } from "./engine-fixtures.ts";
import { openFakeHost } from "./fake-model-host.ts";

const library = process.env["CONCLAVE_WEBLLM_LIB"] ?? "";
const folder = process.env["CONCLAVE_WEBLLM_MODEL"] ?? "";
const webLlm = process.env["CONCLAVE_WEBLLM_PACKAGE"] ?? "";

test.use({ gpu: true, webLlm });

const model = webLlmModels.find(({ id }) => id === "Qwen2.5-0.5B-Instruct-q4f32_1-MLC")!;

test("[IN1, IN3] the real engine loads, replies and is interrupted", async ({ page, guard }) => {
  const reason = "CONCLAVE_WEBLLM_LIB, _MODEL and _PACKAGE are not all set";
  const isReady = [library, folder, webLlm].every((path) => path !== "");
  if (!isReady) console.log(`skipped: ${reason}`);
  test.skip(!isReady, reason);
  test.setTimeout(400_000);
  guard.allow(/request to another origin: http:\/\/127\.0\.0\.1/, "the model host of this test");
  const host = await openFakeHost();
  host.folder = folder;
  // The library is called so by web-llm 0.2.79.
  host.files = { "Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm": readFileSync(library) };
  const modelHost = { weights: host.url, libraries: host.url };
  const open = { worker: "null-gpu", settings: { ...defaultSettings, modelHost } } as const;
  const request = chatRequest("say anything", { temperature: 1, tokensMax: 12 });
  const { result, whole, cut } = await page.evaluate(async ([o, profile, r]) => {
    harness.open(o);
    const { result } = await harness.load(profile);
    const whole = result.ok ? await harness.generate(r) : undefined;
    const long = { ...r, tokensMax: 200 };
    const cut = result.ok ? await harness.generate(long, { abortAfterTexts: 2 }) : undefined;
    return { result, whole, cut };
  }, [open, model, request] as const);
  await host.close();
  expect(result.ok ? undefined : result.error, "no error of the load").toBeUndefined();
  expect(result).toMatchObject({ ok: true, value: { lane: "webgpu-software", slots: 1 } });
  // Random weights may end by themselves; 0.2.79 does not count the token that met the limit.
  const usage = whole?.outcome.kind === "done" ? whole.outcome.usage : undefined;
  expect(usage?.generatedTokens).toBeGreaterThan(0);
  expect(usage?.generatedTokens).toBeLessThanOrEqual(12);
  expect(usage?.promptTokens).toBeGreaterThan(10);
  expect(cut?.outcome).toEqual({ kind: "cancelled" });
});
