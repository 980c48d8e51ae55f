/**
 * Tools of a run: the unseen question what to do, and the calls between two model calls.
 *
 * Owns the steps of one run. Does not own the answer (perform-turn.ts, perform-private.ts), a call
 * (tools/call-tool.ts) nor the rules. The steps are those in the session's log, so that a run
 * behind a crash finds itself where it was (study 3.23, incident 5).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC108 A run is asked what to do only when some tool is offered, at most `toolStepsMax` times;
 *         after that, or beyond `runTokensMax` or `toolMsMax`, it answers from what there is and
 *         ends as limited.
 *   SC109 An answer that cannot be read is asked for once more with what was wrong; then the run
 *         goes on without a tool and an alert says so.
 *   SC110 A call is stored before it runs and its result before the next question; when that cannot
 *         be stored nothing runs and the input is tried again.
 *   SC111 A denied call is a result that the model reads.
 */

import { assert } from "../../base/assert.ts";
import { ok, type Result } from "../../base/result.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { RunResult, SegmentBody } from "../log/segments.ts";
import { askUntilRead } from "../decisions/decision.ts";
import { type ToolChoice, toolDecision } from "../decisions/tool-choice.ts";
import { callTool, errorResult, type ToolResult } from "../tools/call-tool.ts";
import { checkArgs } from "../tools/check-args.ts";
import { decidePermission, offeredTools } from "../tools/permissions.ts";
import type { ToolArgs } from "../tools/tool.ts";
import { callModel, type ModelAnswer } from "./call-model.ts";
import { promptContext } from "./prompt-context.ts";
import { INTERRUPTED, type RunStep, stepsOf } from "./run-steps.ts";
import { needOf, type Run, type RunDeps, tellAlert, type ToolBox } from "./run.ts";

const DENIED = "Denied: the rules do not allow this. Answer without it.";
const DENIED_BY_PERSON = "Denied by a person. Answer without it.";
const UNANSWERED = "Denied: nobody answered the question for permission. Answer without it.";

type Limit = Extract<RunResult, { readonly kind: "limit-reached" }>["limit"];
type Again = Extract<PerformOutcome, { readonly kind: "retry" | "interrupted" }>;

export type ToolsEnd =
  | { readonly kind: "answer"; readonly limit: Limit | undefined }
  | Again
  /** The room settled it otherwise; as `NotBuilt`. */
  | Extract<Awaited<ReturnType<typeof callModel>>, { readonly kind: "settled" }>;

type Decided =
  /** Undefined for none. */
  | { readonly kind: "decided"; readonly choice: ToolChoice | undefined }
  | Exclude<ToolsEnd, { readonly kind: "answer" }>;

/** Runs the steps of a run until it is to answer. Aborting cancels the work. */
export async function useTools(deps: RunDeps, run: Run): Promise<ToolsEnd> {
  const box = deps.tools(run.input);
  const begun = stepsOf(deps.log.state(), run.runId);
  if (box === undefined && begun.length === 0) return { kind: "answer", limit: undefined };
  const { tools = [], rules = [] } = box ?? {};
  assert(tools.length <= deps.toolLimits.toolsMax, `Cannot offer ${tools.length} tools: too many`);
  const hand: ToolBox = { tools, rules };
  for (let isFirst = true;; isFirst = false) {
    const steps = stepsOf(deps.log.state(), run.runId);
    const last = steps.at(-1);
    if (last !== undefined && last.result === undefined) {
      const stored = await finishStep(deps, run, hand, last, !isFirst);
      if (!stored.ok) return notStored(deps, run, stored.error);
      continue;
    }
    if (offeredTools(rules, tools).length === 0) return { kind: "answer", limit: undefined };
    const limit = limitOf(deps, run, steps.length); // SC108
    if (limit !== undefined) return { kind: "answer", limit };
    const decided = await askWhatToDo(deps, run, hand);
    if (decided.kind !== "decided") return decided;
    if (decided.choice === undefined) return { kind: "answer", limit: undefined };
    const stored = await beginStep(deps, run, hand, decided.choice, steps.length);
    if (!stored.ok) return notStored(deps, run, stored.error);
  }
}

function limitOf({ clock, limits }: RunDeps, run: Run, steps: number): Limit | undefined {
  if (steps >= limits.toolStepsMax) return "steps";
  const { promptTokens, generatedTokens } = run.sums.usage;
  if (promptTokens + generatedTokens >= limits.runTokensMax) return "tokens";
  return clock.now() - run.startedAt >= limits.toolMsMax ? "time" : undefined;
}

/** One decision; a reply that cannot be read is asked for once more (SC109). */
async function askWhatToDo(deps: RunDeps, run: Run, { tools, rules }: ToolBox): Promise<Decided> {
  const offered = offeredTools(rules, tools);
  const decision = toolDecision(offered, tools, deps.toolLimits);
  const { answer, decided } = await askUntilRead(async (problem) => {
    const said = await callModel(deps, run, {
      purpose: "decide",
      isSeen: false,
      build: (shrinks, signal) => {
        const context = promptContext(deps.log.state(), run.input, run.runId, deps.limits);
        const decide = { tools: offered, answers: decision.answers };
        const need = { ...needOf(run, shrinks), context, decide, problem };
        return deps.buildRequest(run.input, need, signal);
      },
    });
    return { answer: said, decided: isSaid(said) ? decision.read(said.text) : undefined };
  }, (asked) => asked.decided);
  switch (decided?.kind) {
    case "chosen":
      return { kind: "decided", choice: decided.choice };
    case "declined":
      return { kind: "decided", choice: undefined };
    case "unreadable":
      return withoutTool(deps, run, "tool-reply-unreadable", decided.problem);
    case undefined:
      break;
  }
  if (answer.kind !== "settled" || !answer.isAsked || answer.outcome.kind !== "failed") {
    return answer;
  }
  const { reason, detail } = answer.outcome;
  return withoutTool(deps, run, "tool-question-failed", `${reason}: ${detail ?? ""}`);
}

/** The model was asked and ended by itself; an empty reply is one that cannot be read. */
function isSaid(
  answer: ModelAnswer,
): answer is Extract<ModelAnswer, { readonly kind: "settled" }> {
  if (answer.kind !== "settled" || !answer.isAsked) return false;
  return answer.outcome.kind !== "failed" || answer.outcome.reason === "empty";
}

function withoutTool(deps: RunDeps, run: Run, code: string, detail: string): Decided {
  tellAlert(deps, run, { level: "warn", source: "tools", code, detail });
  return { kind: "decided", choice: undefined };
}

/** Stores the call, and with it what the rules say of it (SC110). */
async function beginStep(
  deps: RunDeps,
  run: Run,
  { rules }: ToolBox,
  { tool, args }: ToolChoice,
  step: number,
): Promise<Result<void, StorageError>> {
  const { runId } = run;
  const callId = `${runId}/${step}`;
  const { decision, by } = decidePermission(rules, tool.name, args);
  const call: SegmentBody = { kind: "call", runId, callId, tool: tool.name, args };
  const stored = await run.journal.keep(
    decision === "ask" ? [call] : [call, { kind: "permission", callId, decision, by }],
    run.signal,
  );
  if (stored.ok) run.teller.tell({ kind: "tool-call", runId, callId, tool: tool.name, args });
  return stored;
}

/** Brings a stored call to its result. `isFresh`: this run stored it, so nothing of it has run. */
async function finishStep(
  deps: RunDeps,
  run: Run,
  box: ToolBox,
  step: RunStep,
  isFresh: boolean,
): Promise<Result<unknown, StorageError>> {
  const { toolLimits } = deps;
  const { callId } = step;
  const tool = box.tools.find((one) => one.name === step.tool);
  const end = async (result: ToolResult): Promise<Result<void, StorageError>> => {
    const { isError, text } = result;
    if (result.isCut) {
      const detail = `${step.tool}: ${text.length} characters kept`;
      tellAlert(deps, run, { level: "warn", source: "tools", code: "tool-result-cut", detail });
    }
    const stored = await run.journal.keep([{ kind: "result", callId, isError, text }], run.signal);
    if (stored.ok) run.teller.tell({ kind: "tool-result", callId, isError });
    return stored;
  };
  if (tool === undefined) return await end(errorResult("There is no such tool now", toolLimits));
  const args = checkArgs(tool, step.args);
  if (!args.ok) return await end(errorResult(args.error.detail, toolLimits));
  if (step.permission === undefined) {
    const denial = await permit(deps, run, box, step, args.value);
    if (!denial.ok || denial.value === undefined) return denial;
    return await end(errorResult(denial.value, toolLimits));
  }
  if (step.permission === "deny") return await end(errorResult(DENIED, toolLimits)); // SC111
  const mayHaveRun = !isFresh && !tool.isRepeatable;
  if (mayHaveRun) return await end(errorResult(INTERRUPTED, toolLimits)); // SC103
  const { roomId, persona: session } = run.input;
  const call = { roomId, session, runId: run.runId, callId, args: args.value };
  return await end(
    await callTool(tool, call, { clock: deps.clock, limits: toolLimits }, run.signal),
  );
}

/**
 * Asks the rules, or a person, about a call of which nothing has run, and stores the word; resolves
 * to why it was denied.
 */
async function permit(
  deps: RunDeps,
  run: Run,
  { rules }: ToolBox,
  { callId, tool }: RunStep,
  args: ToolArgs,
): Promise<Result<string | undefined, StorageError>> {
  const ruled = decidePermission(rules, tool, args);
  const { decision, by } = ruled.decision === "ask"
    ? await deps.asks.ask({ callId, tool, args }, run.signal)
    : { decision: ruled.decision, by: ruled.by };
  const word: SegmentBody = { kind: "permission", callId, decision, by };
  const stored = await run.journal.keep([word], run.signal);
  if (!stored.ok || decision === "allow") return stored.ok ? ok(undefined) : stored;
  const isUnanswered = ruled.decision === "ask" && by === "default";
  return ok(isUnanswered ? UNANSWERED : by === "person" ? DENIED_BY_PERSON : DENIED);
}

function notStored(deps: RunDeps, run: Run, error: StorageError): Again {
  tellAlert(deps, run, {
    level: "error",
    source: "store",
    code: "call-not-stored",
    detail: error.kind,
  });
  const afterMs = deps.limits.busyRetryMs;
  return { kind: "retry", afterMs, reason: error.kind, partialText: undefined };
}
