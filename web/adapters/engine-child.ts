/**
 * The inference worker as a supervised child: started, loaded with one model, proved by one token.
 *
 * Owns the order of getting ready. Supervision owns when that happens, how long it may take and what
 * follows a failure.
 */

import { err, ok } from "#shared/base/mod.ts";
import type {
  Engine,
  LoadedModel,
  LoadProgress,
  ModelProfile,
  ProbeReport,
} from "#shared/inference/mod.ts";
import { notReadyFromEngine, type RunningChild } from "#shared/supervision/mod.ts";
import { createWorkerEngine, type WorkerEngine } from "./worker-engine.ts";
import type { WorkerLifeDeps } from "./worker-life.ts";

export interface ReadyEngine {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly probe: ProbeReport;
}

export interface EngineChild extends RunningChild<ReadyEngine> {
  readonly worker: WorkerEngine;
  progress(): number;
}

/** Starts a worker for `profile`; `onProgress` is for the screen. */
export function startEngineChild(
  deps: WorkerLifeDeps,
  profile: ModelProfile,
  onProgress: (progress: LoadProgress) => void,
): EngineChild {
  const worker = createWorkerEngine(deps);
  let steps = 0;
  return {
    worker,
    exited: worker.exited,
    // Steps, not bytes: loading and warming up are progress too.
    progress: () => steps,
    async ready(signal) {
      const started = await worker.started(signal);
      if (!started.ok) return err(notReadyFromEngine(started.error));
      const model = await worker.engine.load(profile, (step) => {
        steps += 1;
        onProgress(step);
      }, signal);
      if (!model.ok) return err(notReadyFromEngine(model.error));
      steps += 1;
      const probe = await worker.engine.probe(signal);
      if (!probe.ok) return err(notReadyFromEngine(probe.error));
      return ok({ engine: worker.engine, model: model.value, probe: probe.value });
    },
    stop: (graceMs, signal) => worker.stop(graceMs, signal),
    kill: () => worker.kill(),
  };
}
