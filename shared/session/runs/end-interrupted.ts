/** What becomes of a run that was cancelled or paused while it was at work. */

import { raceFirst } from "../../base/race.ts";
import type { SegmentBody } from "../log/segments.ts";
import type { Performed } from "./perform-turn.ts";
import { resultOfInterrupt } from "./run-result.ts";
import { closedCall, partialAnswer, stepsOf } from "./run-steps.ts";
import { type Run, type RunDeps, seenText, tellAlert, wholeUsage } from "./run.ts";

/**
 * `signal` is the ledger's: not aborted means a pause. What a cancel for good leaves open in the
 * log is closed, as far as the store does it at once; the next run closes the rest (SC104).
 */
export async function endInterrupted(
  deps: RunDeps,
  run: Run,
  signal: AbortSignal,
): Promise<Performed> {
  const { work } = run.input;
  const partialText = seenText(run);
  const how = signal.aborted ? "cancelled" : "paused";
  const steps = stepsOf(deps.log.state(), run.runId);
  const hasActed = partialText !== undefined || steps.length > 0;
  const task = work?.kind === "task" ? work.text : undefined;
  const result = resultOfInterrupt({ how, hasActed, task });
  const { runId, journal } = run;
  if (how === "paused" && journal.isBegun()) {
    await closeRun(deps, run, [{ kind: "run-end", runId, result }]);
  }
  const said = partialAnswer(run.input, runId, partialText ?? run.input.partialText);
  const isGone = how === "cancelled" && isWithdrawn(signal.reason);
  if (isGone && (journal.isBegun() || said.length > 0)) { // SC84
    const open = steps.filter((step) => step.result === undefined);
    const bodies = [...open.map(({ callId }) => closedCall(callId)), ...said];
    await closeRun(deps, run, journal.endWith(bodies, wholeUsage(run.sums.usage), result));
  }
  return { outcome: { kind: how, partialText }, result };
}

function isWithdrawn(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && "kind" in reason &&
    reason.kind === "withdrawn";
}

async function closeRun(deps: RunDeps, run: Run, bodies: readonly SegmentBody[]): Promise<void> {
  const { clock, log, limits } = deps;
  const never = new AbortController().signal;
  const detail = await raceFirst<string | undefined>([
    async (inner) => {
      const stored = await log.append(bodies, inner);
      return stored.ok ? undefined : stored.error.kind;
    },
    async (inner) => {
      await clock.sleep(limits.cancelAckMsMax, inner);
      return "late";
    },
  ], never);
  if (detail === undefined) return;
  tellAlert(deps, run, { level: "warn", source: "store", code: "end-not-stored", detail });
}
