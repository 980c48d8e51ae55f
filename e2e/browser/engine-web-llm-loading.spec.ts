/** web-llm's real loading code in the production worker, against model hosts that fail. */

import { webLlmModels } from "../../web/models/web-llm-models.ts";
import { defaultSettings, expect, test } from "./engine-fixtures.ts";
import { type FakeHost, openFakeHost } from "./fake-model-host.ts";

test.use({ gpu: true });

const model = webLlmModels.find(({ requiredFeatures }) => requiredFeatures.length === 0)!;
const model16 = webLlmModels.find(({ requiredFeatures }) => requiredFeatures.length > 0)!;
const LIBRARY = `${model.id.replace("-MLC", "")}_cs1k-webgpu.wasm`;

let host: FakeHost;
test.beforeEach(async ({ guard }) => {
  host = await openFakeHost();
  guard.allow(/request to another origin: http:\/\/127\.0\.0\.1/, "the model host of this test");
});
test.afterEach(() => host.close());

const open = (url: string) =>
  ({
    worker: "production",
    settings: { ...defaultSettings, modelHost: { weights: url, libraries: url } },
  }) as const;

const load = ([o, profile]: readonly [ReturnType<typeof open>, typeof model]) => {
  harness.open(o);
  return harness.load(profile);
};

const wasm = (...rest: number[]) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...rest);

const whole: FakeHost["files"] = {
  "mlc-chat-config.json": JSON.stringify({ tokenizer_files: ["tokenizer.json"] }),
  "tensor-cache.json": JSON.stringify({
    records: [{ dataPath: "params_shard_0.bin", nbytes: 64 }],
  }),
  "tokenizer.json": "{}",
  "params_shard_0.bin": new Uint8Array(64),
  [LIBRARY]: wasm(0xff, 0xff, 0xff),
};

test("a missing feature is named before anything is fetched", async ({ page }) => {
  const { result } = await page.evaluate(load, [open(host.url), model16] as const);
  expect(result).toEqual({
    ok: false,
    error: { kind: "feature-missing", feature: "shader-f16" },
  });
  expect(host.asked).toEqual([]);
});

test("[IN69] an engine fetches nothing: a model that is not here is named", async ({ page }) => {
  host.files = whole;
  const { result } = await page.evaluate(load, [open(host.url), model] as const);
  expect(result).toEqual({ ok: false, error: { kind: "not-downloaded", modelId: model.id } });
  expect(host.asked).toEqual([]);
});

const download = ([profile, url]: readonly [typeof model, string]) =>
  harness.download(profile, url);

test("[IN63] a host without the model is named", async ({ page }) => {
  const outcome = await page.evaluate(download, [model, host.url] as const);
  const { host: name } = new URL(host.url);
  const detail = "HTTP 404, mlc-chat-config.json";
  const error = { kind: "host-unreachable", host: name, detail };
  expect(outcome).toEqual({ kind: "failed", error });
});

const damages: readonly (readonly [title: string, file: string, body: string | Uint8Array])[] = [
  ["a page in place of the config", "mlc-chat-config.json", "<!doctype html>"],
  ["a cut config", "mlc-chat-config.json", `{"tokenizer_files":["tok`],
  ["another config", "mlc-chat-config.json", "{}"],
  ["a cut shard list", "tensor-cache.json", `{"records":[{"dataPath":`],
  ["a short shard", "params_shard_0.bin", new Uint8Array(63)],
  ["a page in place of the library", LIBRARY, "<!doctype html>"],
];
for (const [title, file, body] of damages) {
  test(`[IN11] [IN65] ${title} is refused by name and not kept`, async ({ page }) => {
    host.files = { ...whole, [file]: body };
    const outcome = await page.evaluate(download, [model, host.url] as const);
    const path = file === LIBRARY ? "library.wasm" : file;
    expect(outcome).toMatchObject({
      kind: "failed",
      error: { kind: "wrong-bytes", file: path },
    });
    expect(await page.evaluate((id) => harness.keptOf(id), model.id)).not.toContain(path);
  });
}

test("[IN69] downloaded files reach web-llm from disk, which refuses a bad library", async ({ page }) => {
  host.files = whole;
  const outcome = await page.evaluate(download, [model, host.url] as const);
  expect(outcome).toEqual({ kind: "done" });
  host.asked.length = 0;
  const { result } = await page.evaluate(load, [open(host.url), model] as const);
  expect(result).toMatchObject({
    ok: false,
    error: { kind: "wrong-bytes", file: "model library" },
  });
  expect(host.asked).toEqual([]);
});
