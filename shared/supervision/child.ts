/**
 * What supervision knows of the things it keeps alive: an inference worker, a process, a service.
 *
 * Owns the shapes only. Adapters implement them; they classify their ends where these happen.
 */

import type { Result } from "../base/result.ts";

/** Why something ended or did not begin. `kind` is stable kebab-case, `detail` is for people. */
export interface ChildReason {
  readonly kind: string;
  readonly detail: string;
}

/** Why a child stopped. Classified where it happened, never by reading a message. */
export type ChildExit =
  | { readonly kind: "finished" }
  | { readonly kind: "cancelled" }
  /** A restart may cure it. */
  | { readonly kind: "failed"; readonly reason: ChildReason }
  /** No restart can cure it (no WebGPU, unknown model): people must change something first. */
  | { readonly kind: "fatal"; readonly reason: ChildReason }
  /** A broken invariant. */
  | { readonly kind: "defect"; readonly reason: ChildReason };

/** Why a child that runs cannot do its work yet, and whether starting it again may help. */
export interface NotReady {
  readonly reason: ChildReason;
  readonly isFatal: boolean;
}

/** One started child. `Info` is what is known once it is ready, such as the loaded model. */
export interface RunningChild<Info> {
  /** Proves that it works, by a real token for an engine. Aborting cancels the work. */
  ready(signal: AbortSignal): Promise<Result<Info, NotReady>>;
  /** Grows with progress of getting ready (bytes loaded); without it the deadline never moves. */
  progress?(): number;
  /** Resolves once, however the child ended (crash and lost heartbeat included); never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Asks it to end within `graceMs`. Aborting cancels the wait; {@link kill} follows anyway. */
  stop(graceMs: number, signal: AbortSignal): Promise<void>;
  /** Ends it at once and makes `exited` resolve. Idempotent; called after every end, to reap it. */
  kill(): void;
}

export interface ChildSpec<Info> {
  readonly name: string;
  /**
   * Starts a new child. Aborting cancels the work. A rejection other than `signal.reason` counts as
   * a failed start.
   */
  start(signal: AbortSignal): Promise<RunningChild<Info>>;
}
