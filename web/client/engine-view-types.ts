/** What the screens see of the engine. */

import type { EngineError, Lane, LoadProgress } from "#shared/inference/mod.ts";

/** One end of the engine that nobody asked for. */
export interface EngineRestart {
  /** Epoch ms. */
  readonly atMs: number;
  /** The start that ended, counted from 1. */
  readonly generation: number;
  /** How long it had been ready; 0 if it never was. */
  readonly readyMs: number;
  /** Kind of the end, such as `device-lost`. */
  readonly reason: string;
  /** The engine's own words; may be empty. */
  readonly detail: string;
}

/** The inference worker of this origin, as supervision sees it. */
export type EngineView =
  & {
    readonly modelId: string;
    readonly restarts: readonly EngineRestart[];
    readonly generation: number;
  }
  & (
    | { readonly phase: "idle" }
    | { readonly phase: "starting" }
    | { readonly phase: "loading"; readonly progress?: LoadProgress | undefined }
    | {
      readonly phase: "ready";
      readonly lane: Lane;
      readonly adapter: string;
      /** Measured over the last reply; undefined before the first. */
      readonly tokensPerS?: number | undefined;
      readonly firstTokenMs?: number | undefined;
    }
    /** `retryAtMs`: epoch ms of the next try. */
    | { readonly phase: "restarting"; readonly retryAtMs: number; readonly reason: string }
    /** `error`: why it did not get ready the last time; undefined when it died while ready. */
    | {
      readonly phase: "given-up";
      readonly reason: string;
      readonly error?: EngineError | undefined;
    }
    /** Cannot work by trying again alone: the person must choose (other model, other browser). */
    | { readonly phase: "failed"; readonly error: EngineError }
  );
