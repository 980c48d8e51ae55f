/**
 * How a run that was interrupted is closed in the log, and what it comes to. Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC67  A cancelled run of which nothing came is rolled back: its words return to who asked
 *         (the fold sets it aside, SC34).
 *   SC84  Of private work that is given up after people saw some of its answer, the log keeps what
 *         was asked and that much of the answer, marked as partial, whoever gave it up.
 *   SC68  An end wins over what would have interrupted it; a pause wins over a cancel, whichever
 *         came first.
 */

import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import { nameOfAsker } from "../log/asker.ts";
import type { LogState } from "../log/log-state.ts";
import type { RunResult, SegmentBody } from "../log/segments.ts";
import { causeOf } from "../runs/run-cause.ts";
import { closedCall, partialAnswer } from "../runs/run-steps.ts";

export type Interruption = "pause" | "cancel" | "shutdown";

export type RunEnd =
  /** The runner knows how; it is in what it returned. */
  | { readonly kind: "finished" }
  | { readonly kind: "paused"; readonly partialText: string | undefined }
  | { readonly kind: "cancelled"; readonly partialText: string | undefined }
  /** The ledger or the room took the work away. */
  | { readonly kind: "withdrawn" }
  /** Taken again. */
  | { readonly kind: "interrupted"; readonly reason: string };

/** What became of a run (SC68). `taken` is why its caller aborted it, if that did. */
export function decideRunEnd(
  outcome: PerformOutcome,
  interruption: Interruption | undefined,
  taken: unknown,
): RunEnd {
  if (outcome.kind === "done" || outcome.kind === "ended") return { kind: "finished" };
  if (isWithdrawal(taken)) return { kind: "withdrawn" };
  const { partialText } = outcome;
  if (interruption === "pause") return { kind: "paused", partialText };
  if (interruption === "cancel") return { kind: "cancelled", partialText };
  if (interruption === "shutdown") return { kind: "interrupted", reason: "shutdown" };
  if (taken !== undefined) return { kind: "interrupted", reason: "host" };
  return { kind: "interrupted", reason: "reason" in outcome ? outcome.reason : outcome.kind };
}

/** A later wish joins an earlier one: a pause stays, and a shutdown adds nothing to either. */
export function joinInterruption(
  earlier: Interruption | undefined,
  later: Interruption,
): Interruption {
  if (earlier === "pause" || later === "pause") return "pause";
  return earlier ?? later;
}

/** The end of a run that the log does not tell: its input has ended, or is gone. */
export function closeRun(
  state: LogState,
  runId: string,
  input: InputRecord | undefined,
): readonly SegmentBody[] {
  const calls: readonly SegmentBody[] = state.openCalls
    .filter((call) => call.runId === runId)
    .map(({ callId }) => closedCall(callId));
  const result = lateResult(state, runId, input);
  const end: SegmentBody = { kind: "run-end", runId, result };
  if (input === undefined || result.kind !== "cancelled") return [...calls, end];
  return [...beginning(state, input), ...calls, ...partial(state, input), end]; // SC84
}

/** What a run of private work that showed text, and wrote nothing, was asked. */
function beginning({ entries }: LogState, input: InputRecord): readonly SegmentBody[] {
  const { id: runId, work, header, partialText } = input;
  if (work === undefined || partialText === "") return [];
  if (entries.some(({ body }) => body.kind === "run-start" && body.runId === runId)) return [];
  // Nobody knows any more which notes its prompt had: the next one has them again.
  const start: SegmentBody = { kind: "run-start", runId, cause: causeOf(input), readTo: 0 };
  return work.kind === "task"
    ? [start, { kind: "asked", runId, from: nameOfAsker(header.origin), text: work.text }]
    : [start];
}

function partial({ entries }: LogState, input: InputRecord): readonly SegmentBody[] {
  const { id: runId, partialText } = input;
  const hasSaid = entries.some(({ body }) => body.kind === "said" && body.runId === runId);
  return hasSaid ? [] : partialAnswer(input, runId, partialText);
}

function lateResult(state: LogState, runId: string, input: InputRecord | undefined): RunResult {
  if (input === undefined) return { kind: "failed", reason: "lost", detail: "" };
  const word = input.reason ?? "";
  const failure = /^failed:?(.*)$/u.exec(word);
  if (failure !== null) return { kind: "failed", reason: failure[1] || "model", detail: "" };
  if (input.phase !== "abandoned") return { kind: "finished" };
  const text = input.work?.kind === "task" ? input.work.text : undefined;
  const isEmpty = text !== undefined && input.partialText === "" && isEmptyRun(state, runId);
  return isEmpty ? { kind: "rolled-back", text } : { kind: "cancelled" }; // SC67
}

/** Whether of a run nothing is in the log but its beginning; with others behind it it stays. */
function isEmptyRun({ entries }: LogState, runId: string): boolean {
  const starts = entries.flatMap(({ body }) => body.kind === "run-start" ? [body.runId] : []);
  if (starts.includes(runId) && starts.at(-1) !== runId) return false;
  return !entries.some(({ body }) =>
    (body.kind === "said" || body.kind === "call") && body.runId === runId
  );
}

function isWithdrawal(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && "kind" in reason &&
    reason.kind === "withdrawn";
}

/**
 * The run that the log leaves without an end: open, or paused last. Whether it has one depends on
 * its input.
 */
export function unendedRun(state: LogState): string | undefined {
  if (state.openRun !== undefined) return state.openRun.runId;
  const newest = state.entries.findLast(({ body }) => body.kind === "run-end")?.body;
  return newest?.kind === "run-end" && newest.result.kind === "paused" ? newest.runId : undefined;
}

/** Whether the log tells how a run ended for good; one that is taken again has no such end. */
export function hasEnded({ entries }: LogState, runId: string): boolean {
  return entries.some(({ body }) =>
    body.kind === "run-end" && body.runId === runId && isFinal(body.result)
  );
}

/** False where the same work goes on: a pause, and what another run closed behind a crash. */
export function isFinal(result: RunResult): boolean {
  return result.kind !== "paused" && !(result.kind === "failed" && result.reason === "interrupted");
}

/** Whether the newest word of the log about a run is that it was paused. */
export function isPausedIn({ entries }: LogState, runId: string): boolean {
  const newest = entries.findLast(({ body }) =>
    (body.kind === "run-start" || body.kind === "run-end") && body.runId === runId
  )?.body;
  return newest?.kind === "run-end" && newest.result.kind === "paused";
}
