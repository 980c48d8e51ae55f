/**
 * Puts a model's files into the caches that web-llm reads, before web-llm looks.
 *
 * The library downloads without byte counts, retries or checks, and keeps a bad answer for ever
 * (read). So this file downloads: it counts bytes, tries again, checks sizes and shapes, keeps only
 * what passed (IN11), and the library then finds everything at hand.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError, LoadProgress } from "#shared/inference/mod.ts";
import { connectionError, countedBody, openFile, wrongBytes } from "../model-download.ts";
import type { ModelUrls } from "./model-host.ts";
import {
  decodeChatConfig,
  decodeTensorCache,
  isJson,
  isWasm,
  type ShardRecord,
} from "./model-manifest.ts";

/** The library's own cache names (read in 0.2.86). */
const SCOPES = { config: "webllm/config", library: "webllm/wasm", model: "webllm/model" } as const;

export const downloadLimits = Object.freeze({
  /** Shards at once; hubs slow down or refuse beyond a few. */
  lanesMax: 3,
  /** Tries per file when the connection breaks. */
  attemptsMax: 2,
});

interface Wanted {
  readonly scope: (typeof SCOPES)[keyof typeof SCOPES];
  readonly url: string;
  /** Exact size where the manifest tells it. */
  readonly bytes: number | undefined;
}

interface Download {
  readonly onBytes: (file: string, bytes: number) => void;
  readonly signal: AbortSignal;
}

type Warmed = Result<void, EngineError>;

/** Resolves when every file is in its cache. Aborting cancels the downloads; whole files stay. */
export async function warmCache(
  urls: ModelUrls,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Warmed> {
  const total: { done: number; all: number | undefined } = { done: 0, all: undefined };
  const onBytes = (file: string, bytes: number) => {
    total.done += bytes;
    onProgress({ phase: "downloading", file, bytesDone: total.done, bytesTotal: total.all });
  };
  const download: Download = { onBytes, signal };
  const small = (scope: Wanted["scope"], url: string): Wanted => ({ scope, url, bytes: undefined });
  const at = (file: string) => new URL(file, urls.weights).href;

  const configUrl = at("mlc-chat-config.json");
  const config = await readSmall(small(SCOPES.config, configUrl), decodeChatConfig, download);
  if (!config.ok) return config;
  const manifestUrl = at("tensor-cache.json");
  const shards = await readSmall(small(SCOPES.model, manifestUrl), decodeTensorCache, download);
  if (!shards.ok) return shards;
  const { tokenizerFile } = config.value;
  const isTokenizer = (bytes: Uint8Array<ArrayBuffer>) =>
    tokenizerFile.endsWith(".json") ? isJson(bytes) : true;
  const tokenizer = small(SCOPES.model, at(tokenizerFile));
  const tokens = await readSmall(tokenizer, (b) => (isTokenizer(b) ? b : undefined), download);
  if (!tokens.ok) return tokens;
  const library = small(SCOPES.library, urls.library);
  const wasm = await readSmall(library, (bytes) => (isWasm(bytes) ? bytes : undefined), download);
  if (!wasm.ok) return wasm;

  const missing = await missingShards(shards.value, at);
  const bytesMissing = missing.reduce((sum, shard) => sum + (shard.bytes ?? 0), 0);
  total.all = total.done + bytesMissing;
  const space = await checkSpace(bytesMissing);
  if (!space.ok) return space;
  return await fetchShards(missing, download);
}

/** A small file, from the cache or the host, decoded; a bad copy in the cache is replaced. */
async function readSmall<T>(
  wanted: Wanted,
  decode: (bytes: Uint8Array<ArrayBuffer>) => T | undefined,
  download: Download,
): Promise<Result<T, EngineError>> {
  const cache = await caches.open(wanted.scope);
  const kept = await cache.match(wanted.url);
  if (kept !== undefined) {
    const value = decode(await kept.bytes());
    if (value !== undefined) return ok(value);
    await cache.delete(wanted.url);
  }
  const fetched = await fetchIntoCache(wanted, download);
  if (!fetched.ok) return fetched;
  const stored = await cache.match(wanted.url);
  const value = stored === undefined ? undefined : decode(await stored.bytes());
  if (value !== undefined) return ok(value);
  await cache.delete(wanted.url);
  return err(wrongBytes(wanted.url, "not what its name says"));
}

async function missingShards(
  shards: readonly ShardRecord[],
  at: (file: string) => string,
): Promise<readonly Wanted[]> {
  const cache = await caches.open(SCOPES.model);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  return shards
    .map(({ file, bytes }) => ({ scope: SCOPES.model, url: at(file), bytes }))
    .filter(({ url }) => !kept.has(url));
}

async function checkSpace(bytesNeeded: number): Promise<Warmed> {
  const { quota, usage } = await navigator.storage.estimate();
  const isFull = quota !== undefined && quota - (usage ?? 0) < bytesNeeded;
  return isFull ? err({ kind: "storage-full", bytesNeeded }) : ok(undefined);
}

async function fetchShards(missing: readonly Wanted[], download: Download): Promise<Warmed> {
  const queue = [...missing];
  let failure: EngineError | undefined;
  async function runLane(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const fetched = await fetchIntoCache(next, download);
      if (fetched.ok) continue;
      failure ??= fetched.error;
      queue.length = 0; // The other lanes finish their file and stop too.
    }
  }
  await Promise.all(Array.from({ length: downloadLimits.lanesMax }, runLane));
  return failure === undefined ? ok(undefined) : err(failure);
}

async function fetchIntoCache(wanted: Wanted, download: Download): Promise<Warmed> {
  let result: Warmed = ok(undefined);
  for (let attempt = 1; attempt <= downloadLimits.attemptsMax; attempt += 1) {
    result = await tryFetch(wanted, download);
    if (result.ok || result.error.kind !== "host-unreachable") return result;
  }
  return result;
}

async function tryFetch(wanted: Wanted, { onBytes, signal }: Download): Promise<Warmed> {
  const response = await openFile(wanted.url, signal);
  if (!response.ok) return response;
  const name = new URL(wanted.url).pathname.split("/").at(-1) ?? wanted.url;
  let bytes = 0;
  const body = countedStream(response.value, (count) => {
    bytes += count;
    onBytes(name, count);
  });
  const cache = await caches.open(wanted.scope);
  try {
    await cache.put(wanted.url, new Response(body, { headers: response.value.headers }));
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") {
      return err({ kind: "storage-full", bytesNeeded: wanted.bytes ?? bytes });
    }
    return err(connectionError(wanted.url, error, signal));
  }
  if (wanted.bytes === undefined || wanted.bytes === bytes) return ok(undefined);
  await cache.delete(wanted.url);
  return err(wrongBytes(wanted.url, `${bytes} bytes instead of ${wanted.bytes}`));
}

/** The body as a stream again, so that a shard goes to disk without standing in memory. */
function countedStream(
  response: Response,
  onBytes: (bytes: number) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = countedBody(response, onBytes)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
