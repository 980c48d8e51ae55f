/**
 * Life of a session on this device: which call may be made in which state, and what follows.
 *
 * Owns the table and nothing else (study 2.12). Does not own the inputs nor the storing
 * (session-calls.ts). Whether a run is in flight is no state: closing a session never makes the end
 * of its run illegal (study 2.20, lesson 6).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG33  A call changes a session only as the table says; every other one is refused by name.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { SessionRecord } from "../ports/peer-store.ts";

export type SessionState = SessionRecord["state"];

export type SessionOperation =
  /** Takes no new private work; what is queued is done. */
  | "retire"
  /** Ends all queued private work, and is active again. */
  | "reset"
  /** Active again with all that is queued. */
  | "recycle"
  /** Ends all private work, running or not, and does nothing until it is recycled. */
  | "stop"
  /** As stop, and nothing of the session is kept. */
  | "forget"
  | "pause"
  | "resume";

export type SessionRefused =
  | {
    readonly kind: "session-state-wrong";
    readonly operation: SessionOperation;
    readonly state: SessionState;
  }
  | { readonly kind: "session-running"; readonly operation: SessionOperation };

/** What a call leads to from each state; a state that is missing refuses it. */
const nextStates: Readonly<
  Record<SessionOperation, Readonly<Partial<Record<SessionState, SessionState>>>>
> = Object.freeze({
  retire: { active: "retired", paused: "retired" },
  reset: { active: "active", paused: "active", retired: "active" },
  recycle: { active: "active", retired: "active", stopped: "active" },
  stop: { active: "stopped", paused: "stopped", retired: "stopped" },
  forget: { active: "stopped", paused: "stopped", retired: "stopped", stopped: "stopped" },
  pause: { active: "paused" },
  resume: { paused: "active" },
});

const refusedWhileRunning: ReadonlySet<SessionOperation> = new Set(["reset", "recycle"]);

/** The state after a call, or why it is refused. */
export function decideSession(
  operation: SessionOperation,
  state: SessionState,
  isRunning: boolean,
): Result<SessionState, SessionRefused> {
  if (isRunning && refusedWhileRunning.has(operation)) {
    return err({ kind: "session-running", operation });
  }
  const next = nextStates[operation][state];
  return next === undefined ? err({ kind: "session-state-wrong", operation, state }) : ok(next);
}
