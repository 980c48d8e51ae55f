/**
 * When it is time to compact a session's log, and when to stop trying. Pure.
 *
 * The study's guard (3.12) skipped its checks after a success and so hid a log that was still too
 * long. This one counts and never skips: a log that is too long is always told, by one word.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC51  `failuresMax` failures in a row end automatic compaction until one succeeds or a person
 *         asks for one.
 *   SC52  More than `perRunMax` automatic compactions without a run that came to something are told
 *         as thrashing; the log's length is looked at every time.
 *   SC53  A compaction is due only above a limit, never at it.
 */

import type { CompactionLimits } from "./compaction.ts";
import type { LogState } from "./log-state.ts";
import type { RunResult } from "./segments.ts";

export interface CompactionGuard {
  /** Failures in a row. */
  readonly failures: number;
  /** Automatic compactions since the last run that came to something. */
  readonly sinceRun: number;
}

export const initialGuard: CompactionGuard = Object.freeze({ failures: 0, sinceRun: 0 });

export type CompactionDue =
  | "not-due"
  | "due"
  /** Due, but it failed too often. */
  | "broken"
  /** Due again and again: what comes in is longer than what a compaction can take away. */
  | "thrashing";

export type GuardStep =
  | { readonly kind: "person-asked" }
  | { readonly kind: "compacted"; readonly by: "person" | "automatic" }
  | { readonly kind: "compaction-failed" }
  /** `madeOutput`: it said, did or settled something; an empty run is none (incident 4). */
  | { readonly kind: "run-ended"; readonly result: RunResult; readonly madeOutput: boolean };

/** True above a limit (SC53). */
export function isOverLimit(state: LogState, limits: CompactionLimits): boolean {
  return state.tokensEstimated > limits.tokensMax || state.entries.length > limits.entriesMax;
}

/** Whether the log is compacted now without anybody asking, before a run or within one. */
export function compactionDue(
  state: LogState,
  guard: CompactionGuard,
  limits: CompactionLimits,
): CompactionDue {
  if (!isOverLimit(state, limits)) return "not-due";
  if (guard.failures >= limits.failuresMax) return "broken"; // SC51
  return guard.sinceRun >= limits.perRunMax ? "thrashing" : "due"; // SC52
}

/** The guard after something happened. */
export function stepGuard(guard: CompactionGuard, step: GuardStep): CompactionGuard {
  switch (step.kind) {
    case "person-asked":
      return { ...guard, failures: 0 };
    case "compacted":
      return { failures: 0, sinceRun: guard.sinceRun + (step.by === "automatic" ? 1 : 0) };
    case "compaction-failed":
      return { ...guard, failures: guard.failures + 1 };
    case "run-ended":
      return step.result.kind === "finished" && step.madeOutput ? { ...guard, sinceRun: 0 } : guard;
  }
}
