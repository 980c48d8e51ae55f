/**
 * What a language model's back end says of one generation: its events, and how it ended.
 *
 * Owns the shapes only; token loops (tokens/) and libraries (web/worker) both speak them.
 */

import type { EngineError, Usage } from "./engine.ts";

/** Where a generation's events go. */
export interface GenerateSink {
  prefilled(promptTokens: number, cachedTokens: number): void;
  /**
   * Waits while the reader is too far behind; aborting cancels the wait. Resolves with `stop` once
   * a stop string was met: the back end then ends as `done` with `finish: "stop"`.
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
