/** A started back end of the engine port, as supervision keeps it. */

import type { Engine } from "../inference/engine.ts";
import type { ChildExit } from "./child.ts";

/** One started back end, such as a worker. */
export interface EngineChild {
  readonly engine: Engine;
  /** Resolves once, however it ended; never rejects. */
  readonly exited: Promise<ChildExit>;
  stop(graceMs: number, signal: AbortSignal): Promise<void>;
  kill(): void;
}
