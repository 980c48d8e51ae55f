/** Plan against actual of one turn, for the timeline and its table. */

export interface EntryResult {
  readonly persona: string;
  readonly outcome: "open" | "replied" | "silent" | "failed" | "deferred" | "stopped";
  /** Reason of failed and deferred; empty otherwise. */
  readonly reason: string;
  /** Undefined when the plan had no host for her. */
  readonly planned?:
    | { readonly startMs: number; readonly firstTextMs: number; readonly finishMs: number }
    | undefined;
  /** From the settlement, or undefined while open or when nobody ran it. */
  readonly actual?:
    | { readonly queuedMs: number; readonly firstTextMs: number; readonly finishedMs: number }
    | undefined;
  /** Settlement order in the log, from 0. */
  readonly settledOrder?: number | undefined;
}

export type Divergence =
  | { readonly kind: "fingerprint"; readonly persona: string; readonly device: string }
  | { readonly kind: "order"; readonly persona: string }
  | { readonly kind: "late"; readonly persona: string; readonly byMs: number }
  | { readonly kind: "not-answered"; readonly persona: string; readonly reason: string };

export interface TurnResult {
  readonly turn: number;
  readonly settled: boolean;
  readonly entries: readonly EntryResult[];
  readonly firstSettledMs?: number | undefined;
  readonly allSettledMs?: number | undefined;
  /** Verdicts of D11: undefined while not known. */
  readonly metFirstBudget?: boolean | undefined;
  readonly metAllBudget?: boolean | undefined;
  readonly divergences: readonly Divergence[];
}
