/**
 * One run of an input, from its staging to its outcome.
 *
 * Owns the cancellation of the work and the time it may take. Does not own the rows nor what the
 * outcome leads to (drain.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG34  A run that takes longer than `runMsMax` is cancelled and counts as an attempt; work that
 *         does not end within `cancelMsMax` of its abort is given up, so that nothing waits for it.
 */

import { Defect } from "../base/assert.ts";
import { raceFirst, raceSignal } from "../base/race.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { LedgerLimits } from "./limits.ts";
import type { PerformOutcome } from "./outcome.ts";
import type { Place } from "./places.ts";

export interface PerformDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LedgerLimits;
  /** Does the work. Aborting `signal` must stop the work itself, not only the waiting for it. */
  readonly perform: (input: InputRecord, signal: AbortSignal) => Promise<PerformOutcome>;
}

export interface Run {
  readonly input: InputRecord;
  readonly place: Place;
  readonly controller: AbortController;
}

/** Reason of the abort of a run that took too long. */
export interface RunLimitAbort {
  readonly kind: "run-limit";
}

/** Resolves to what came of it; aborting `signal` cancels the work and rejects with its reason. */
export async function performInput(
  deps: PerformDeps,
  { input, controller, place }: Run,
  signal: AbortSignal,
): Promise<PerformOutcome> {
  const { clock, limits, log } = deps;
  const onAbort = (): void => controller.abort(signal.reason);
  const onLost = (): void => controller.abort(place.signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  place.signal.addEventListener("abort", onLost, { once: true });
  if (place.signal.aborted) onLost(); // While it was staged.
  try {
    // LG22: taken out while its staging waited for the store.
    if (controller.signal.aborted) return { kind: "cancelled", partialText: undefined };
    // LG19: an outcome that comes with or after the abort is dropped, here or by the store.
    return await raceFirst<PerformOutcome>([
      (inner) => raceSignal(deps.perform(input, controller.signal), inner),
      (inner) => place.hold(inner),
      async (inner) => { // LG34
        const limit: RunLimitAbort = { kind: "run-limit" };
        await raceSignal(clock.sleep(limits.runMsMax, inner), controller.signal)
          .then(() => controller.abort(limit), () => undefined); // Aborted otherwise: as well.
        await clock.sleep(limits.cancelMsMax, inner);
        log.write("error", "perform-given-up", { inputId: input.id });
        return { kind: "cancelled", partialText: undefined };
      },
    ], signal);
  } catch (error) {
    // Actor shell: cancellation and defects keep their class, all else may be cured by a retry.
    if (signal.aborted) throw signal.reason;
    if (controller.signal.aborted) return { kind: "cancelled", partialText: undefined };
    if (error instanceof Defect) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    log.write("error", "perform-threw", { inputId: input.id, reason });
    return { kind: "interrupted", reason, partialText: undefined };
  } finally {
    signal.removeEventListener("abort", onAbort);
    place.signal.removeEventListener("abort", onLost);
  }
}
