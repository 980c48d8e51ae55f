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

test("[IN11] a host that does not answer is named", async ({ page }) => {
  const name = new URL(host.url).host;
  await host.close();
  const { result } = await page.evaluate(load, [open(host.url), model] as const);
  expect(result).toMatchObject({ ok: false, error: { kind: "host-unreachable", host: name } });
  host = await openFakeHost(); // for afterEach
});

test("[IN11] a host without the model is named", async ({ page }) => {
  const { result } = await page.evaluate(load, [open(host.url), model] as const);
  const { host: name } = new URL(host.url);
  const error = {
    kind: "host-unreachable",
    host: name,
    detail: "HTTP 404 for mlc-chat-config.json",
  };
  expect(result).toEqual({ ok: false, error });
});

const damages: readonly (readonly [title: string, file: string, body: string | Uint8Array])[] = [
  ["a page in place of the config", "mlc-chat-config.json", "<!doctype html>"],
  ["a cut config", "mlc-chat-config.json", `{"tokenizer_files":["tok`],
  ["a cut shard list", "tensor-cache.json", `{"records":[{"dataPath":`],
  ["a short shard", "params_shard_0.bin", new Uint8Array(63)],
  ["a page in place of the library", LIBRARY, "<!doctype html>"],
];
for (const [title, file, body] of damages) {
  test(`[IN11] ${title} is refused by name and not kept`, async ({ page }) => {
    host.files = { ...whole, [file]: body };
    const { result } = await page.evaluate(load, [open(host.url), model] as const);
    expect(result).toMatchObject({ ok: false, error: { kind: "wrong-bytes", file } });
    const kept = await page.evaluate(async () => {
      const urls: string[] = [];
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) urls.push(request.url);
      }
      return urls;
    });
    expect(kept.filter((url) => url.endsWith(file))).toEqual([]);
  });
}

test("[IN11] whole files reach web-llm, which refuses a bad library", async ({ page }) => {
  host.files = whole;
  const first = await page.evaluate(load, [open(host.url), model] as const);
  expect(first.result).toMatchObject({
    ok: false,
    error: { kind: "wrong-bytes", file: "model library" },
  });
  const download = first.progress.filter(({ phase }) => phase === "downloading").at(-1);
  expect(download?.bytesDone).toBe(download?.bytesTotal);
  const askedOnce = host.asked.length;
  await page.evaluate(load, [open(host.url), model] as const);
  expect(host.asked.length, "nothing is fetched twice").toBe(askedOnce);
});
