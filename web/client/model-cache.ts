/**
 * Which downloaded models are here, and their removal: the caches that web-llm reads
 * (web/worker/web-llm).
 */

import type { ModelProfile } from "#shared/inference/mod.ts";
import type { ModelFiles } from "../worker/model-files.ts";

const CACHE_NAMES = ["webllm/model", "webllm/config", "webllm/wasm"];

/** True when every shard that the model's list of tensors names is in the cache. */
export async function isModelDownloaded(
  profile: ModelProfile,
  files: Pick<ModelFiles, "list">,
): Promise<boolean> {
  if (profile.files !== undefined) {
    const kept = (await files.list()).find(({ modelId }) => modelId === profile.id);
    return profile.files.every(({ path }) => kept?.files.some((one) => one.path === path));
  }
  if (typeof caches === "undefined" || !(await caches.has("webllm/model"))) return false;
  const cache = await caches.open("webllm/model");
  const keys = (await cache.keys()).map((request) => request.url).filter(isOf(profile));
  const list = keys.find((url) => url.endsWith("/tensor-cache.json"));
  const answer = list === undefined ? undefined : await cache.match(list);
  if (list === undefined || answer === undefined) return false;
  const names = shardNames(await answer.json().catch(() => undefined)); // damaged: not downloaded
  return names.length > 0 && names.every((name) => keys.includes(new URL(name, list).href));
}

export async function deleteModelDownload(
  profile: ModelProfile,
  files: Pick<ModelFiles, "remove">,
): Promise<void> {
  if (profile.files !== undefined) return await files.remove(profile.id);
  for (const name of CACHE_NAMES) {
    if (!(await caches.has(name))) continue;
    const cache = await caches.open(name);
    const requests = (await cache.keys()).filter((request) => isOf(profile)(request.url));
    await Promise.all(requests.map((request) => cache.delete(request)));
  }
}

/**
 * A model's files lie under a folder of its id; its library's file name begins with the id's base.
 */
function isOf(profile: ModelProfile): (url: string) => boolean {
  const library = profile.id.replace(/-MLC$/, "");
  return (url) =>
    url.includes(`/${profile.id}/`) || (url.endsWith(".wasm") && url.includes(`/${library}-`));
}

function shardNames(list: unknown): readonly string[] {
  const records = (list as { records?: unknown } | undefined)?.records;
  if (!Array.isArray(records)) return [];
  return records
    .map((record: unknown) => (record as { dataPath?: unknown } | null)?.dataPath)
    .filter((name) => typeof name === "string");
}
