/// <reference types="vite/client" />
/**
 * The ways to the same engine that are compared: ours through the production adapter, worker and
 * port; web-llm's own worker; web-llm in the page; transformers.js bare in a worker.
 */

import {
  MLCEngine,
  type MLCEngineInterface,
  modelLibURLPrefix,
  prebuiltAppConfig,
  WebWorkerMLCEngine,
} from "@mlc-ai/web-llm";
import { type GenerateRequest, starterProfile } from "#shared/inference/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { Log } from "#shared/ports/mod.ts";
import { createWorkerEngine, type WorkerEngine } from "../../../../web/adapters/worker-engine.ts";
import { trustedScriptUrl } from "../../../../web/client/trusted-types.ts";
import productionUrl from "../../../../web/worker/inference-worker.ts?worker&url";
import type { WorkerSettings } from "../../../../web/worker/protocol.ts";
import { toChatRequest } from "../../../../web/worker/web-llm/chat-request.ts";
import { resolveModelUrls } from "../../../../web/worker/web-llm/model-host.ts";
import nullGpuUrl from "../../../browser/harness/null-gpu-worker.ts?worker&url";
import { realClock } from "../../../browser/harness/real-clock.ts";
import wllamaUrl from "../../../browser/harness/wllama-worker.ts?worker&url";
import bareUrl from "../../page/bare-worker.ts?worker&url";
import type { BareMessage, BareRequest } from "../../page/bare-worker.ts";
import appUrl from "./app-worker.ts?worker&url";
import libraryUrl from "./library-worker.ts?worker&url";

/** As the page sees one reply. */
export interface Timed {
  readonly text: string;
  /** From asking to the first text. */
  readonly firstMs: number;
  /** From there to the end. */
  readonly restMs: number;
  readonly tokens: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** As the worker counts its own reading of the prompt; NaN where nobody counts. */
  readonly prefillMs: number;
}

export interface Way {
  /** `tokens` is what the reply is known to take: some ways do not end by themselves. */
  ask(request: GenerateRequest, tokens: number): Promise<Timed>;
  close(): Promise<void>;
}

/** Which model, and where its files are. */
export interface ModelPlace {
  readonly profile: ModelProfile;
  readonly settings: WorkerSettings;
}

const silentLog: Log = { write: () => undefined, with: () => silentLog };
const never = new AbortController().signal;

/** `observed` counts as 0.2.86 does (harness/observe-library.ts); the plain one is not slowed. */
export async function openOurs(
  worker: "production" | "plain" | "observed" | "wllama",
  profile: ModelProfile,
  settings: WorkerSettings,
): Promise<Way> {
  const urls = {
    production: productionUrl,
    plain: appUrl,
    observed: nullGpuUrl,
    wllama: wllamaUrl,
  };
  const child = createWorkerEngine({
    clock: realClock,
    log: silentLog,
    generation: 1,
    settings,
    // The name is for the observed one: replies that end by themselves after so many tokens.
    startWorker: () => new Worker(trustedScriptUrl(urls[worker]), { type: "module", name: "24" }),
  });
  const loaded = await child.engine.load(profile, () => undefined, never);
  if (!loaded.ok) throw new Error(`Cannot load ${profile.id}: ${JSON.stringify(loaded.error)}`);
  return {
    ask: (request) => askOurs(child, request),
    close: () => child.stop(1_000, never),
  };
}

async function askOurs({ engine }: WorkerEngine, request: GenerateRequest): Promise<Timed> {
  const startedMs = performance.now();
  let firstMs: number | undefined;
  let text = "";
  for await (const event of engine.generate(request, never)) {
    if (event.kind === "text") {
      firstMs ??= performance.now() - startedMs;
      text += event.text;
    }
    if (event.kind !== "outcome") continue;
    const totalMs = performance.now() - startedMs;
    if (event.outcome.kind !== "done") throw new Error(JSON.stringify(event.outcome));
    const { generatedTokens: tokens, promptTokens, cachedTokens, prefillMs } = event.outcome.usage;
    const first = firstMs ?? totalMs;
    const counts = { tokens, promptTokens, cachedTokens, prefillMs };
    return { text, firstMs: first, restMs: totalMs - first, ...counts };
  }
  throw new Error("Cannot time a reply: it had no outcome");
}

/** The library as its own documentation uses it, in its own worker or in this page. */
export async function openLibrary(
  place: "worker" | "page",
  { profile, settings }: ModelPlace,
): Promise<Way> {
  const record = prebuiltAppConfig.model_list.find((one) => one.model_id === profile.id);
  if (record === undefined) throw new Error(`Cannot find ${profile.id}`);
  const address = { model: record.model, modelLib: record.model_lib };
  const urls = resolveModelUrls(address, settings.modelHost, modelLibURLPrefix);
  const overrides = { context_window_size: profile.contextTokens };
  const model = {
    model: urls.weights,
    model_id: profile.id,
    model_lib: urls.library,
    overrides,
  };
  const config = { appConfig: { model_list: [model] }, logLevel: "WARN" as const };
  const worker = place === "worker"
    ? new Worker(trustedScriptUrl(libraryUrl), { type: "module" })
    : undefined;
  const engine: MLCEngineInterface = worker === undefined
    ? new MLCEngine(config)
    : new WebWorkerMLCEngine(worker, config);
  await engine.reload(profile.id);
  return {
    ask: (request) => askLibrary(engine, request),
    close: async () => worker === undefined ? await engine.unload() : worker.terminate(),
  };
}

async function askLibrary(engine: MLCEngineInterface, request: GenerateRequest): Promise<Timed> {
  const startedMs = performance.now();
  let firstMs: number | undefined;
  let text = "";
  let counts = { prompt_tokens: 0, completion_tokens: 0 };
  for await (const chunk of await engine.chat.completions.create(toChatRequest(request))) {
    const piece = chunk.choices[0]?.delta.content ?? "";
    if (piece !== "") firstMs ??= performance.now() - startedMs;
    text += piece;
    counts = chunk.usage ?? counts;
  }
  const totalMs = performance.now() - startedMs;
  const first = firstMs ?? totalMs;
  return {
    text,
    firstMs: first,
    restMs: totalMs - first,
    tokens: counts.completion_tokens,
    promptTokens: counts.prompt_tokens,
    cachedTokens: 0,
    prefillMs: Number.NaN,
  };
}

/** transformers.js with nothing around it (e2e/bench/page/bare-worker.ts). */
export async function openBare(): Promise<Way> {
  const worker = new Worker(trustedScriptUrl(bareUrl), { type: "module" });
  const next = (): Promise<BareMessage> =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data as BareMessage);
      worker.onerror = (event) => reject(new Error(`The bare worker failed: ${event.message}`));
    });
  const ready = await next();
  if (ready.kind !== "ready") throw new Error(`Cannot load bare: ${JSON.stringify(ready)}`);
  return {
    async ask({ segments, seed, temperature, topP }, tokens) {
      const texts = segments.map(({ text }) => text);
      const startedMs = performance.now();
      worker.postMessage(
        { segments: texts, seed, temperature, topP, tokens } satisfies BareRequest,
      );
      const first = await next();
      const firstMs = performance.now() - startedMs;
      const last = first.kind === "first-token" ? await next() : first;
      if (last.kind !== "done") throw new Error(`Cannot generate: ${JSON.stringify(last)}`);
      const { text, promptTokens, generatedTokens, prefillMs } = last.usage;
      return {
        ...{ text, firstMs, promptTokens, prefillMs, cachedTokens: 0, tokens: generatedTokens },
        restMs: performance.now() - startedMs - firstMs,
      };
    },
    close: () => Promise.resolve(worker.terminate()),
  };
}

export { starterProfile };
