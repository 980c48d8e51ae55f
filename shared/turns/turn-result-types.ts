/** Plan against actual of one turn, for the timeline and its table. */

import type { DivergenceRecord } from "./divergence.ts";

export interface EntryResult {
  readonly persona: string;
  readonly outcome: "open" | "replied" | "silent" | "failed" | "deferred" | "stopped" | "voted";
  /** Reason of failed and deferred, the choice of a vote; empty otherwise. */
  readonly reason: string;
  /** ms after the turn opened; undefined when the plan had no host for her. */
  readonly planned?:
    | { readonly startMs: number; readonly firstTextMs: number; readonly finishMs: number }
    | undefined;
  /** From the settlement, or undefined while open or when nobody ran it. */
  readonly actual?: {
    /** Waited for its lane. */
    readonly queuedMs: number;
    readonly firstTextMs: number;
    readonly finishedMs: number;
    /** From the start of the work to its end. */
    readonly executionMs: number;
  } | undefined;
  /** Settlement order in the log, from 0. */
  readonly settledOrder?: number | undefined;
}

export interface TurnResult {
  readonly turn: number;
  readonly settled: boolean;
  readonly entries: readonly EntryResult[];
  readonly firstSettledMs?: number | undefined;
  readonly allSettledMs?: number | undefined;
  /** Verdicts of D11: undefined while not known. */
  readonly metFirstBudget?: boolean | undefined;
  readonly metAllBudget?: boolean | undefined;
  readonly divergences: readonly DivergenceRecord[];
}
