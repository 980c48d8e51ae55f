/**
 * Restart policy: decides what happens after a supervised child ended.
 *
 * Owns the arithmetic only. The supervisor owns the child, the clock and the waiting; it calls
 * {@link decideRestart} once per exit and obeys the answer.
 *
 * Rules (shared/SPEC.md, section SV): SV1 to SV6.
 *   SV1  A child that finished or was cancelled is never restarted.
 *   SV2  More than `restartsMax` restarts within `windowMs`, or in a row without a healthy uptime
 *        between them, end in giving up.
 *   SV3  Each restart without a healthy uptime before it doubles the delay, up to `delayMsMax`.
 *   SV4  A defect gives up at once: restarting cannot repair a broken invariant.
 *   SV5  Only a child that was ready for `healthyUptimeMs` resets the delay; becoming ready does
 *        not.
 *   SV6  A fatal end is failed at once and costs no restart.
 *   HO162  What somebody else runs (an endpoint) is tried for ever, at most every `delayMsMax`: it
 *          comes back without us, and no start of ours costs it anything.
 */

import { assert, unreachable } from "../base/assert.ts";
import type { MonotonicMs } from "../base/brands.ts";
import type { ChildExit, ChildReason } from "./child.ts";

export type RestartDecision =
  | { readonly kind: "stop" }
  | { readonly kind: "restart"; readonly delayMs: number; readonly reason: ChildReason }
  | { readonly kind: "give-up"; readonly reason: ChildReason }
  | { readonly kind: "fail"; readonly reason: ChildReason };

export interface RestartLimits {
  /** `keep-trying` is for what somebody else runs and mends; everything of ours gives up. */
  readonly whenSpent: "give-up" | "keep-trying";
  /** Restarts after the first start: a child is started 1 + restartsMax times before giving up. */
  readonly restartsMax: number;
  readonly windowMs: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** Part of the delay that chance may take away, 0 to 1. Used by the supervisor, not here. */
  readonly jitterMax: number;
  readonly healthyUptimeMs: number;
}

export interface RestartHistory {
  /** Times of the restarts still inside the window, oldest first. */
  readonly restartsAt: readonly MonotonicMs[];
  /** Restarts since the last healthy uptime. */
  readonly streak: number;
  /** The budget is spent: from here on it is given up, or tried on without a budget. */
  readonly isSpent: boolean;
}

export const emptyHistory: RestartHistory = Object.freeze({
  ...{ restartsAt: [], streak: 0 },
  isSpent: false,
});

/** Returns the decision together with the history to pass in next time. */
export function decideRestart(
  history: RestartHistory,
  /** `readyMs`: how long the child had been ready when it ended; 0 if it never was. */
  end: { readonly exit: ChildExit; readonly readyMs: number },
  now: MonotonicMs,
  limits: RestartLimits,
): { readonly decision: RestartDecision; readonly history: RestartHistory } {
  assert(
    limits.delayMsMin <= limits.delayMsMax,
    `Cannot decide restart: delayMsMin ${limits.delayMsMin} is above ${limits.delayMsMax}`,
  );
  const { exit, readyMs } = end;
  switch (exit.kind) {
    case "finished":
    case "cancelled":
      return { decision: { kind: "stop" }, history }; // SV1
    case "defect":
      return { decision: { kind: "give-up", reason: exit.reason }, history }; // SV4
    case "fatal":
      return { decision: { kind: "fail", reason: exit.reason }, history }; // SV6
    case "failed": {
      const restartsAt = history.restartsAt.filter((at) => now - at < limits.windowMs);
      const streak = readyMs >= limits.healthyUptimeMs ? 0 : history.streak; // SV5
      const { restartsMax } = limits;
      const isSpent = restartsAt.length >= restartsMax || streak >= restartsMax; // SV2
      if (isSpent && limits.whenSpent === "give-up") {
        return {
          decision: { kind: "give-up", reason: exit.reason },
          history: { restartsAt, streak, isSpent },
        };
      }
      const delayMs = Math.min(limits.delayMsMin * 2 ** streak, limits.delayMsMax); // SV3
      return {
        decision: { kind: "restart", delayMs, reason: exit.reason },
        history: { restartsAt: [...restartsAt, now], streak: streak + 1, isSpent }, // HO162
      };
    }
    default:
      return unreachable(exit);
  }
}
