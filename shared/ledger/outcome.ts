/** What comes out of performing an input, and the ends it can have. Shapes only. */

import type { AttemptTimes, SettleOutcome, UsageRecord } from "../protocol/events.ts";

/** Why an input is taken out of the ledger before it ran to its end. */
export type WithdrawReason =
  /** A person stopped it (D22): half text is kept as a `partial`. */
  | "stopped"
  /** The room settled it otherwise: stale, or another host was first. */
  | "settled"
  /** This host is not (or, under a new assignment, no longer in this way) the holder. */
  | "unassigned"
  /** Its session was reset, stopped or forgotten; only of private work. */
  | "reset"
  | "session-stopped"
  | "session-forgotten";

/** Reason of the abort that `perform` sees when its input is withdrawn. */
export interface WithdrawAbort {
  readonly kind: "withdrawn";
  readonly reason: WithdrawReason;
}

/** A finished attempt, as the room will read it. */
export interface SettledAttempt {
  readonly outcome: SettleOutcome;
  /** Head of the log when the prompt was made. */
  readonly seenSeq: number;
  readonly usage?: UsageRecord | undefined;
  readonly times?: AttemptTimes | undefined;
  readonly modelId?: string | undefined;
  readonly lane?: string | undefined;
  /** What the session keeps of it; written in the same transaction. */
  readonly segments?: readonly unknown[] | undefined;
}

/**
 * What the loop does next. Decided by the performer, which saw what happened. `partialText` is what
 * people have seen so far; undefined means as stored.
 */
export type PerformOutcome =
  | { readonly kind: "done"; readonly settled: SettledAttempt }
  /** Private work is over, well or not; `outcome` is a word for the receipt. */
  | {
    readonly kind: "ended";
    readonly outcome: string;
    readonly segments: readonly unknown[];
  }
  /** Cancelled by its signal. */
  | { readonly kind: "cancelled"; readonly partialText: string | undefined }
  /** The engine refused for now. */
  | {
    readonly kind: "retry";
    readonly afterMs: number;
    readonly reason: string;
    readonly partialText: string | undefined;
  }
  /** The engine died under it: taken again, at the front, by the next engine generation. */
  | {
    readonly kind: "interrupted";
    readonly reason: string;
    readonly partialText: string | undefined;
  }
  /** The persona was paused: taken again after it is resumed; costs no attempt. */
  | { readonly kind: "paused"; readonly partialText: string | undefined };

/** How an input ends. */
export type InputEnd =
  | { readonly kind: "settled"; readonly settled: SettledAttempt }
  /** Of private work. */
  | {
    readonly kind: "ended";
    readonly outcome: string;
    readonly segments: readonly unknown[];
  }
  | { readonly kind: "merged"; readonly into: number }
  /** A later one of the same key took its place (coalesced), or made it needless. */
  | { readonly kind: "superseded"; readonly by: string; readonly how: "coalesced" | "superseded" }
  /** It belonged to a page or process that is gone. */
  | { readonly kind: "ephemeral" }
  | { readonly kind: "outranked" }
  | { readonly kind: "worn-out" }
  | {
    readonly kind: "withdrawn";
    readonly reason: WithdrawReason;
    readonly partialText: string;
  };

/** What somebody who waits for an input is told. */
export type Completion =
  | {
    readonly kind: "ended";
    readonly phase: "consumed" | "superseded" | "abandoned";
    /** As in the receipt: `replied`, `failed:deadline`, `deferred:merged`, `stopped` ... */
    readonly outcome: string;
  }
  /** The loop ended first. The input is still there and may succeed later. */
  | { readonly kind: "loop-ended" };
