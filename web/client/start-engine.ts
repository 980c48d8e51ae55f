/**
 * Starts one inference worker as a child that supervision can keep (web/adapters/worker-engine.ts).
 */

import type { Result } from "#shared/base/mod.ts";
import type { DeviceFacts, EngineError } from "#shared/inference/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import type { EngineChild } from "#shared/supervision/mod.ts";
import type { GpuCounters, WorkerSettings } from "../worker/protocol.ts";

export interface StartedEngine extends EngineChild {
  inspectDevice(signal: AbortSignal): Promise<Result<DeviceFacts, EngineError>>;
  /** Bytes of GPU memory given (IN100); for a worker in which no model is. */
  probeGpu(
    bytesWanted: number,
    signal: AbortSignal,
  ): Promise<Result<number | undefined, EngineError>>;
  /** GPU work seen on the worker's real queue. */
  gpuCounters(signal: AbortSignal): Promise<Result<GpuCounters, EngineError>>;
}

export interface StartEngineDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly startWorker: () => Worker;
}

/**
 * Resolves when the worker's script answers; rejects, the worker ended, when it does not. The
 * adapter is fetched here: nobody waits for it before the first paint.
 */
export async function startEngine(
  deps: StartEngineDeps,
  generation: number,
  settings: WorkerSettings,
  signal: AbortSignal,
): Promise<StartedEngine> {
  const { createWorkerEngine } = await import("../adapters/worker-engine.ts");
  signal.throwIfAborted();
  const worker = createWorkerEngine({ ...deps, generation, settings });
  const started = await worker.started(signal);
  if (!started.ok) {
    worker.kill();
    signal.throwIfAborted();
    throw new Error(`Cannot start the engine: ${started.error.kind}`);
  }
  return {
    engine: worker.engine,
    exited: worker.exited,
    stop: (graceMs, stopSignal) => worker.stop(graceMs, stopSignal),
    kill: () => worker.kill(),
    inspectDevice: (inspectSignal) => worker.inspectDevice(inspectSignal),
    probeGpu: (bytesWanted, probeSignal) => worker.probeGpu(bytesWanted, probeSignal),
    gpuCounters: (countSignal) => worker.gpuCounters(countSignal),
  };
}
