/**
 * The inference worker as an `Engine`: one call makes one worker, one generation number.
 *
 * Owns cancellation: who aborts, what the worker is told, and what happens when it does not answer.
 *
 * Rules (shared/SPEC.md, section IN): IN1, IN2, IN3 (a cancel that is not acknowledged kills), IN6,
 * IN19.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type DeviceFacts,
  type Engine,
  type EngineError,
  type GenerateEvent,
  type GenerateOutcome,
  type GenerateRequest,
  inferenceLimits,
} from "#shared/inference/mod.ts";
import type { ChildExit } from "#shared/supervision/mod.ts";
import * as Comlink from "comlink";
import { type GpuCounters, isLoadProgress, type PackedRequest } from "../worker/protocol.ts";
import { scriptLimits } from "../worker/scripts/limits.ts";
import { createGenerationStream, type GenerationStream } from "./generation-stream.ts";
import { createPromptSender, type PromptSender } from "./prompt-sender.ts";
import { openWorkerLife, type WorkerLife, type WorkerLifeDeps } from "./worker-life.ts";

export interface WorkerEngine {
  readonly engine: Engine;
  /** Resolves once, when the worker is gone for whatever reason. */
  readonly exited: Promise<ChildExit>;
  /** Resolves when the worker's script answers. Aborting cancels the wait. */
  started(signal: AbortSignal): Promise<Result<void, EngineError>>;
  /** Aborting cancels the wait. */
  inspectDevice(signal: AbortSignal): Promise<Result<DeviceFacts, EngineError>>;
  /**
   * Bytes of GPU memory given, of `bytesWanted` (IN100); undefined without a GPU. For a worker in
   * which no model is: a GPU that fails takes its devices along. Aborting cancels the wait.
   */
  probeGpu(
    bytesWanted: number,
    signal: AbortSignal,
  ): Promise<Result<number | undefined, EngineError>>;
  /** Work seen on the GPU queue since the worker started. Aborting cancels the wait. */
  gpuCounters(signal: AbortSignal): Promise<Result<GpuCounters, EngineError>>;
  /** Cancels what runs, unloads, ends the worker; after `graceMs` or an abort it ends it anyway. */
  stop(graceMs: number, signal: AbortSignal): Promise<void>;
  /** Ends the worker now. Idempotent. */
  kill(): void;
}

export function createWorkerEngine(deps: WorkerLifeDeps): WorkerEngine {
  const life = openWorkerLife(deps);
  const { control } = life;
  const prompts = createPromptSender(scriptLimits);
  const engine: Engine = {
    generation: deps.generation,
    async load(profile, onProgress, signal) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => {
        if (isLoadProgress(event.data) && !signal.aborted) onProgress(event.data);
      };
      const ask = () => control.load(profile, Comlink.transfer(port2, [port2]));
      const cancel = () => port1.postMessage({ kind: "cancel" });
      life.setLoading(true);
      const result = await callCancellable(life, ask, cancel, signal);
      life.setLoading(false);
      port1.close();
      return result;
    },
    generate: (request, signal) => generate(life, prompts, request, signal),
    probe: (signal) => probe(life, signal),
    async unload(signal) {
      signal.throwIfAborted();
      await life.call(async () => ok(await control.unload()));
    },
  };
  return {
    engine,
    exited: life.exited,
    started: (signal) => raceAbort(life.call(() => life.hello), signal),
    inspectDevice: (signal) =>
      raceAbort(life.call(async () => ok(await control.inspectDevice())), signal),
    probeGpu: (bytesWanted, signal) =>
      raceAbort(life.call(async () => ok(await control.probeGpu(bytesWanted))), signal),
    gpuCounters: (signal) =>
      raceAbort(life.call(async () => ok(await control.gpuCounters())), signal),
    async stop(graceMs, signal) {
      for (const stream of life.streams) stream.cancel();
      const wait = new AbortController();
      const unloaded = life.call(async () => ok(await control.unload()));
      const grace = deps.clock.sleep(graceMs, AbortSignal.any([signal, wait.signal]));
      await Promise.race([unloaded, grace.catch(() => undefined)]); // aborted: no grace
      wait.abort();
      life.end({ kind: "cancelled" });
    },
    kill: () => life.end({ kind: "cancelled" }),
  };
}

async function* generate(
  life: WorkerLife,
  prompts: PromptSender,
  { segments, ...rest }: GenerateRequest,
  signal: AbortSignal,
): AsyncIterable<GenerateEvent> {
  const only = (outcome: GenerateOutcome): GenerateEvent => ({ kind: "outcome", outcome });
  const { generation } = life.deps;
  if (signal.aborted) return yield only({ kind: "cancelled" });
  if (life.isOver()) return yield only({ kind: "engine-lost", generation });
  const { port1, port2 } = new MessageChannel();
  const packed: PackedRequest = { ...rest, ...prompts.pack(segments) };
  const stream = createGenerationStream(port1, {
    onBroken: (kind, detail) => life.fail(kind, detail),
    onMissing: (keys) => prompts.forget([...keys, packed.script.key]),
    packWhole: () => prompts.packWhole(segments),
  });
  life.streams.add(stream);
  const cancel = () => cancelOrKill(life, stream);
  signal.addEventListener("abort", cancel, { once: true });
  // Owned by the stream: the answer comes over its port, the worker's death through `life`.
  void life.control.generate(packed, Comlink.transfer(port2, [port2])).catch(() => undefined);
  void stream.ended.then(() => life.streams.delete(stream));
  try {
    for (;;) {
      const event = await stream.next();
      yield event;
      if (event.kind === "outcome") return;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    // A reader that leaves early cancels the work and has its slot back when this returns.
    cancel();
    await stream.ended;
  }
}

async function probe(life: WorkerLife, signal: AbortSignal) {
  const afterMs = inferenceLimits.probeMsMax;
  const wait = new AbortController();
  const late = life.deps.clock.sleep(afterMs, wait.signal).then(
    () => err<EngineError>({ kind: "deadline", afterMs }),
    () => err<EngineError>({ kind: "cancelled" }), // called off below; nobody reads this
  );
  const answer = life.call(() => life.control.probe());
  const result = await raceAbort(Promise.race([answer, late]), signal);
  wait.abort();
  return result;
}

/** IN3: the worker acknowledges in time, or it is killed and the stream ends all the same. */
function cancelOrKill(life: WorkerLife, stream: GenerationStream): void {
  if (!life.streams.has(stream)) return;
  stream.cancel();
  // Owned by the life: every path ends within `cancelAckMsMax`.
  void killUnlessSettled(life, stream.ended);
}

async function killUnlessSettled(life: WorkerLife, settled: Promise<unknown>): Promise<void> {
  const wait = new AbortController();
  const late = life.deps.clock.sleep(inferenceLimits.cancelAckMsMax, wait.signal);
  const isSettled = await Promise.race([
    settled.then(() => true),
    late.then(() => false, () => true), // rejected: the wait was called off below
  ]);
  wait.abort();
  if (!isSettled) life.fail("cancel-ignored", `${inferenceLimits.cancelAckMsMax} ms`);
}

async function callCancellable<T>(
  life: WorkerLife,
  ask: () => Promise<Result<T, EngineError>>,
  cancel: () => void,
  signal: AbortSignal,
): Promise<Result<T, EngineError>> {
  if (signal.aborted) return err({ kind: "cancelled" });
  const answer = life.call(ask);
  const onAbort = () => {
    cancel();
    void killUnlessSettled(life, answer); // owned by the life, as above
  };
  signal.addEventListener("abort", onAbort, { once: true });
  const result = await answer;
  signal.removeEventListener("abort", onAbort);
  return signal.aborted ? err({ kind: "cancelled" }) : result;
}

async function raceAbort<T>(
  answer: Promise<Result<T, EngineError>>,
  signal: AbortSignal,
): Promise<Result<T, EngineError>> {
  if (signal.aborted) return err({ kind: "cancelled" });
  const done = new AbortController();
  const aborted = new Promise<Result<T, EngineError>>((resolve) => {
    const onAbort = () => resolve(err({ kind: "cancelled" }));
    signal.addEventListener("abort", onAbort, { once: true, signal: done.signal });
  });
  const result = await Promise.race([answer, aborted]);
  done.abort();
  return result;
}
