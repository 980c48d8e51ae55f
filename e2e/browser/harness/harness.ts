/// <reference types="vite/client" />
/**
 * The page side of the engine's browser tests: opens production workers through the production
 * adapter and answers a spec in plain data.
 */

import type { Result } from "#shared/base/mod.ts";
import type {
  DownloadOutcome,
  EngineError,
  GenerateEvent,
  GenerateOutcome,
  GenerateRequest,
  LoadedModel,
  LoadProgress,
  ModelProfile,
} from "#shared/inference/mod.ts";
import type { Log } from "#shared/ports/mod.ts";
import { createOpfsModelFiles } from "../../../web/adapters/opfs-model-files.ts";
import { createWorkerEngine, type WorkerEngine } from "../../../web/adapters/worker-engine.ts";
import { trustedScriptUrl } from "../../../web/client/trusted-types.ts";
import { downloadProfile } from "../../../web/client/downloads/download-profile.ts";
import downloadUrl from "../../../web/worker/download/download-worker.ts?worker&url";
import productionUrl from "../../../web/worker/inference-worker.ts?worker&url";
import type { WorkerSettings } from "../../../web/worker/protocol.ts";
import { type ContractOptions, runEngineContract } from "./harness-contract.ts";
import fastGpuUrl from "./fast-gpu-worker.ts?worker&url";
import nullGpuUrl from "./null-gpu-worker.ts?worker&url";
import type { Ask } from "./observe-library.ts";
import { realClock } from "./real-clock.ts";
import scriptedUrl from "./scripted-web-llm-worker.ts?worker&url";
import wllamaUrl from "./wllama-worker.ts?worker&url";

const WORKER_URLS = {
  production: productionUrl,
  scripted: scriptedUrl,
  "null-gpu": nullGpuUrl,
  "fast-gpu": fastGpuUrl,
  wllama: wllamaUrl,
} as const;

export interface OpenOptions {
  readonly worker: keyof typeof WORKER_URLS;
  readonly settings: WorkerSettings;
}

export interface Generated {
  readonly events: readonly GenerateEvent[];
  readonly text: string;
  readonly outcome: GenerateOutcome;
}

export interface GenerateOptions {
  /** Aborts when this many text events have arrived. */
  readonly abortAfterTexts?: number;
  /** Aborts as soon as the request has left. */
  readonly abortAtOnce?: boolean;
  /** Aborts so long after the request has left. */
  readonly abortAfterMs?: number;
  /** Ends the worker behind the adapter's back after this many text events. */
  readonly killAfterTexts?: number;
  /** Takes the GPU device away after this many; a worker on the null GPU only. */
  readonly loseDeviceAfterTexts?: number;
}

const silentLog: Log = { write: () => undefined, with: () => silentLog };

const never = (): AbortSignal => new AbortController().signal;

let worker: Worker | undefined;
let open: WorkerEngine | undefined;
let generation = 0;
let progress: LoadProgress[] = [];

function engine(): WorkerEngine {
  if (open === undefined) throw new Error("Cannot use the engine: open it first");
  return open;
}

function openEngine({ worker: kind, settings }: OpenOptions) {
  generation += 1;
  let started: Worker | undefined;
  const child = createWorkerEngine({
    clock: realClock,
    log: silentLog,
    generation,
    settings,
    startWorker: () => {
      started = new Worker(trustedScriptUrl(WORKER_URLS[kind]), { type: "module" });
      return started;
    },
  });
  return { child, worker: started as unknown as Worker }; // the call above started it
}

const harness = {
  /** Downloads a model with the production worker and manager, from the host that is set. */
  async download(profile: ModelProfile, modelHost: string): Promise<DownloadOutcome> {
    const startWorker = () => new Worker(trustedScriptUrl(downloadUrl), { type: "module" });
    const deps = { clock: realClock, startWorker };
    return await downloadProfile(deps, profile, modelHost, () => undefined, never());
  },
  /** Paths of the model's files that are whole on this device. */
  async keptOf(modelId: string): Promise<readonly string[]> {
    const kept = (await createOpfsModelFiles().list()).find((one) => one.modelId === modelId);
    return kept?.files.map(({ path }) => path) ?? [];
  },
  open(options: OpenOptions): void {
    open?.kill();
    const opened = openEngine(options);
    open = opened.child;
    worker = opened.worker;
  },
  contract: (options: OpenOptions, contract: ContractOptions) =>
    runEngineContract(contract, () => openEngine(options)),
  async load(profile: ModelProfile, abortAfterProgress?: number) {
    progress = [];
    const controller = new AbortController();
    const onProgress = (step: LoadProgress) => {
      progress.push(step);
      if (progress.length === abortAfterProgress) controller.abort();
    };
    const result: Result<LoadedModel, EngineError> = await engine().engine.load(
      profile,
      onProgress,
      controller.signal,
    );
    return { result, progress };
  },
  async generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<Generated> {
    const controller = new AbortController();
    const events: GenerateEvent[] = [];
    let texts = 0;
    const stream = engine().engine.generate(request, controller.signal)[Symbol.asyncIterator]();
    const first = stream.next();
    if (options.abortAtOnce === true) controller.abort();
    if (options.abortAfterMs !== undefined) {
      setTimeout(() => controller.abort(), options.abortAfterMs);
    }
    for (let step = await first; step.done !== true; step = await stream.next()) {
      const event = step.value;
      events.push(event);
      if (event.kind !== "text") continue;
      texts += 1;
      if (texts === options.abortAfterTexts) controller.abort();
      if (texts === options.killAfterTexts) worker?.terminate();
      if (texts === options.loseDeviceAfterTexts) {
        worker?.postMessage({ ask: "lose-device" satisfies Ask });
      }
    }
    const text = events.map((event) => (event.kind === "text" ? event.text : "")).join("");
    const last = events.at(-1);
    if (last?.kind !== "outcome") throw new Error("Cannot end: there was no outcome");
    return { events, text, outcome: last.outcome };
  },
  unload: () => engine().engine.unload(never()),
  probe: () => engine().engine.probe(never()),
  inspectDevice: () => engine().inspectDevice(never()),
  probeGpu: (bytes: number) => engine().probeGpu(bytes, never()),
  gpuCounters: () => engine().gpuCounters(never()),
  exited: () => engine().exited,
  /** What the library's own cache holds; a worker on the null GPU only. */
  cacheTokens: () =>
    new Promise<number | undefined>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data as number | undefined);
      worker?.postMessage({ ask: "cache-tokens" satisfies Ask }, [port2]);
    }),
  stop: () => engine().stop(1_000, never()),
};

export type Harness = typeof harness;
(globalThis as { harness?: Harness }).harness = harness;
