/**
 * The inference worker: one back end, one model, a lane that refuses, and a pulse.
 *
 * Owns validation before a back end (IN4), the lane (IN5), one outcome per generation (IN1), the
 * scripts it holds (IN19) and the news that the worker is beyond repair. Does not own the libraries
 * (back ends, loaded lazily) nor its own restarts (supervision on the page).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type BackEndOutcome,
  type EngineError,
  findReplyNonsense,
  type GenerateRequest,
  type GenerateSink,
  inferenceLimits,
  type LoadedModel,
  type ModelProfile,
  type ProbeReport,
  probeRequest,
  validateRequest,
} from "#shared/inference/mod.ts";
import * as Comlink from "comlink";
import type { BackEnd, BackEndDeps } from "./back-end.ts";
import { inspectDevice } from "./device.ts";
import { createGenerationPort, type GenerationPort } from "./generation-port.ts";
import { watchGpu } from "./gpu-watch.ts";
import { createLane, type Lane } from "./lane.ts";
import {
  decodePortCommand,
  isOpenMessage,
  type OpenMessage,
  type PulseMessage,
  type WorkerControl,
} from "./protocol.ts";
import { probeGpu } from "./probe-gpu.ts";
import { scriptLimits } from "./scripts/limits.ts";
import { createScriptReceiver, takeRequest } from "./take-request.ts";

/** Loads a library only when a model of its kind is chosen; what runs over HTTP needs no worker. */
export type BackEndLoaders = Readonly<
  Partial<Record<ModelProfile["engine"], () => Promise<(deps: BackEndDeps) => BackEnd>>>
>;

/** The part of a worker's global scope that is used here. */
export interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

interface Loaded {
  readonly profile: ModelProfile;
  readonly model: LoadedModel;
  readonly backEnd: BackEnd;
  readonly lane: Lane;
}

/** Waits for the page's first message and serves it. */
export function serveWorker(scope: WorkerScope, backEnds: BackEndLoaders): void {
  scope.addEventListener("message", (event) => {
    if (isOpenMessage(event.data)) openWorker(event.data, backEnds);
  });
}

function openWorker(open: OpenMessage, backEnds: BackEndLoaders): void {
  const post = (message: PulseMessage) => open.pulse.postMessage(message);
  const onBroken = (error: EngineError) => post({ kind: "broken", error });
  Comlink.expose(createControl(open, backEnds, onBroken), open.control);
  watchGpu().onLost((detail) => onBroken({ kind: "device-lost", detail }));
  post({ kind: "hello" });
  setInterval(() => post({ kind: "beat" }), inferenceLimits.heartbeatMs);
}

function createControl(
  open: OpenMessage,
  backEnds: BackEndLoaders,
  onBroken: (error: EngineError) => void,
): WorkerControl {
  const deps: BackEndDeps = {
    settings: open.settings,
    now: () => performance.now(),
    findReplyNonsense,
  };
  const gpu = watchGpu();
  const scripts = createScriptReceiver(scriptLimits);
  let loaded: Loaded | undefined;
  let isLoading = false;

  async function load(profile: ModelProfile, signal: AbortSignal, port: MessagePort) {
    if (loaded !== undefined) await unload();
    const openBackEnd = backEnds[profile.engine];
    if (openBackEnd === undefined) {
      return err<EngineError>({ kind: "model-unknown", modelId: profile.id });
    }
    const createBackEnd = await openBackEnd();
    const backEnd = createBackEnd(deps);
    const result = await backEnd.load(profile, (progress) => port.postMessage(progress), signal);
    if (result.ok) {
      const lane = createLane(result.value.slots);
      loaded = { profile, model: result.value, backEnd, lane };
    }
    return result;
  }

  async function unload(): Promise<void> {
    const old = loaded;
    loaded = undefined;
    scripts.drop(); // A cache: the next prompts are asked for in full (IN19).
    await old?.backEnd.unload();
  }

  return {
    inspectDevice,
    probeGpu(bytesWanted) {
      gpu.expectLoss(); // Its own device goes with the answer.
      return probeGpu(bytesWanted);
    },
    async load(profile, port) {
      // Two loads at once would share one library's global state.
      if (isLoading) return err({ kind: "busy", slots: 1 });
      isLoading = true;
      try {
        return await load(profile, signalOf(port), port);
      } catch (error) {
        return err(internal(error));
      } finally {
        isLoading = false;
        port.close();
      }
    },
    probe: () => probe(loaded, deps.now, onBroken),
    async generate(packed, port) {
      const generation = createGenerationPort(port, deps.now);
      const taken = await takeRequest(scripts, packed, generation);
      if (taken.kind === "ended") return generation.finish(taken.outcome, taken.broken);
      await generate(loaded, taken.request, generation);
    },
    unload,
    gpuCounters: async () => gpu.counters(),
  };
}

/** Runs a request, or refuses it. */
async function generate(
  loaded: Loaded | undefined,
  value: unknown,
  generation: GenerationPort,
): Promise<void> {
  const refuse = (error: EngineError) => generation.finish({ kind: "failed", error }, undefined);
  if (loaded === undefined) return refuse({ kind: "not-loaded" });
  const { seesImages } = loaded.model;
  const request = validateRequest(value, loaded.profile.promptFormat, seesImages); // IN4, IN22
  if (!request.ok) return refuse(request.error);
  const unable = unableTo(request.value, loaded.model);
  if (unable !== undefined) return refuse(unable);
  const release = loaded.lane.take();
  if (release === undefined) return refuse({ kind: "busy", slots: loaded.lane.slots }); // IN5
  const sink = generation.openSink(request.value.stop);
  const outcome = await runBackEnd(loaded.backEnd, request.value, sink, generation.cancelled);
  release();
  switch (outcome.kind) {
    case "done":
      return generation.finish(outcome, undefined);
    case "cancelled":
      return generation.finish({ kind: "cancelled" }, undefined);
    case "failed": {
      const { error, isFatal } = outcome;
      return generation.finish({ kind: "failed", error }, isFatal ? error : undefined);
    }
  }
}

/** What a request asks for that this model never ignores but cannot do. */
function unableTo(request: GenerateRequest, model: LoadedModel): EngineError | undefined {
  if (request.continueText !== "" && !model.continuesText) {
    const detail = "this engine cannot continue a reply";
    return { kind: "request-invalid", field: "continueText", detail };
  }
  if (request.choices !== undefined && !model.constrainsChoice) { // IN13
    const detail = "this engine cannot hold a reply to choices";
    return { kind: "request-invalid", field: "choices", detail };
  }
  if (request.json !== undefined && !model.constrainsJson) { // IN20
    const detail = "this engine cannot hold a reply to a schema";
    return { kind: "request-invalid", field: "json", detail };
  }
  return undefined;
}

async function runBackEnd(
  backEnd: BackEnd,
  request: GenerateRequest,
  sink: GenerateSink,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  try {
    return await backEnd.generate(request, sink, signal);
  } catch (error) {
    // A back end classifies what it knows; what escapes leaves its state unknown.
    return { kind: "failed", error: internal(error), isFatal: true };
  }
}

async function probe(
  loaded: Loaded | undefined,
  now: () => number,
  onBroken: (error: EngineError) => void,
): Promise<Result<ProbeReport, EngineError>> {
  if (loaded === undefined) return err({ kind: "not-loaded" });
  const release = loaded.lane.take();
  if (release === undefined) return err({ kind: "busy", slots: loaded.lane.slots });
  const startedAtMs = now();
  const sink: GenerateSink = { prefilled: () => undefined, text: () => Promise.resolve("go-on") };
  const never = new AbortController().signal; // The page ends a late probe by ending the worker.
  const outcome = await runBackEnd(loaded.backEnd, probeRequest(loaded.profile), sink, never);
  release();
  if (outcome.kind === "failed") {
    if (outcome.isFatal) onBroken(outcome.error);
    return err(outcome.error);
  }
  if (outcome.kind === "cancelled") return err({ kind: "cancelled" });
  return ok({ firstTokenMs: now() - startedAtMs });
}

function signalOf(port: MessagePort): AbortSignal {
  const controller = new AbortController();
  port.onmessage = (event) => {
    const command = decodePortCommand(event.data);
    if (command.ok && command.value.kind === "cancel") controller.abort();
  };
  return controller.signal;
}

function internal(error: unknown): EngineError {
  return { kind: "internal", detail: error instanceof Error ? error.message : String(error) };
}
