/**
 * A run off the room's turns: a task, notices, a run that goes on, or a job of this device. Its
 * result stays in the session's log.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC114 Private work ends with what was said, used and came of it in one transaction; work that
 *         has nothing to do, or nothing it could do it with, ends by name without a model call.
 */

import { assert } from "../../base/assert.ts";
import type { PrivateWork } from "../../ports/peer-store.ts";
import { encodeSegment } from "../log/decode-segment.ts";
import type { RunResult, SegmentBody } from "../log/segments.ts";
import { callModel } from "./call-model.ts";
import type { Performed } from "./perform-turn.ts";
import { promptContext } from "./prompt-context.ts";
import { resultOfAgain, resultOfOutcome } from "./run-result.ts";
import { type JobModel, needOf, type Run, type RunDeps, wholeUsage } from "./run.ts";
import { useTools } from "./use-tools.ts";

export async function performPrivate(deps: RunDeps, run: Run): Promise<Performed> {
  const { work } = run.input;
  assert(work !== undefined, `Cannot perform input ${run.input.id} in private: it is of a turn`);
  switch (work.kind) {
    case "note": // Its words are in the log since it was accepted, and enter the next prompt.
      return endPrivate(deps, run, "noted", [], { kind: "finished" });
    case "memory":
    case "compact":
      return await performJob(deps, run, work);
    case "task":
    case "wake":
    case "resume":
      return await converse(deps, run, work);
  }
}

async function converse(
  deps: RunDeps,
  run: Run,
  work: Extract<PrivateWork, { readonly kind: "task" | "wake" | "resume" }>,
): Promise<Performed> {
  const contextNow = () => promptContext(deps.log.state(), run.input, run.runId, deps.limits);
  const { extras, privately } = contextNow();
  if (work.kind === "wake" && extras.notices.length === 0) {
    return endPrivate(deps, run, "nothing-to-do", [], { kind: "finished" });
  }
  if (work.kind === "resume" && privately?.task === undefined && extras.notices.length === 0) {
    const detail = `There is no run ${work.of} to go on with`;
    return endPrivate(deps, run, "failed:run-unknown", [], {
      kind: "failed",
      reason: "run-unknown",
      detail,
    });
  }
  const used = await useTools(deps, run);
  if (used.kind === "retry" || used.kind === "interrupted") return again(used);
  const answer = used.kind === "settled" ? used : await callModel(deps, run, {
    purpose: "speak",
    isSeen: true,
    build: (shrinks, signal) =>
      deps.buildRequest(run.input, {
        ...needOf(run, shrinks),
        context: contextNow(),
        decide: undefined,
        problem: undefined,
      }, signal),
  });
  if (answer.kind !== "settled") return again(answer);
  const { outcome } = answer;
  const result = resultOfOutcome(outcome, used.kind === "answer" ? used.limit : undefined);
  const said: readonly SegmentBody[] = outcome.kind === "replied"
    ? [{ kind: "said", runId: run.runId, text: outcome.text }]
    : [];
  const word = "reason" in outcome ? `${outcome.kind}:${outcome.reason}` : outcome.kind;
  return endPrivate(deps, run, word, said, result);
}

async function performJob(
  deps: RunDeps,
  run: Run,
  work: Extract<PrivateWork, { readonly kind: "memory" | "compact" }>,
): Promise<Performed> {
  const { jobs } = deps;
  if (jobs === undefined) {
    const detail = `This host has no ${work.kind} jobs`;
    return endPrivate(deps, run, "failed:no-jobs", [], {
      kind: "failed",
      reason: "no-jobs",
      detail,
    });
  }
  const model = jobModel(deps, run);
  const { input, signal } = run;
  const end = work.kind === "memory"
    ? await jobs.memory(input, work.job, model, signal)
    : await jobs.compact(input, model, signal);
  if (end.kind !== "ended") return again(end);
  return endPrivate(deps, run, end.outcome, end.segments, end.result);
}

function jobModel(deps: RunDeps, run: Run): JobModel {
  return {
    async ask(purpose, build) {
      const answer = await callModel(deps, run, { purpose, build, isSeen: false });
      if (answer.kind !== "settled") return answer;
      const { outcome, text } = answer;
      if (outcome.kind === "replied" || outcome.kind === "silent") return { kind: "text", text };
      return outcome.kind === "failed"
        ? { kind: "failed", reason: outcome.reason, detail: outcome.detail ?? "" }
        : { kind: "failed", reason: outcome.kind, detail: "" };
    },
  };
}

function again(outcome: Parameters<typeof resultOfAgain>[0]): Performed {
  return { outcome, result: resultOfAgain(outcome) };
}

/** Ends the input with everything that the session keeps of it (SC114). */
function endPrivate(
  deps: Pick<RunDeps, "clock">,
  run: Run,
  outcome: string,
  bodies: readonly SegmentBody[],
  result: RunResult,
): Performed {
  const at = deps.clock.epochNow();
  const isIdle = run.sums.calls === 0 && bodies.length === 0 && !run.journal.isBegun();
  const isSilent = isIdle && result.kind === "finished";
  const kept = isSilent || run.input.work?.kind === "compact"
    ? bodies
    : run.journal.endWith(bodies, wholeUsage(run.sums.usage), result);
  const segments = kept.map((body) => encodeSegment(body, at));
  return { outcome: { kind: "ended", outcome, segments }, result };
}
