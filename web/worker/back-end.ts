/**
 * What an inference library looks like to the worker.
 *
 * A back end never throws across this face: it classifies its own failures, where their cause is
 * known. It holds one model, runs at most `slots` generations, and knows nothing of ports.
 */

import type { Result } from "#shared/base/mod.ts";
import type {
  EngineError,
  GenerateRequest,
  LoadedModel,
  LoadProgress,
  ModelProfile,
  Usage,
} from "#shared/inference/mod.ts";
import type { WorkerSettings } from "./protocol.ts";

/** Where a generation's events go. */
export interface GenerateSink {
  prefilled(promptTokens: number, cachedTokens: number): void;
  /**
   * Waits while the reader is too far behind; aborting cancels the wait. Resolves with `stop` once
   * a
   * stop string was met: the back end then ends as `done` with `finish: "stop"`.
   */
  text(text: string, tokens: number, signal: AbortSignal): Promise<"go-on" | "stop">;
}

export type BackEndOutcome =
  | { readonly kind: "done"; readonly finish: "stop" | "length"; readonly usage: Usage }
  | { readonly kind: "cancelled" }
  | {
    readonly kind: "failed";
    readonly error: EngineError;
    /** True when nothing can run in this worker after this failure. */
    readonly isFatal: boolean;
  };

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
}

export type CreateBackEnd = (deps: BackEndDeps) => BackEnd;
