/**
 * Run driver: one run of a session at a time, and what pauses, cancels and stops it.
 *
 * Owns the status, the run in progress, its interruption and the stored pause. Does not own the run
 * itself (`runner`), the queue (ledger/), nor which request is allowed when (matrix.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC72  An interruption belongs to the run that it was meant for; none is left for the next one.
 *   SC73  A pause outlives a reload: it is stored before it is answered, and ends only by a resume
 *         or by a cancel, which abandons what was paused.
 *   SC75  A compaction and a memory job are runs like others: the session says that it is running,
 *         and which job.
 *   SC85  A session that is paused, resumed, retired, stopped or brought back by somebody else than
 *         its controller is so for the controller, too, from then on.
 *   SC76  A shutdown lets a memory job end for `jobJoinMsMax`, interrupts any other run, ends what
 *         is queued, and tells the parent last.
 */

import { raceFirst, raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { PerformOutcome, WithdrawAbort } from "../../ledger/outcome.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import {
  initialSessionStatus,
  type RunInfo,
  type SessionStatus,
  type SessionStep,
  stepSession,
} from "../session-status.ts";
import { type Interruption, joinInterruption, unendedRun } from "./close-run.ts";
import { abandonInput, type Concluded, concludeRun, type RunOver } from "./conclude-run.ts";
import type { ControllerDeps, SessionLife } from "./controller-deps.ts";
import type { ControlLimits } from "./limits.ts";
import type { MatrixState } from "./matrix.ts";
import type { SessionRefusal } from "./requests.ts";
import { defer, type RunEnds } from "./run-ends.ts";

export type Done = Result<void, SessionRefusal>;

export interface RunDriver {
  /** Takes the stored state over: at the start, and whenever it is another (SC85). */
  takeLife(stored: SessionLife): void;
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  state(): MatrixState;
  status(): SessionStatus;
  subscribe(observer: (status: SessionStatus) => void): Disposable;
  /** Tells the run in progress to end, at once; resolves to how it ended. */
  interrupt(how: Interruption): Promise<RunOver>;
  /** Resolves when no run is in progress, or the one that is has ended. */
  over(): Promise<unknown>;
  /** These are done one after the other (controller.ts). */
  /** Pauses it, with or without a run (SC73). */
  hold(signal: AbortSignal): Promise<Done>;
  resume(signal: AbortSignal): Promise<Done>;
  abandon(signal: AbortSignal): Promise<Done>;
  stop(signal: AbortSignal): Promise<Done>;
  restore(signal: AbortSignal): Promise<Done>;
}

interface CurrentRun {
  readonly input: InputRecord;
  /** Aborts on cancel, on shutdown, and when the caller takes the input away. */
  readonly work: AbortController;
  readonly over: Promise<RunOver>;
  interruption: Interruption | undefined;
  isInRunner: boolean;
}

/** Makes a driver without a run; `life` aborts when the controller is closed. */
export function createRunDriver(
  deps: ControllerDeps,
  ends: RunEnds,
  limits: ControlLimits,
  life: AbortSignal,
): RunDriver {
  const { log, ledger, runner } = deps;
  const observers = new Set<(status: SessionStatus) => void>();
  let status = initialSessionStatus;
  let stored: SessionLife = "active";
  let isStopping = false;
  let current: CurrentRun | undefined;

  const take = (step: SessionStep): void => {
    const next = stepSession(status, step);
    if (!next.ok || next.value === status) return;
    status = next.value;
    log.publish({ kind: "status", status });
    for (const observer of [...observers]) observer(status);
  };
  runner.subscribe((own) => {
    if (own.phase === "running" && own.run.stage === "replying") take({ kind: "reply" });
  });

  const change = async (
    operation: Parameters<typeof ledger.change>[0],
    to: SessionLife,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> => {
    const changed = await raceSignal(ledger.change(operation, signal), signal);
    if (changed.ok) stored = to;
    return changed;
  };

  const unpause = async (signal: AbortSignal): Promise<Done> => {
    const resumed = await change("resume", "active", signal);
    if (!resumed.ok) return resumed;
    take({ kind: "resume" });
    ledger.wake();
    return ok(undefined);
  };

  const lifeNow = (): MatrixState["life"] => {
    if (isStopping) return "stopped";
    return stored === "paused" ? "active" : stored;
  };

  const interrupt = (run: CurrentRun, how: Interruption): Promise<RunOver> => {
    const next = joinInterruption(run.interruption, how);
    const isNew = run.interruption !== next;
    run.interruption = next; // SC72
    if (isNew && next === "pause") take({ kind: "pause" });
    // The runner keeps the words of a paused run; elsewhere there is nothing to keep.
    if (isNew && next === "pause" && run.isInRunner) runner.pause();
    else if (isNew) run.work.abort(abortOf(next, run.input));
    return raceSignal(run.over, life);
  };

  /** The run proper. What an abort leaves behind is told by the runner where it can. */
  const perform = async (run: CurrentRun): Promise<PerformOutcome> => {
    const { input, work: { signal } } = run;
    // No store is trusted to hear an abort: a control is seen at every wait.
    const settled = await ends.settle(signal);
    if (!settled.ok) return retry(limits, settled.error.kind);
    run.isInRunner = true;
    try {
      return await runner.run(input, signal);
    } finally {
      run.isInRunner = false;
      if (run.interruption === "pause") runner.resume(); // The pause is kept here.
    }
  };

  const pause = (): Promise<Result<void, StorageError>> => change("pause", "paused", life); // SC73

  const drive = async (run: CurrentRun, signal: AbortSignal): Promise<Concluded> => {
    const onAbort = (): void => run.work.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const outcome = await perform(run).catch((error: unknown): PerformOutcome => {
        // Only what the abort itself threw, before or behind the runner.
        if (!run.work.signal.aborted) throw error;
        return { kind: "cancelled", partialText: undefined };
      });
      const taken = signal.aborted ? signal.reason as unknown : undefined;
      return await concludeRun({ deps, ends, pause }, { ...run, taken }, outcome, life);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  return {
    takeLife(given) { // SC85
      const isBack = given === "active" && (stored === "retired" || stored === "stopped");
      stored = given;
      if (given === "paused") { // SC73
        take({ kind: "pause" });
        // Whoever paused it is not answered from here.
        if (current !== undefined) interrupt(current, "pause").catch(() => undefined);
      } else if (given !== "stopped" && current?.interruption !== "pause") {
        take({ kind: "resume" });
      }
      if (isBack) ends.oweWake();
    },
    async run(input, signal) {
      signal.throwIfAborted();
      if (status.phase === "paused" || lifeNow() === "stopped") {
        return { kind: "paused", partialText: undefined };
      }
      if (current !== undefined) return retry(limits, "session-busy");
      const { promise, resolve } = defer<RunOver>();
      const run: CurrentRun = {
        input,
        work: new AbortController(),
        over: promise,
        interruption: undefined,
        isInRunner: false,
      };
      current = run;
      take({ kind: "begin", run: runInfo(input) });
      void ends.watch(input); // Owned by the ends' scope.
      let over = { kind: "interrupted" } as RunOver;
      try {
        const driven = await drive(run, signal);
        over = driven.over;
        return driven.outcome;
      } finally {
        current = undefined;
        if (over.kind !== "paused") take({ kind: "resume" }); // SC68
        take({ kind: "end" });
        resolve(over);
      }
    },
    state: () => ({
      life: lifeNow(),
      status: current?.interruption === undefined ? status.phase : "ending",
    }),
    status: () => status,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
    interrupt: (how) =>
      current === undefined ? Promise.resolve({ kind: "finished" }) : interrupt(current, how),
    over: () => raceSignal<unknown>(current?.over ?? Promise.resolve(), life),
    async hold(signal) {
      if (status.phase === "paused") return ok(undefined);
      const over = current === undefined ? undefined : await interrupt(current, "pause");
      if (over?.kind === "refused") return err(over.error);
      if (over?.kind === "paused") return ok(undefined);
      const held = await change("pause", "paused", signal);
      if (held.ok) take({ kind: "pause" });
      return held;
    },
    async resume(signal) {
      if (status.phase !== "paused") return err({ kind: "not-paused" });
      return await unpause(signal);
    },
    async abandon(signal) {
      if (status.phase !== "paused") return err({ kind: "not-running" });
      const gone = await abandonInput(
        { deps, ends },
        unendedRun(log.state()),
        limits.inputsLookedAtMax,
        signal,
      );
      if (!gone.ok) return gone;
      return await unpause(signal);
    },
    async stop(signal) {
      isStopping = true; // Nothing new from here on.
      try {
        const run = current;
        if (run?.input.work?.kind === "memory") await joinFor(run.over, signal); // SC76
        if (current !== undefined) await interrupt(current, "shutdown");
        const stopped = await change("stop", "stopped", signal);
        if (!stopped.ok) return stopped;
        if (run?.input.work !== undefined) await joinFor(ends.watch(run.input), signal);
      } finally {
        isStopping = false;
      }
      const settled = await ends.settle(signal);
      ends.tell({ kind: "stopped", child: deps.session, reason: "shutdown" });
      log.publish({ kind: "shutdown" });
      return settled;
    },
    async restore(signal) {
      if (lifeNow() !== "stopped" && lifeNow() !== "retired") return ok(undefined);
      const recycled = await change("recycle", "active", signal);
      if (!recycled.ok) return recycled;
      take({ kind: "resume" });
      ends.oweWake();
      ledger.wake();
      return ok(undefined);
    },
  };

  /** Waits for something that ends by itself, but no longer than for a job. */
  function joinFor(end: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    return raceFirst<unknown>([
      (inner) => raceSignal(end, inner),
      (inner) => deps.clock.sleep(limits.jobJoinMsMax, inner),
    ], signal);
  }
}

/** Engines and runners know by this whether the work is over, or is taken again. */
function abortOf(
  how: Interruption,
  { work }: InputRecord,
): WithdrawAbort | { readonly kind: Interruption } {
  if (how === "cancel") return { kind: "withdrawn", reason: "stopped" };
  const isEnded = how === "shutdown" && work !== undefined; // SC76
  return isEnded ? { kind: "withdrawn", reason: "session-stopped" } : { kind: how };
}

function runInfo(input: InputRecord): RunInfo {
  const { id: inputId, turn, attempt, work } = input;
  const job = work?.kind === "compact" ? work.kind : work?.kind === "memory" ? work.job : undefined;
  const stage = input.partialText === "" ? "thinking" : "replying";
  return { inputId, turn, attempt, stage, ...job === undefined ? {} : { job } }; // SC75
}

function retry(limits: ControlLimits, reason: string): PerformOutcome {
  return { kind: "retry", afterMs: limits.busyRetryMs, reason, partialText: undefined };
}
