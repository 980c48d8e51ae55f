import { expect, test } from "vitest";
import { openKeptCaches } from "./kept-caches.ts";

const urls = {
  weights: "https://hub.example/owner/m/resolve/main/",
  library: "https://libraries.example/v1/m.wasm",
};

/** A kept model, by path. */
const whole: Readonly<Record<string, string>> = {
  "mlc-chat-config.json": JSON.stringify({ tokenizer_files: ["tokenizer.json"] }),
  "tensor-cache.json": JSON.stringify({ records: [{ dataPath: "shard_0.bin", nbytes: 4 }] }),
  "tokenizer.json": "{}",
  "library.wasm": "wasm",
  "shard_0.bin": "abcd",
};

const filesOf = (kept: Readonly<Record<string, string>>) => ({
  open: (_modelId: string, path: string) => {
    const text = kept[path];
    return Promise.resolve(text === undefined ? undefined : new Blob([text]));
  },
});

test("[IN69] the library finds each file where it asks, and nothing else", async () => {
  const kept = await openKeptCaches("m", urls, filesOf(whole));
  if (!kept.ok) throw new Error(kept.error.kind);
  const cache = await kept.value.open("webllm/model");
  const textAt = async (url: string) => await (await cache.match(new Request(url)))?.text();
  expect(await textAt(`${urls.weights}shard_0.bin`)).toBe("abcd");
  expect(await textAt(urls.library)).toBe("wasm");
  expect(await textAt(`${urls.weights}other.bin`)).toBeUndefined();
  expect((await cache.keys()).length).toBe(5);
  await expect(cache.add(`${urls.weights}other.bin`)).rejects.toThrow("not on this device");
});

test.each(Object.keys(whole))("[IN69] a model without its %s is not here", async (path) => {
  const { [path]: _gone, ...rest } = whole;
  expect(await openKeptCaches("m", urls, filesOf(rest))).toEqual({
    ok: false,
    error: { kind: "not-downloaded", modelId: "m" },
  });
});
