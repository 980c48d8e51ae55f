/**
 * What a session's log holds: everything of a persona's work that the room's log lacks (D34).
 *
 * Shapes only. Append-only: a rewind and a compaction are entries too. Entries cite room entries by
 * seq and never copy their text.
 */

import type { EpochMs } from "../../base/brands.ts";
import type { PermissionDecision } from "../tools/tool.ts";

/** Version of these shapes; an entry of a newer one is kept, shown as unreadable, and skipped. */
export const SEGMENT_VERSION = 1;

/** Why a run began. */
export type RunCause =
  | { readonly kind: "turn"; readonly turn: number; readonly attempt: number }
  | { readonly kind: "task" }
  | { readonly kind: "notes" }
  | { readonly kind: "resume"; readonly of: string }
  | { readonly kind: "memory"; readonly job: "extract" | "consolidate" | "fold" }
  /** Told to observers only: a compaction leaves a summary, not a run. */
  | { readonly kind: "compact" };

/** How a run ended. */
export type RunResult =
  | { readonly kind: "finished" }
  | { readonly kind: "paused" }
  | { readonly kind: "limit-reached"; readonly limit: "steps" | "tokens" | "time" }
  /** Interrupted before anything came: its words went back to who asked. */
  | { readonly kind: "rolled-back"; readonly text: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly reason: string; readonly detail: string };

/** Something a persona keeps in mind. A later entry of the same id replaces it. */
export interface MemoryNote {
  readonly id: string;
  /** Undefined forgets it. */
  readonly text: string | undefined;
  /** `staged` ones were extracted and are not consolidated yet; both are recalled. */
  readonly stage: "staged" | "kept";
  /** Seqs of the room that it came from. */
  readonly seqs: readonly number[];
  readonly by: "persona" | "person" | "job";
}

export type SegmentBody =
  | {
    readonly kind: "run-start";
    readonly runId: string;
    readonly cause: RunCause;
    /**
     * The log's head when its first prompt was made: notes below were in it. Its own index when
     * undefined; a start is stored late (SC102), and what came in between no prompt has had.
     */
    readonly readTo?: number | undefined;
  }
  /** Words of a person, a parent or a caller, to this session alone. */
  | { readonly kind: "asked"; readonly runId: string; readonly from: string; readonly text: string }
  /** A notification; it enters the next prompt. */
  | {
    readonly kind: "note";
    readonly noteId: string;
    readonly from: string;
    readonly text: string;
    readonly correlationId?: string | undefined;
  }
  | {
    readonly kind: "call";
    readonly runId: string;
    readonly callId: string;
    readonly tool: string;
    readonly args: Readonly<Record<string, unknown>>;
  }
  | {
    readonly kind: "permission";
    readonly callId: string;
    readonly decision: PermissionDecision;
    readonly by: "rule" | "person" | "default";
  }
  | {
    readonly kind: "result";
    readonly callId: string;
    readonly isError: boolean;
    readonly text: string;
  }
  /** A private answer; what is said in the room is there. */
  | {
    readonly kind: "said";
    readonly runId: string;
    readonly text: string;
    /** True: its run was cancelled before the rest of it came. */
    readonly isPartial?: true | undefined;
  }
  /** Said in the room: which settlement, and up to where the room was read. */
  | {
    readonly kind: "settled";
    readonly runId: string;
    readonly turn: number;
    readonly attempt: number;
    readonly outcome: string;
    readonly seenSeq: number;
  }
  | {
    readonly kind: "usage";
    readonly runId: string;
    readonly promptTokens: number;
    readonly cachedTokens: number;
    readonly generatedTokens: number;
  }
  | { readonly kind: "run-end"; readonly runId: string; readonly result: RunResult }
  | { readonly kind: "memory"; readonly note: MemoryNote }
  /** Extraction read the room up to here. */
  | { readonly kind: "extracted"; readonly upToSeq: number }
  /** Stands for every entry below `below`, which may be gone. */
  | { readonly kind: "summary"; readonly below: number; readonly text: string }
  /** Sets everything from `to` up to here aside. Memory stays. */
  | { readonly kind: "rewound"; readonly to: number }
  | { readonly kind: "child"; readonly event: ChildEvent };

/** What a child's life tells its parent. */
export type ChildEvent =
  | { readonly kind: "spawned"; readonly child: string; readonly task: string }
  | {
    readonly kind: "ended";
    readonly child: string;
    readonly result: RunResult;
    /** Of the child's run: the same end told again is known by it. */
    readonly runId?: string | undefined;
    /** What the run said. */
    readonly text?: string | undefined;
  }
  | { readonly kind: "stopped"; readonly child: string; readonly reason: string };

export interface SegmentEntry {
  readonly index: number;
  readonly at: EpochMs;
  /** `unreadable`: damaged, or of a newer version; it is kept and skipped. */
  readonly body: SegmentBody | { readonly kind: "unreadable"; readonly detail: string };
}
