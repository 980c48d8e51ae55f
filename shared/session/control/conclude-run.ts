/**
 * Concludes a run: what of its end must be stored before the ledger hears of it, and what of a
 * paused run when it is abandoned.
 *
 * Does not own the run (run-driver.ts), nor the decision (close-run.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC74  A cancelled run's input is ended before the cancel is answered; of a turn the whole room
 *         is told first.
 */

import { unreachable } from "../../base/assert.ts";
import { raceSignal } from "../../base/race.ts";
import { ok, type Result } from "../../base/result.ts";
import { isLivePhase } from "../../ledger/input-life.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import { decideRunEnd, type Interruption, type RunFacts } from "./close-run.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import type { SessionRefusal } from "./requests.ts";
import type { RunEnds } from "./run-ends.ts";

/** How a run in progress ended. */
export type RunOver =
  | { readonly kind: "finished" | "paused" | "interrupted" }
  /** Its end in the ledger is still to come. */
  | { readonly kind: "cancelled" | "withdrawn"; readonly input: InputRecord }
  /** The interruption could not be stored: the run is taken again. */
  | { readonly kind: "refused"; readonly error: StorageError };

export interface Concluded {
  readonly over: RunOver;
  /** For the ledger. */
  readonly outcome: PerformOutcome;
}

export interface ConcludeDeps {
  readonly deps: Pick<ControllerDeps, "log" | "ledger" | "stopTurn" | "trace">;
  readonly ends: RunEnds;
  /** Stores that the session is paused, and at which input. */
  readonly pauseAt: (inputId: string) => Promise<Result<void, StorageError>>;
}

export interface Ending {
  readonly input: InputRecord;
  readonly facts: RunFacts;
  readonly interruption: Interruption | undefined;
  /** Why the ledger aborted the run, if it did. */
  readonly taken: unknown;
}

/** Aborting `life` cancels the waits: what was not stored by then is not, and the run is lost. */
export async function concludeRun(
  { deps, ends, pauseAt }: ConcludeDeps,
  { input, facts, interruption, taken }: Ending,
  outcome: PerformOutcome,
  life: AbortSignal,
): Promise<Concluded> {
  const end = decideRunEnd(outcome, interruption, taken);
  switch (end.kind) {
    case "finished":
      return { over: { kind: "finished" }, outcome };
    case "withdrawn":
      return { over: { kind: "withdrawn", input }, outcome };
    case "paused": {
      const paused = { kind: "paused", partialText: end.partialText } as const;
      const saved = await pauseAt(input.id);
      if (!saved.ok) return { over: { kind: "refused", error: saved.error }, outcome: paused };
      await logPause(deps, ends, facts, life);
      return { over: { kind: "paused" }, outcome: paused };
    }
    case "cancelled": { // SC74
      const { partialText } = end;
      const told = await stopInput(deps, input, life);
      if (told.ok) {
        return { over: { kind: "cancelled", input }, outcome: { kind: "cancelled", partialText } };
      }
      // Taken again without a lost attempt, as after a pause.
      return {
        over: { kind: "refused", error: told.error },
        outcome: { kind: "paused", partialText },
      };
    }
    case "interrupted": {
      const { reason } = end;
      const { runId } = facts;
      deps.log.publish({ kind: "run-end", runId, result: { kind: "interrupted", reason } });
      const over = { kind: "interrupted" } as const;
      if (interruption !== "shutdown" || outcome.kind !== "cancelled") return { over, outcome };
      return { over, outcome: { kind: "paused", partialText: outcome.partialText } };
    }
    default:
      return unreachable(end);
  }
}

/** Ends a paused input, if it lives still. Aborting cancels the wait. */
export async function abandonInput(
  { deps, ends }: Pick<ConcludeDeps, "deps" | "ends">,
  inputId: string | undefined,
  inputsMax: number,
  signal: AbortSignal,
): Promise<Result<void, SessionRefusal>> {
  if (inputId === undefined) return ok(undefined);
  const inputs = await raceSignal(deps.ledger.inputs(inputsMax, signal), signal);
  if (!inputs.ok) return inputs;
  const input = inputs.value.find((one) => one.id === inputId);
  if (input !== undefined && isLivePhase(input.phase)) {
    const ended = ends.watch(input);
    const told = await stopInput(deps, input, signal);
    if (!told.ok) return told;
    await raceSignal(ended, signal);
  }
  return await ends.settle(signal);
}

async function stopInput(
  { ledger, stopTurn }: ConcludeDeps["deps"],
  input: InputRecord,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const isTurn = input.work === undefined;
  const told = isTurn ? await raceSignal(stopTurn(input, signal), signal) : ok(undefined);
  if (told.ok) ledger.withdraw(input.id, "stopped");
  return told;
}

async function logPause(
  { log, trace }: ConcludeDeps["deps"],
  ends: RunEnds,
  { runId }: RunFacts,
  life: AbortSignal,
): Promise<void> {
  if (log.state().openRun?.runId === runId) {
    const end = { kind: "run-end", runId, result: { kind: "paused" } } as const;
    const ended = await raceSignal(log.append([end], life), life);
    // The pause stands; the log says so when the run goes on or is abandoned.
    if (!ended.ok) trace.write("warn", "pause-not-logged", { kind: ended.error.kind });
  }
  const settled = await ends.settle(life);
  if (!settled.ok) trace.write("warn", "log-behind", { kind: settled.error.kind });
}
