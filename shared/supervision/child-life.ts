/**
 * The waits in a child's life: starting it, noticing that it makes no progress, ending it.
 *
 * Owns the races of SV11, SV12 and SV14. Does not own the phases (supervise.ts).
 */

import { Defect } from "../base/assert.ts";
import { raceFirst } from "../base/race.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { ChildExit, ChildSpec, RunningChild } from "./child.ts";
import type { SupervisionLimits } from "./limits.ts";

/** Starts a child within `readyStallMsMax`. Aborting cancels the work; a late child is killed. */
export async function startChild<Info>(
  spec: ChildSpec<Info>,
  limits: SupervisionLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<RunningChild<Info>, ChildExit>> {
  let starting: Promise<RunningChild<Info>> | undefined;
  const killLate = (): void => {
    // SV14. Owner: nobody waits for it any more, its end is only reaped; a rejection is absorbed.
    void starting?.then((late) => late.kill(), () => undefined);
  };
  try {
    const running = await raceFirst<RunningChild<Info> | undefined>([
      (inner) => starting = spec.start(inner),
      async (inner) => {
        await clock.sleep(limits.readyStallMsMax, inner);
        return undefined;
      },
    ], signal);
    if (running !== undefined) return ok(running);
    killLate();
    const detail = `${spec.name} did not start within ${limits.readyStallMsMax} ms`;
    return err({ kind: "failed", reason: { kind: "start-stalled", detail } });
  } catch (error) {
    killLate();
    if (signal.aborted) throw signal.reason;
    return err(exitFromError("start-failed", error));
  }
}

/** Resolves after `readyStallMsMax` without progress. Aborting cancels the wait. */
export async function stallOf<Info>(
  child: RunningChild<Info>,
  limits: SupervisionLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<ChildExit> {
  for (;;) {
    const before = child.progress?.();
    await clock.sleep(limits.readyStallMsMax, signal);
    if (child.progress?.() !== before) continue;
    const detail = `Not ready and without progress for ${limits.readyStallMsMax} ms`;
    return { kind: "failed", reason: { kind: "ready-stalled", detail } };
  }
}

/** Asks the child to end, kills it after `stopGraceMs`, waits until it is gone (SV12). */
export async function endChild<Info>(
  child: RunningChild<Info>,
  limits: SupervisionLimits,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { stopGraceMs, reapMsMax } = limits;
  if (stopGraceMs > 0) {
    try {
      await raceFirst<unknown>([
        async (inner) => {
          await child.stop(stopGraceMs, inner);
          await child.exited;
        },
        () => child.exited,
        (inner) => clock.sleep(stopGraceMs, inner),
      ], signal);
    } catch (error) {
      // A child that cannot be asked is killed like one that does not listen.
      if (signal.aborted) throw signal.reason;
      log.write("warn", "stop-failed", { detail: String(error) });
    }
  }
  child.kill();
  const isGone = await raceFirst<boolean>([
    async () => {
      await child.exited;
      return true;
    },
    async (inner) => {
      await clock.sleep(reapMsMax, inner);
      return false;
    },
  ], signal);
  if (!isGone) log.write("error", "child-not-reaped", { reapMsMax });
}

/** The actor shell's view of something thrown: a defect stays one, all else may be cured. */
export function exitFromError(kind: string, error: unknown): ChildExit {
  const detail = error instanceof Error ? error.message : String(error);
  return error instanceof Defect
    ? { kind: "defect", reason: { kind: "defect", detail } }
    : { kind: "failed", reason: { kind, detail } };
}
