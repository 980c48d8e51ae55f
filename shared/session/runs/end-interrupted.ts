/** What becomes of a run that was cancelled or paused while it was at work. */

import { raceFirst } from "../../base/race.ts";
import type { SegmentBody } from "../log/segments.ts";
import { endPrivate } from "./perform-private.ts";
import type { Performed } from "./perform-turn.ts";
import { resultOfInterrupt } from "./run-result.ts";
import { closedCall, stepsOf } from "./run-steps.ts";
import { type Run, type RunDeps, seenText, tellAlert } from "./run.ts";

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
  if (how === "paused" && result.kind === "rolled-back") { // SC113
    return endPrivate(deps, run, "rolled-back", [], result);
  }
  const isFinal = how === "paused" || isWithdrawn(signal.reason);
  if (isFinal && run.journal.isBegun()) {
    const open = how === "paused" ? [] : steps.filter((step) => step.result === undefined);
    await closeRun(deps, run, [
      ...open.map(({ callId }) => closedCall(callId)),
      { kind: "run-end", runId: run.runId, result },
    ]);
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
