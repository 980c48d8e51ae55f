/**
 * What an inference library looks like to the worker.
 *
 * A back end never throws across this face: it classifies its own failures, where their cause is
 * known. It holds one model, runs at most `slots` generations, and knows nothing of ports.
 */

import type { Result } from "#shared/base/mod.ts";
import type {
  BackEndOutcome,
  EngineError,
  GenerateRequest,
  GenerateSink,
  LoadedModel,
  LoadProgress,
  ModelProfile,
} from "#shared/inference/mod.ts";
import type { WorkerSettings } from "./protocol.ts";

export interface BackEnd {
  /** Aborting cancels the work and resolves with `cancelled`. */
  load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>>;
  /** `request` was validated. Aborting cancels the work between two tokens. */
  generate(
    request: GenerateRequest,
    sink: GenerateSink,
    signal: AbortSignal,
  ): Promise<BackEndOutcome>;
  /** Frees what can be freed; only the worker's end frees everything. */
  unload(): Promise<void>;
}

export interface BackEndDeps {
  readonly settings: WorkerSettings;
  /** Monotonic milliseconds of this worker. */
  readonly now: () => number;
  /** What is wrong with a model's first reply; undefined: nothing (IN71). */
  readonly findReplyNonsense: (reply: string) => string | undefined;
}

export type CreateBackEnd = (deps: BackEndDeps) => BackEnd;
