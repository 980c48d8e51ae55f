/**
 * Which stored file answers which request. Pure; `service-worker.ts` waits and obeys.
 *
 * Rules:
 * - only GET requests of our own origin for files of this build are ever answered from a cache;
 *   everything else (relays, model hosts, the health check) goes to the network untouched
 * - what another app shares is posted to our own origin and never reaches the network
 * - the shell has one cache per build; it is replaced as a whole
 * - IN102 caches of web-llm, in which older versions kept models, are dropped: models are files now
 * - engine files are kept under URL and revision, so that two builds share what did not change
 */

import { SHARE_PATH } from "./handed-in.ts";

/** Written by `web/build/offline-manifest.ts`. */
export interface OfflineManifest {
  readonly buildId: string;
  readonly shell: readonly OfflineFile[];
  readonly kept: readonly OfflineFile[];
  readonly onUse: readonly OfflineFile[];
}

export interface OfflineFile {
  readonly url: string;
  readonly revision: string;
}

const SHELL_CACHE_PREFIX = "conclave-shell-";

/** "webllm/model", "webllm/config" and "webllm/wasm": the library's own names. */
const OLD_MODELS_PREFIX = "webllm/";

/** Engine, model and other large files, across builds. */
export const FILES_CACHE = "conclave-files";

export const shellCacheOf = (manifest: OfflineManifest): string =>
  SHELL_CACHE_PREFIX + manifest.buildId;

/** The key of a kept file: the server ignores the query, the cache does not. */
export const keyOf = (file: OfflineFile): string => `${file.url}?revision=${file.revision}`;

export type Route =
  | { readonly kind: "network" }
  /** The share target: what came is kept, and the page that shows it answers. */
  | { readonly kind: "share" }
  | { readonly kind: "shell"; readonly url: string }
  | { readonly kind: "file"; readonly file: OfflineFile };

export interface RequestFacts {
  readonly method: string;
  readonly url: string;
}

/** Decides who answers. Queries and fragments do not matter: no file of ours depends on them. */
export function routeRequest(
  request: RequestFacts,
  origin: string,
  manifest: OfflineManifest,
): Route {
  const url = new URL(request.url);
  if (url.origin !== origin) return { kind: "network" };
  if (request.method === "POST" && url.pathname === SHARE_PATH) return { kind: "share" };
  if (request.method !== "GET") return { kind: "network" };
  const path = url.pathname === "/" ? "/index.html" : url.pathname;
  if (manifest.shell.some((file) => file.url === path)) return { kind: "shell", url: path };
  const file = [...manifest.kept, ...manifest.onUse].find((known) => known.url === path);
  return file === undefined ? { kind: "network" } : { kind: "file", file };
}

/** Caches of ours that no longer serve this build. */
export function staleCaches(names: readonly string[], manifest: OfflineManifest): string[] {
  return names.filter((name) =>
    name.startsWith(OLD_MODELS_PREFIX) || // IN102
    (name.startsWith(SHELL_CACHE_PREFIX) && name !== shellCacheOf(manifest))
  );
}

/** Keys in the files cache that this build does not know. `keys` are absolute URLs. */
export function staleKeys(keys: readonly string[], manifest: OfflineManifest): string[] {
  const known = new Set([...manifest.kept, ...manifest.onUse].map(keyOf));
  return keys.filter((key) => {
    const url = new URL(key);
    return !known.has(url.pathname + url.search);
  });
}

/** What the page asks of the service worker. */
export type WorkerCommand =
  | { readonly kind: "keep-engine-files" }
  | { readonly kind: "apply-update" };

/** What the service worker asks of a page. */
export interface PageCommand {
  readonly kind: "open-room";
  readonly roomId: string;
}

/** What the service worker tells the page that asked. */
export type WorkerReport =
  | { readonly kind: "offline-ready"; readonly buildId: string }
  | { readonly kind: "offline-failed"; readonly reason: string };
