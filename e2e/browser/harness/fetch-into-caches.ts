/**
 * For tests of the engine alone: an MLC model's files from its host into the caches that web-llm
 * reads. In the app the model manager has them on disk before an engine is asked.
 */

import { ok, type Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";
import type { ModelUrls } from "../../../web/worker/web-llm/model-host.ts";
import { mlcShardNames } from "../../../web/worker/download/mlc-files.ts";

export async function fetchIntoCaches(urls: ModelUrls): Promise<Result<void, EngineError>> {
  const put = async (scope: string, url: string): Promise<Uint8Array> => {
    const cache = await caches.open(`webllm/${scope}`);
    if ((await cache.match(url)) === undefined) await cache.add(url);
    return await (await cache.match(url))?.bytes() ?? new Uint8Array();
  };
  const at = (path: string) => new URL(path, urls.weights).href;
  const config = await put("config", at("mlc-chat-config.json"));
  const tensors = await put("model", at("tensor-cache.json"));
  const names = mlcShardNames(config, tensors);
  if (names === undefined) throw new Error(`No model at ${urls.weights}`);
  for (const name of names) await put("model", at(name));
  await put("wasm", urls.library);
  return ok(undefined);
}
