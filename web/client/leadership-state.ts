/**
 * Leadership, decided: what a tab does about being the one peer of its origin (D29).
 *
 * Owns the decision only; leadership.ts holds the lock and the run and obeys.
 */

import { unreachable } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";

/** How a run ended. */
export type RunEnd =
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly reason: string }
  /** No term could be taken, so no run began. */
  | { readonly kind: "no-term"; readonly error: StorageError };

export type LeadershipState =
  /** Does not ask to lead: not begun, or its own run ended by itself. */
  | { readonly phase: "resting"; readonly end?: RunEnd }
  /** In line for the lock. */
  | { readonly phase: "waiting" }
  /** Holds the lock; its run is the peer. */
  | { readonly phase: "leading" }
  /** Holds the lock until its run, already told to end, has ended. */
  | { readonly phase: "ending"; readonly next: "waiting" | "closed" }
  /** The page is frozen or left; it may come back. */
  | { readonly phase: "away" }
  | { readonly phase: "closed" };

export type LeadershipEvent =
  | { readonly kind: "start-asked" }
  | { readonly kind: "lock-granted" }
  /** The browser refused the request for the lock. */
  | { readonly kind: "lock-refused"; readonly reason: string }
  | { readonly kind: "run-ended"; readonly end: RunEnd }
  | { readonly kind: "run-overdue" }
  | { readonly kind: "hand-over-asked" }
  | { readonly kind: "page-left" }
  | { readonly kind: "page-back" }
  | { readonly kind: "close-asked" };

export type LeadershipEffect =
  | "request-lock"
  | "cancel-request"
  | "release-lock"
  | "start-run"
  | "abort-run";

export interface LeadershipStep {
  readonly state: LeadershipState;
  readonly effects: readonly LeadershipEffect[];
}

/**
 * Returns the next state and what to do, in order. An event that means nothing now changes nothing.
 */
export function decideLeadership(
  state: LeadershipState,
  event: LeadershipEvent,
): LeadershipStep {
  switch (state.phase) {
    case "resting":
      return decideResting(state, event);
    case "waiting":
      return decideWaiting(state, event);
    case "leading":
      return decideLeading(state, event);
    case "ending":
      return decideEnding(state, event);
    case "away":
      if (event.kind === "page-back") return to({ phase: "waiting" }, "request-lock");
      if (event.kind === "close-asked") return to({ phase: "closed" });
      return to(state);
    case "closed":
      return to(state);
    default:
      return unreachable(state);
  }
}

function decideResting(state: LeadershipState, event: LeadershipEvent): LeadershipStep {
  if (event.kind === "start-asked") return to({ phase: "waiting" }, "request-lock");
  if (event.kind === "close-asked") return to({ phase: "closed" });
  return to(state);
}

function decideWaiting(state: LeadershipState, event: LeadershipEvent): LeadershipStep {
  switch (event.kind) {
    case "lock-granted":
      return to({ phase: "leading" }, "start-run");
    case "lock-refused":
      return to({ phase: "resting", end: { kind: "failed", reason: event.reason } });
    case "page-left":
      return to({ phase: "away" }, "cancel-request");
    case "close-asked":
      return to({ phase: "closed" }, "cancel-request");
    default:
      return to(state);
  }
}

function decideLeading(state: LeadershipState, event: LeadershipEvent): LeadershipStep {
  switch (event.kind) {
    case "run-ended":
      // Not asked again at once: a run that fails at its start would fail for ever.
      return to({ phase: "resting", end: event.end }, "release-lock");
    case "hand-over-asked":
      return to({ phase: "ending", next: "waiting" }, "abort-run");
    case "close-asked":
      return to({ phase: "ending", next: "closed" }, "abort-run");
    case "page-left":
      // A frozen page cannot wait for its run: it runs nothing until it is back, and then is
      // aborted.
      return to({ phase: "away" }, "abort-run", "release-lock");
    default:
      return to(state);
  }
}

function decideEnding(
  state: Extract<LeadershipState, { readonly phase: "ending" }>,
  event: LeadershipEvent,
): LeadershipStep {
  switch (event.kind) {
    case "run-ended":
    case "run-overdue":
      return state.next === "closed"
        ? to({ phase: "closed" }, "release-lock")
        : to({ phase: "waiting" }, "release-lock", "request-lock");
    case "close-asked":
      return to({ phase: "ending", next: "closed" });
    case "page-left":
      return to({ phase: state.next === "closed" ? "closed" : "away" }, "release-lock");
    default:
      return to(state);
  }
}

function to(state: LeadershipState, ...effects: readonly LeadershipEffect[]): LeadershipStep {
  return { state, effects };
}
