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
import { closeRun, decideRunEnd, hasEnded, type Interruption, isPausedIn } from "./close-run.ts";
import type { SegmentBody } from "../log/segments.ts";
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
  /** Stores that the session is paused. */
  readonly pause: () => Promise<Result<void, StorageError>>;
}

export interface Ending {
  readonly input: InputRecord;
  readonly interruption: Interruption | undefined;
  /** Why the ledger aborted the run, if it did. */
  readonly taken: unknown;
}

/** Aborting `life` cancels the waits: what was not stored by then is not, and the run is lost. */
export async function concludeRun(
  { deps, ends, pause }: ConcludeDeps,
  { input, interruption, taken }: Ending,
  outcome: PerformOutcome,
  life: AbortSignal,
): Promise<Concluded> {
  const end = decideRunEnd(outcome, interruption, taken);
  switch (end.kind) {
    case "finished":
      return { over: { kind: "finished" }, outcome };
    case "withdrawn":
      await logEnd(deps, input, outcome, life);
      return { over: { kind: "withdrawn", input }, outcome };
    case "paused": {
      const paused = { kind: "paused", partialText: end.partialText } as const;
      const saved = await pause();
      if (!saved.ok) return { over: { kind: "refused", error: saved.error }, outcome: paused };
      await logPause(deps, ends, input.id, life);
      return { over: { kind: "paused" }, outcome: paused };
    }
    case "cancelled": { // SC74
      const { partialText } = end;
      const told = await tellRoom(deps, input, life);
      if (told.ok) {
        await logEnd(deps, input, outcome, life);
        deps.ledger.withdraw(input.id, "stopped");
        return { over: { kind: "cancelled", input }, outcome: { kind: "cancelled", partialText } };
      }
      // Taken again without a lost attempt, as after a pause.
      return {
        over: { kind: "refused", error: told.error },
        outcome: { kind: "paused", partialText },
      };
    }
    case "interrupted": {
      const over = { kind: "interrupted" } as const;
      if (interruption !== "shutdown" || outcome.kind !== "cancelled") return { over, outcome };
      if (input.work !== undefined) await logEnd(deps, input, outcome, life); // SC76
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
    const told = await tellRoom(deps, input, signal);
    if (!told.ok) return told;
    deps.ledger.withdraw(input.id, "stopped");
    await raceSignal(ended, signal);
  }
  return await ends.settle(signal);
}

async function tellRoom(
  { stopTurn }: ConcludeDeps["deps"],
  input: InputRecord,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  if (input.work !== undefined) return ok(undefined);
  return await raceSignal(stopTurn(input, signal), signal);
}

/** A run that wrote nothing has its end in the log nevertheless: a parent is told from there. */
async function logEnd(
  deps: ConcludeDeps["deps"],
  input: InputRecord,
  outcome: PerformOutcome,
  life: AbortSignal,
): Promise<void> {
  const { log } = deps;
  if (hasEnded(log.state(), input.id)) return;
  const seen = "partialText" in outcome ? outcome.partialText : undefined;
  const partialText = seen ?? input.partialText;
  const gone: InputRecord = { ...input, phase: "abandoned", reason: "stopped", partialText };
  await logOr(deps, closeRun(log.state(), input.id, gone), life);
}

async function logPause(
  deps: ConcludeDeps["deps"],
  ends: RunEnds,
  runId: string,
  life: AbortSignal,
): Promise<void> {
  if (!isPausedIn(deps.log.state(), runId)) {
    await logOr(deps, [{ kind: "run-end", runId, result: { kind: "paused" } }], life);
  }
  const settled = await ends.settle(life);
  if (!settled.ok) deps.trace.write("warn", "log-behind", { kind: settled.error.kind });
}

/** The interruption stands though the log does not tell of it yet: the run's end will (SC69). */
async function logOr(
  { log, trace }: ConcludeDeps["deps"],
  bodies: readonly SegmentBody[],
  life: AbortSignal,
): Promise<void> {
  const stored = await raceSignal(log.append(bodies, life), life);
  if (!stored.ok) trace.write("warn", "end-not-logged", { kind: stored.error.kind });
}
