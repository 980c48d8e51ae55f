/** One run in progress: what every step of it needs. Shapes, and the sums over its model calls. */

import type { MonotonicMs } from "../../base/brands.ts";
import type { Result } from "../../base/result.ts";
import type { Engine, GenerateRequest, Usage } from "../../inference/engine.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { DecideQuestion } from "../../personas/layout-private.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { AttemptTimes, SettleOutcome, UsageRecord } from "../../protocol/events.ts";
import type { Bubble } from "../bubble.ts";
import type { SessionAlert } from "../control/events.ts";
import type { Answers, Decision } from "../decisions/decision.ts";
import type { SessionLimits } from "../limits.ts";
import type { RunResult, SegmentBody } from "../log/segments.ts";
import type { SessionLog } from "../log/session-log.ts";
import type { ToolLimits } from "../tools/limits.ts";
import type { PermissionAsks } from "../tools/permission-asks.ts";
import type { PermissionRule, Tool } from "../tools/tool.ts";
import type { PromptContext } from "./prompt-context.ts";
import type { RunJournal } from "./run-journal.ts";
import type { BlockTeller, RunTeller } from "./run-teller.ts";

export interface BuiltPrompt {
  readonly request: GenerateRequest;
  /** Head of the room's log that the prompt was made from. */
  readonly seenSeq: number;
  /** Time to the first token, where a long prefill needs more than the usual gap (D39). */
  readonly firstTokenMsMax?: number | undefined;
  /** The request asks for a vote: nothing of it is shown or stored (SC21). */
  readonly vote?: Decision<string> | undefined;
}

/** No prompt is made: the attempt settles as it is, such as `deferred{stale}`. */
export interface NotBuilt {
  readonly outcome: SettleOutcome;
  readonly seenSeq: number;
}

/** What a prompt is asked for. */
export interface PromptNeed {
  /** How often it was too long. */
  readonly shrinks: number;
  /** Counts the requests of a run, so that no two have one id. */
  readonly call: number;
  readonly context: PromptContext;
  /** The unseen question what to do; undefined asks for the answer itself. */
  readonly decide:
    | (Pick<DecideQuestion, "tools"> & { readonly answers: Answers })
    | undefined;
  /** Why the last answer could not be read (IN96); undefined the first time. */
  readonly problem: string | undefined;
}

export interface SessionEngine {
  readonly engine: Engine;
  readonly modelId: string;
  readonly lane: string;
  /** False: an interrupted reply starts again from its first word, in the same bubble. */
  readonly continuesText: boolean;
}

/** What a session may do in a run, as it is when the run begins. */
export interface ToolBox {
  readonly tools: readonly Tool[];
  readonly rules: readonly PermissionRule[];
}

/** How a job of the device ended; `segments` and `result` go into the session's log. */
export type JobEnd =
  | {
    readonly kind: "ended";
    readonly outcome: string;
    readonly segments: readonly SegmentBody[];
    readonly result: RunResult;
  }
  | Extract<PerformOutcome, { readonly kind: "retry" | "interrupted" }>;

/** What a job asks the model, unseen. */
export interface JobModel {
  ask(
    purpose: "extract" | "consolidate" | "fold" | "summarise",
    build: (shrinks: number, signal: AbortSignal) => Promise<Result<BuiltPrompt, NotBuilt>>,
  ): Promise<
    | { readonly kind: "text"; readonly text: string }
    /** The model said nothing of use; `reason` is a settlement's. */
    | { readonly kind: "failed"; readonly reason: string; readonly detail: string }
    | Extract<PerformOutcome, { readonly kind: "retry" | "interrupted" }>
  >;
}

/** Private work that is not a conversation; hosting does it. Aborting cancels the work. */
export interface PrivateJobs {
  memory(
    input: InputRecord,
    job: "extract" | "consolidate" | "fold",
    model: JobModel,
    signal: AbortSignal,
  ): Promise<JobEnd>;
  compact(input: InputRecord, model: JobModel, signal: AbortSignal): Promise<JobEnd>;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly trace: Log;
  readonly log: SessionLog;
  readonly limits: SessionLimits;
  readonly toolLimits: ToolLimits;
  readonly asks: PermissionAsks;
  readonly buildRequest: (
    input: InputRecord,
    need: PromptNeed,
    signal: AbortSignal,
  ) => Promise<Result<BuiltPrompt, NotBuilt>>;
  readonly tools: (input: InputRecord) => ToolBox | undefined;
  readonly jobs: PrivateJobs | undefined;
}

export interface Run {
  readonly input: InputRecord;
  /** The input's id: a run that goes on behind a crash is the same run. */
  readonly runId: string;
  /** One engine for the whole run; a new one finds the input in the ledger again. */
  readonly ready: SessionEngine;
  readonly bubble: Bubble;
  /** Of what people see while the bubble grows. */
  readonly shown: BlockTeller;
  readonly teller: RunTeller;
  readonly journal: RunJournal;
  /** Aborts on cancel and on pause. */
  readonly signal: AbortSignal;
  readonly startedAt: MonotonicMs;
  /** Wall time from admission to the start; the one age that must outlive a page. */
  readonly queuedMs: number;
  readonly sums: RunSums;
}

/** What a run adds up. */
export interface RunSums {
  firstTextAt: MonotonicMs | undefined;
  usage: Usage;
  calls: number;
}

export const noUsage: Usage = Object.freeze({
  promptTokens: 0,
  cachedTokens: 0,
  generatedTokens: 0,
  prefillMs: 0,
  decodeMs: 0,
});

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    generatedTokens: a.generatedTokens + b.generatedTokens,
    prefillMs: a.prefillMs + b.prefillMs,
    decodeMs: a.decodeMs + b.decodeMs,
  };
}

/** The fold takes whole numbers only. */
export function wholeUsage(usage: Usage): UsageRecord {
  return {
    promptTokens: Math.round(usage.promptTokens),
    cachedTokens: Math.round(usage.cachedTokens),
    generatedTokens: Math.round(usage.generatedTokens),
    prefillMs: Math.round(usage.prefillMs),
    decodeMs: Math.round(usage.decodeMs),
  };
}

/** Milliseconds after admission (SC19). */
export function timesOf(run: Run, now: MonotonicMs): AttemptTimes {
  const since = (at: MonotonicMs): number => Math.round(run.queuedMs + (at - run.startedAt));
  return {
    queuedMs: Math.round(run.queuedMs),
    firstTextMs: since(run.sums.firstTextAt ?? now),
    finishedMs: since(now),
  };
}

/** What people have seen; undefined means what they saw before this run. */
export function seenText({ bubble }: Run): string | undefined {
  return bubble.shown === "" ? undefined : bubble.shown;
}

export function tellAlert(
  deps: Pick<RunDeps, "clock">,
  run: Run,
  alert: Omit<SessionAlert, "at">,
): void {
  run.teller.tell({ kind: "alert", alert: { at: deps.clock.epochNow(), ...alert } });
}

export function needOf({ sums }: Run, shrinks: number): Pick<PromptNeed, "shrinks" | "call"> {
  return { shrinks, call: sums.calls };
}
