/**
 * What a session tells everybody who watches it: one snapshot, then every event after it.
 *
 * Shapes only. Each event has a revision one higher than the last; an observer that misses one asks
 * for a new snapshot. Plain JSON: the inspector in a tab and the headless host's socket speak it.
 */

import type { EpochMs } from "../../base/brands.ts";
import type { Lane, Usage } from "../../inference/engine.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { ChildEvent, MemoryNote, RunCause, RunResult, SegmentEntry } from "../log/segments.ts";
import type { PermissionRule, ToolArgs } from "../tools/tool.ts";
import type { SessionStatus } from "../session-status.ts";

/** What is being made and is not in the log yet. */
export interface InFlightBlock {
  readonly runId: string;
  /** Counted in the run from 0. */
  readonly block: number;
  readonly kind: "text" | "thinking";
  readonly text: string;
}

export interface SessionAlert {
  readonly at: EpochMs;
  readonly level: "warn" | "error";
  readonly source: "session" | "tools" | "memory" | "compaction" | "store" | "child";
  /** A word for the catalogue of messages; `detail` is for those who look closer. */
  readonly code: string;
  readonly detail: string;
}

/** A call that waits for a person. */
export interface PermissionAsk {
  readonly callId: string;
  readonly tool: string;
  readonly args: ToolArgs;
  readonly askedAt: EpochMs;
}

export interface Greeting {
  readonly session: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly modelId: string | undefined;
  readonly lane: Lane | undefined;
  readonly contextTokens: number;
  readonly tools: readonly string[];
}

export interface SessionSnapshot {
  /** The revision of the last event that is in it. */
  readonly revision: number;
  readonly greeting: Greeting;
  readonly status: SessionStatus;
  /** The newest entries; `first` is the index of the first of them. */
  readonly first: number;
  /** Index that the next entry gets. */
  readonly head: number;
  readonly entries: readonly SegmentEntry[];
  readonly inFlight: readonly InFlightBlock[];
  /** Live inputs, and the newest that ended. */
  readonly inputs: readonly InputRecord[];
  readonly memory: readonly MemoryNote[];
  readonly rules: readonly PermissionRule[];
  readonly asks: readonly PermissionAsk[];
  /** The newest, oldest first. */
  readonly alerts: readonly SessionAlert[];
  /** Older ones that are shown no more. */
  readonly alertsDropped: number;
}

export type SessionEvent =
  | { readonly kind: "greeting"; readonly greeting: Greeting }
  | { readonly kind: "status"; readonly status: SessionStatus }
  | { readonly kind: "run-start"; readonly runId: string; readonly cause: RunCause }
  | { readonly kind: "run-end"; readonly runId: string; readonly result: RunResult }
  | {
    readonly kind: "call-start";
    readonly runId: string;
    readonly call: number;
    readonly purpose: "decide" | "speak" | "extract" | "consolidate" | "fold" | "summarise";
  }
  | { readonly kind: "call-end"; readonly runId: string; readonly call: number }
  | {
    readonly kind: "retry";
    readonly runId: string;
    /** From 1. */
    readonly attempt: number;
    readonly attemptsMax: number;
    readonly waitMs: number;
    readonly reason: string;
  }
  /** A broken reply goes on behind what was said. */
  | { readonly kind: "continuation"; readonly runId: string; readonly charsKept: number }
  /** `offset` counts the characters of the block before `text`. */
  | {
    readonly kind: "delta";
    readonly runId: string;
    readonly block: number;
    readonly of: "text" | "thinking";
    readonly offset: number;
    readonly text: string;
  }
  /** The block is in the log or in the room now, or nowhere: it is shown as being made no more. */
  | { readonly kind: "block-done"; readonly runId: string; readonly block: number }
  | {
    readonly kind: "tool-call";
    readonly runId: string;
    readonly callId: string;
    readonly tool: string;
    readonly args: ToolArgs;
  }
  | { readonly kind: "tool-result"; readonly callId: string; readonly isError: boolean }
  | { readonly kind: "usage"; readonly runId: string; readonly usage: Usage }
  /** An entry was committed; whatever of it was in flight is gone. */
  | { readonly kind: "entry"; readonly entry: SegmentEntry }
  | { readonly kind: "input"; readonly input: InputRecord }
  | { readonly kind: "ask"; readonly ask: PermissionAsk }
  | { readonly kind: "ask-over"; readonly callId: string }
  | { readonly kind: "rules"; readonly rules: readonly PermissionRule[] }
  | { readonly kind: "memory"; readonly note: MemoryNote }
  | {
    readonly kind: "memory-job";
    readonly job: "extract" | "consolidate" | "fold";
    readonly status: "running" | "done" | "skipped" | "failed" | "cancelled";
    readonly detail: string;
  }
  | { readonly kind: "child"; readonly event: ChildEvent }
  | {
    readonly kind: "compaction";
    readonly status: "started" | "done" | "failed";
    readonly detail: string;
  }
  | { readonly kind: "alert"; readonly alert: SessionAlert }
  /** The observer was too slow: everything it had is replaced by this. */
  | { readonly kind: "resync"; readonly snapshot: SessionSnapshot }
  | { readonly kind: "shutdown" };

export interface NumberedEvent {
  readonly revision: number;
  readonly event: SessionEvent;
}
