/**
 * A run of a turn: tools, then the reply, which settles the attempt.
 *
 * Owns the order. Does not own the steps.
 */

import type { PerformOutcome, SettledAttempt } from "../../ledger/outcome.ts";
import { encodeSegment } from "../log/decode-segment.ts";
import { askUntilRead } from "../decisions/decision.ts";
import type { RunResult, SegmentBody } from "../log/segments.ts";
import { callModel, type ModelAnswer } from "./call-model.ts";
import { promptContext } from "./prompt-context.ts";
import { resultOfAgain, resultOfOutcome } from "./run-result.ts";
import { needOf, noUsage, type Run, type RunDeps, timesOf, wholeUsage } from "./run.ts";
import { useTools } from "./use-tools.ts";

export interface Performed {
  readonly outcome: PerformOutcome;
  readonly result: RunResult;
}

export async function performTurn(deps: RunDeps, run: Run): Promise<Performed> {
  const used = await useTools(deps, run);
  if (used.kind === "settled") return settle(deps, run, used, undefined);
  if (used.kind !== "answer") return { outcome: used, result: resultOfAgain(used) };
  // Only a vote is asked for again: what people saw of a reply stays (IN96).
  const answer = await askUntilRead((problem) =>
    callModel(deps, run, {
      purpose: "speak",
      isSeen: true,
      build: (shrinks, signal) => {
        const context = promptContext(deps.log.state(), run.input, run.runId, deps.limits);
        const need = { ...needOf(run, shrinks), context, decide: undefined, problem };
        return deps.buildRequest(run.input, need, signal);
      },
    }), (said) => said.kind === "settled" ? said.decided : undefined);
  if (answer.kind !== "settled") return { outcome: answer, result: resultOfAgain(answer) };
  return settle(deps, run, answer, used.limit);
}

/** Ends the attempt; what the session keeps of it is in the same transaction (SC102). */
function settle(
  deps: RunDeps,
  run: Run,
  { outcome, seenSeq, isAsked }: Extract<ModelAnswer, { readonly kind: "settled" }>,
  limit: Extract<RunResult, { readonly kind: "limit-reached" }>["limit"] | undefined,
): Performed {
  const { input: { turn, attempt }, runId, sums, ready } = run;
  const result = resultOfOutcome(outcome, limit);
  const said: SegmentBody = {
    kind: "settled",
    runId,
    turn,
    attempt,
    outcome: "reason" in outcome ? `${outcome.kind}:${outcome.reason}` : outcome.kind,
    seenSeq,
  };
  const usage = wholeUsage(sums.usage);
  const isKept = isAsked || run.journal.isBegun();
  const bodies = isKept ? run.journal.endWith([said], usage, result) : [];
  const at = deps.clock.epochNow();
  const settled: SettledAttempt = {
    outcome,
    seenSeq,
    ...isAsked ? { modelId: ready.modelId, lane: ready.lane } : {},
    times: timesOf(run, deps.clock.now()),
    ...sums.usage === noUsage ? {} : { usage },
    ...bodies.length === 0 ? {} : { segments: bodies.map((body) => encodeSegment(body, at)) },
  };
  return { outcome: { kind: "done", settled }, result };
}
