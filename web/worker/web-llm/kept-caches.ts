/**
 * Hands web-llm the files of a model that this device keeps, where the library looks for them.
 *
 * The library reads through the Cache API and fetches what it does not find there (read in 0.2.86).
 * In this worker `caches` therefore answers from the model files on disk: they are neither copied
 * nor kept twice, and what is not here fails instead of being fetched (IN69).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";
import { MLC_FILES, mlcShardNames } from "../download/mlc-files.ts";
import type { ModelFiles } from "../model-files.ts";
import type { ModelUrls } from "./model-host.ts";

/** The part of `CacheStorage` that the library uses. */
export interface KeptCaches {
  open(scope: string): Promise<{
    match(request: Request | string): Promise<Response | undefined>;
    keys(): Promise<readonly Request[]>;
    add(request: Request | string): Promise<never>;
    delete(request: Request | string): Promise<false>;
  }>;
}

/** Every file of the model, by the address that the library will ask for. */
export async function openKeptCaches(
  modelId: string,
  urls: ModelUrls,
  files: Pick<ModelFiles, "open">,
): Promise<Result<KeptCaches, EngineError>> {
  const missing = err<EngineError>({ kind: "not-downloaded", modelId });
  const config = await files.open(modelId, MLC_FILES.config);
  const tensors = await files.open(modelId, MLC_FILES.tensors);
  if (config === undefined || tensors === undefined) return missing;
  const names = mlcShardNames(await config.bytes(), await tensors.bytes());
  if (names === undefined) return missing;
  const byUrl = new Map<string, Blob>();
  for (const path of [MLC_FILES.config, MLC_FILES.tensors, MLC_FILES.library, ...names]) {
    const kept = await files.open(modelId, path);
    if (kept === undefined) return missing;
    byUrl.set(path === MLC_FILES.library ? urls.library : new URL(path, urls.weights).href, kept);
  }
  return ok(cachesOf(byUrl));
}

/** Puts `kept` in the place of this worker's `caches`. */
export function installKeptCaches(kept: KeptCaches): void {
  Object.defineProperty(globalThis, "caches", { configurable: true, value: kept });
}

function cachesOf(byUrl: ReadonlyMap<string, Blob>): KeptCaches {
  const urlOf = (request: Request | string): string =>
    typeof request === "string" ? request : request.url;
  return {
    open: () =>
      Promise.resolve({
        match(request) {
          const found = byUrl.get(urlOf(request));
          return Promise.resolve(found && new Response(found));
        },
        keys: () => Promise.resolve([...byUrl.keys()].map((url) => new Request(url))),
        add: (request) => Promise.reject(new Error(`${urlOf(request)} is not on this device`)),
        delete: () => Promise.resolve(false as const), // The person deletes, under Models.
      }),
  };
}
