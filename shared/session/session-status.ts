/**
 * Status of a session: idle, running, paused; and every step between them.
 *
 * Owns the machine. Does not own the run (session.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC14  A session runs at most one input; a paused one runs none. What does not fit is refused by
 *         name.
 *   SC15  Every change of the status raises its revision by one.
 */

import { unreachable } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";

export interface RunInfo {
  readonly inputId: string;
  readonly turn: number;
  readonly attempt: number;
  /** `replying` once its text is shown; a silent persona never gets there. */
  readonly stage: "thinking" | "replying";
  /** Work on the session itself; undefined while it answers somebody. */
  readonly job?: "compact" | "extract" | "consolidate" | "fold" | undefined;
}

export type SessionPhase =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly run: RunInfo }
  /** `run` is what is still ending. */
  | { readonly phase: "paused"; readonly run: RunInfo | undefined };

export type SessionStatus = SessionPhase & { readonly revision: number };

export type SessionStep =
  | { readonly kind: "begin"; readonly run: RunInfo }
  | { readonly kind: "reply" }
  | { readonly kind: "end" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" };

export interface StepRefused {
  readonly kind: "session-busy" | "session-paused";
}

export const initialSessionStatus: SessionStatus = Object.freeze({ phase: "idle", revision: 0 });

/** Takes a step, or refuses it; a step that changes nothing returns the same object. */
export function stepSession(
  status: SessionStatus,
  step: SessionStep,
): Result<SessionStatus, StepRefused> {
  const move = (phase: SessionPhase): Result<SessionStatus, StepRefused> =>
    ok({ ...phase, revision: status.revision + 1 }); // SC15
  const run = status.phase === "idle" ? undefined : status.run;
  switch (step.kind) {
    case "begin": // SC14
      if (status.phase === "paused") return err({ kind: "session-paused" });
      if (run !== undefined) return err({ kind: "session-busy" });
      return move({ phase: "running", run: step.run });
    case "reply":
      if (status.phase !== "running" || status.run.stage === "replying") return ok(status);
      return move({ phase: "running", run: { ...status.run, stage: "replying" } });
    case "end":
      if (run === undefined) return ok(status);
      return move(
        status.phase === "paused" ? { phase: "paused", run: undefined } : { phase: "idle" },
      );
    case "pause":
      return status.phase === "paused" ? ok(status) : move({ phase: "paused", run });
    case "resume":
      if (status.phase !== "paused") return ok(status);
      return move(run === undefined ? { phase: "idle" } : { phase: "running", run });
    default:
      return unreachable(step);
  }
}
