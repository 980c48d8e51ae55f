/**
 * One model's download from its lock to its last file.
 *
 * Owns the stages: what lists the files comes first (MLC models), then the files. Does not own the
 * requests (run-download.ts).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type DownloadLimits,
  type DownloadOutcome,
  type EngineError,
  type ModelFile,
} from "#shared/inference/mod.ts";
import type { Clock, Random } from "#shared/ports/mod.ts";
import { toFileError, withModelLock } from "../../adapters/opfs-model-files.ts";
import { openOpfsDownloadStore } from "../../adapters/opfs-download-store.ts";
import type { ModelUrls } from "../web-llm/model-host.ts";
import { decodeChatConfig, decodeTensorCache } from "../web-llm/model-manifest.ts";
import type { DownloadJob, DownloadNews } from "./download-protocol.ts";
import type { DownloadStore } from "./download-store.ts";
import { MLC_FILES } from "./mlc-files.ts";
import { runDownload, type RunDownloadDeps } from "./run-download.ts";

const { config: CONFIG, tensors: TENSORS, library: LIBRARY } = MLC_FILES;

export interface DownloadModelDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly limits: DownloadLimits;
}

/** Aborting stops the work and keeps what is here (`stopped`). */
export async function downloadModel(
  deps: DownloadModelDeps,
  job: DownloadJob,
  onNews: (news: DownloadNews) => void,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const { modelId, source } = job;
  const stages = async (): Promise<DownloadOutcome> => {
    const fetchAll = async (files: readonly ModelFile[]): Promise<DownloadOutcome> => {
      const store = await openOpfsDownloadStore(modelId);
      const toError = (error: unknown, bytes: number) => toFileError(error, bytes, signal);
      const expectedOf = await askSizes(deps, files, store, signal);
      const run: RunDownloadDeps = { ...deps, store, toError, expectedOf };
      return await runDownload(run, files, (amount) => {
        onNews({ kind: "amount", ...amount });
      }, signal);
    };
    if (source.kind === "files") return await fetchAll(source.files);
    const { urls } = source;
    const lists = await fetchAll(mlcLists(urls));
    if (lists.kind !== "done") return lists;
    const files = await readMlcFiles(modelId, urls);
    return files.ok ? await fetchAll([...mlcLists(urls), ...files.value]) : failed(files.error);
  };
  try {
    return await withModelLock(modelId, stages, signal);
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" };
    return failed(toFileError(error, 0, signal));
  }
}

const failed = (error: EngineError): DownloadOutcome => ({ kind: "failed", error });

/**
 * Asks the host for the size of each file that nobody published, so that the whole is known before
 * the first byte. A host that does not tell is no reason to stop: the download itself will show.
 */
async function askSizes(
  { fetch, limits }: DownloadModelDeps,
  files: readonly ModelFile[],
  store: DownloadStore,
  signal: AbortSignal,
): Promise<(path: string) => number | undefined> {
  const sizes = new Map<string, number>();
  const queue = files.filter(({ bytes }) => bytes === undefined);
  const ask = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      if ((await store.keptOf(file.path)) !== undefined) continue; // Its note knows.
      const bytes = await headBytes(fetch, file.url, signal);
      if (bytes !== undefined) sizes.set(file.path, bytes);
    }
  };
  await Promise.all(Array.from({ length: limits.lanesMax }, ask));
  return (path) => sizes.get(path);
}

async function headBytes(
  ask: typeof fetch,
  url: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await ask(url, {
      ...{ method: "HEAD", signal, cache: "no-store", credentials: "omit" },
      referrerPolicy: "no-referrer",
    });
    const length = response.headers.get("content-length");
    const isCoded = response.headers.get("content-encoding") !== null;
    return response.ok && !isCoded && length !== null ? Number(length) : undefined;
  } catch {
    return undefined; // Not told: see above.
  }
}

function mlcLists({ weights }: ModelUrls): readonly ModelFile[] {
  return [CONFIG, TENSORS].map((path) => ({ path, url: new URL(path, weights).href, ...unknown }));
}

const unknown = { bytes: undefined, sha256: undefined } as const;

/** What the lists, which are here, name. */
async function readMlcFiles(
  modelId: string,
  { weights, library }: ModelUrls,
): Promise<Result<readonly ModelFile[], EngineError>> {
  const store = await openOpfsDownloadStore(modelId);
  const bytesOf = async (path: string) =>
    new Uint8Array(await (await store.read(path))?.arrayBuffer() ?? new ArrayBuffer());
  const config = decodeChatConfig(await bytesOf(CONFIG));
  const shards = decodeTensorCache(await bytesOf(TENSORS));
  if (config === undefined || shards === undefined) {
    const file = config === undefined ? CONFIG : TENSORS;
    await store.erase(file); // JSON, but not this list: it would be refused for ever.
    return err({ kind: "wrong-bytes", file, detail: "not what its name says" });
  }
  const at = (path: string) => new URL(path, weights).href;
  const { tokenizerFile } = config;
  return ok([
    { path: tokenizerFile, url: at(tokenizerFile), ...unknown },
    { path: LIBRARY, url: library, ...unknown },
    ...shards.map(({ file, bytes }) => ({ ...unknown, path: file, url: at(file), bytes })),
  ]);
}
