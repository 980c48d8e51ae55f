/**
 * What a session's log says of the steps of a run, and what a run that begins must close first.
 * Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC103 A run that begins anew behind a crash goes on from the results that are stored; a call of
 *         it whose result is missing is called again only when nothing of it has run or its tool is
 *         repeatable, else it is closed as interrupted.
 *   SC104 Before a run's first prompt, calls of other runs without a result are closed as
 *         interrupted, in their order, and so is the run they are of.
 */

import type { InputRecord } from "../../ports/peer-store.ts";
import type { LogState, NoteEntry } from "../log/log-state.ts";
import type { SegmentBody, SegmentEntry } from "../log/segments.ts";
import type { PermissionDecision } from "../tools/tool.ts";

export const INTERRUPTED = "Interrupted: nobody knows whether this happened.";

/** One call of a tool in a run. */
export interface RunStep {
  readonly callId: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Undefined: nothing of the call has run. */
  readonly permission: PermissionDecision | undefined;
  readonly result: { readonly isError: boolean; readonly text: string } | undefined;
}

/** The calls of a run in their order. */
export function stepsOf({ entries }: LogState, runId: string): readonly RunStep[] {
  const steps = new Map<string, RunStep>();
  for (const { body } of entries) {
    if (body.kind === "call" && body.runId === runId) {
      const { callId, tool, args } = body;
      steps.set(callId, { callId, tool, args, permission: undefined, result: undefined });
    }
    const step = "callId" in body ? steps.get(body.callId) : undefined;
    if (step === undefined) continue;
    if (body.kind === "permission") {
      steps.set(step.callId, { ...step, permission: body.decision });
    } else if (body.kind === "result") {
      const { isError, text } = body;
      steps.set(step.callId, { ...step, result: { isError, text } });
    }
  }
  return [...steps.values()];
}

/** What closes whatever other runs left open (SC104). */
export function orphanBodies(state: LogState, runId: string): readonly SegmentBody[] {
  const calls = state.openCalls.filter((call) => call.runId !== runId);
  const open = state.openRun;
  return [
    ...calls.map(({ callId }) => closedCall(callId)),
    ...open === undefined || open.runId === runId ? [] : [{
      kind: "run-end" as const,
      runId: open.runId,
      result: { kind: "failed" as const, reason: "interrupted", detail: "It never came back" },
    }],
  ];
}

/** Of private work that is given up: what was shown of its answer (SC84). */
export function partialAnswer(
  { work }: Pick<InputRecord, "work">,
  runId: string,
  text: string,
): readonly SegmentBody[] {
  return work === undefined || text === "" ? [] : [{ kind: "said", runId, text, isPartial: true }];
}

export function closedCall(callId: string): SegmentBody {
  return { kind: "result", callId, isError: true, text: INTERRUPTED };
}

/** Notifications that the prompts of this run show: those no earlier run had, and later ones. */
export function noticesOf(
  { entries }: LogState,
  runId: string,
  noticesMax: number,
): readonly NoteEntry[] {
  const ownStart = entries.find(({ body }) => body.kind === "run-start" && body.runId === runId);
  const mark = entries
    .filter((entry) => ownStart === undefined || entry.index < ownStart.index)
    .reduce((newest, entry) => Math.max(newest, markOf(entry)), 0);
  return entries
    .filter(({ index }) => index >= mark)
    .flatMap(({ body }) => body.kind === "note" ? [body] : [])
    .slice(-noticesMax);
}

function markOf({ body, index }: SegmentEntry): number {
  if (body.kind !== "run-start" || body.cause.kind === "memory") return 0;
  return body.readTo ?? index;
}
