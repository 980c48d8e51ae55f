/**
 * One model in one run of llama.cpp, behind its library.
 *
 * Owns llama.cpp's own worker: its start from our origin, the watch over it, its end. The library
 * leaves calls unsettled when its worker fails, ends or hangs (run); here each settles. Does not
 * own what the calls mean (back end).
 *
 * Rules (shared/SPEC.md, section IN): IN53.
 */

import { Wllama, type WllamaConfig } from "@wllama/wllama/esm/index.js";
import { trustedScriptUrl } from "../../client/trusted-types.ts";
import type { LlamaRequest, LlamaTimings } from "./chat-request.ts";
import type { LoadPlan } from "./plan-load.ts";
import {
  type LlamaEnd,
  type LlamaRefusal,
  settle,
  watchWorker,
  type WorkerWatch,
} from "./worker-watch.ts";

const WASM_URL = "/wllama/wllama.wasm";
const WORKER_URL = "/wllama/worker.js";

export interface LlamaChunk {
  readonly text: string;
  readonly finish: string | undefined;
  readonly timings: LlamaTimings | undefined;
}

export type LlamaOpened =
  | { readonly kind: "opened"; readonly session: LlamaSession }
  /** Its file is no model that llama.cpp can run, or does not fit into its memory. */
  | { readonly kind: "refused"; readonly log: readonly string[] }
  | Extract<LlamaEnd, { readonly kind: "aborted" | "crashed" | "silent" }>;

export interface LlamaSession {
  readonly contextTokens: number;
  /** Aborting cancels the work, at the end of the batch. One at a time. */
  complete(
    request: LlamaRequest,
    onChunk: (chunk: LlamaChunk) => void,
    signal: AbortSignal,
  ): Promise<LlamaEnd>;
  /** GPU dispatches since the start, counted where llama.cpp makes them. */
  dispatchCount(): Promise<number>;
  close(): void;
}

export type OpenLlama = typeof openLlama;

/** `onRead` is told of each piece that llama.cpp takes, in bytes. Aborting cancels the work. */
export async function openLlama(
  file: Blob,
  plan: LoadPlan,
  onRead: (bytes: number) => void,
  signal: AbortSignal,
): Promise<LlamaOpened> {
  const log = createLog();
  const llama = new Wllama({ default: WASM_URL }, {
    logger: log.logger,
    // Files are ours to keep; the library's own caches stay closed.
    cacheManager: {} as NonNullable<WllamaConfig["cacheManager"]>,
    modelManager: {} as NonNullable<WllamaConfig["modelManager"]>,
  });
  llama.setCompat(null); // Its default is on somebody else's host.
  const worker = new Worker(trustedScriptUrl(WORKER_URL), { type: "module", name: plan.device });
  const watch = watchWorker(worker, onRead);
  const endOffer = offerWorker(worker);
  const end = await settle(llama.loadModel([file], toParameters(plan)), watch, signal);
  endOffer();
  if (end.kind !== "ended") {
    watch.close();
    return end.kind === "refused" ? { kind: "refused", log: log.lines() } : end;
  }
  const info = llama.getLoadedContextInfo() as {
    readonly success?: boolean;
    readonly n_ctx: number;
    readonly n_ctx_train: number;
  };
  if (info.success !== true) { // It resolves for a file that is no model.
    watch.close();
    return { kind: "refused", log: log.lines() };
  }
  const session: LlamaSession = {
    // It never takes more than the model was trained on.
    contextTokens: Math.min(
      plan.contextTokens,
      Math.floor(info.n_ctx / plan.kvSlots),
      info.n_ctx_train,
    ),
    complete: (request, onChunk, aborted) =>
      complete(llama, { request, onChunk, log, watch }, aborted),
    dispatchCount: () => watch.countDispatches(),
    close: () => watch.close(),
  };
  return { kind: "opened", session };
}

function toParameters(plan: LoadPlan): Parameters<Wllama["loadModel"]>[1] {
  return {
    n_ctx: plan.contextTokens * plan.kvSlots,
    n_parallel: plan.kvSlots,
    kv_unified: false, // Else one full context fails them all (run).
    n_batch: plan.batchTokens,
    n_ubatch: plan.batchTokens,
    n_threads: 1, // More would need COEP; for a small model one is as fast.
    n_gpu_layers: plan.device === "cpu" ? 0 : 99_999,
    // Prefixes of models with sliding windows are kept whole, or none of them could be reused.
    swa_full: true,
    // Each persona has a slot; a second copy of idle ones would only be moved to and fro.
    cache_idle_slots: false,
    reasoning: false,
  };
}

/**
 * Lets the library start `worker` in the place of the one it makes from a text. It does so once, in
 * its first steps; nobody else starts a worker in here. Returns how to end that.
 */
function offerWorker(worker: Worker): () => void {
  const scope = globalThis as { Worker: unknown };
  const original = scope.Worker;
  const end = () => {
    scope.Worker = original;
  };
  scope.Worker = function () {
    end();
    return worker;
  };
  return end;
}

interface Completing {
  readonly request: LlamaRequest;
  readonly onChunk: (chunk: LlamaChunk) => void;
  readonly log: LlamaLog;
  readonly watch: WorkerWatch;
}

async function complete(
  llama: Wllama,
  { request, onChunk, log, watch }: Completing,
  signal: AbortSignal,
): Promise<LlamaEnd> {
  if (signal.aborted) return { kind: "aborted" };
  log.clear();
  const onData = (chunk: LibraryChunk) => {
    const choice = chunk.choices[0];
    const text = choice?.delta.content ?? "";
    onChunk({ text, finish: choice?.finish_reason ?? undefined, timings: chunk.timings });
  };
  const asked = { ...request, stream: true, abortSignal: signal, onData };
  const work = llama.createChatCompletion(asked as unknown as LibraryRequest);
  // The library hears the abort itself and frees the slot: the worker lives on.
  const end = await settle(work, watch, new AbortController().signal);
  const refusal = log.refusal();
  return end.kind === "refused" && refusal !== undefined ? { kind: "refused", refusal } : end;
}

type LibraryRequest = Parameters<Wllama["createChatCompletion"]>[0] & { readonly stream: true };
interface LibraryChunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string | null };
    readonly finish_reason: string | null;
  }[];
  readonly timings?: LlamaTimings;
}

interface LlamaLog {
  readonly logger: NonNullable<WllamaConfig["logger"]>;
  /** The last warnings and errors of llama.cpp. */
  lines(): readonly string[];
  /** What the server last refused, with its figures: the error that is thrown has lost them. */
  refusal(): LlamaRefusal | undefined;
  clear(): void;
}

const LOG_LINES_MAX = 8;

function createLog(): LlamaLog {
  let lines: string[] = [];
  let refusal: LlamaRefusal | undefined;
  const keep = (...parts: readonly unknown[]) => {
    for (const part of parts) {
      if (typeof part === "string") lines = [...lines, part].slice(-LOG_LINES_MAX);
      else if (isRefusal(part)) refusal = part;
    }
  };
  const drop = () => undefined;
  return {
    logger: { debug: drop, log: drop, warn: keep, error: keep },
    lines: () => lines,
    refusal: () => refusal,
    clear() {
      lines = [];
      refusal = undefined;
    },
  };
}

function isRefusal(value: unknown): value is LlamaRefusal {
  if (typeof value !== "object" || value === null) return false;
  const { type, message } = value as Readonly<Record<string, unknown>>;
  return typeof type === "string" && typeof message === "string";
}
