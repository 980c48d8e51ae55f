/**
 * Drain: the loop that takes inputs out of the ledger and has them performed.
 *
 * Owns the running set, the retries and the ends. Does not own the rows (PeerStore), the decisions
 * (pick.ts), who comes next among personas and the places (hosting's `places`), the work
 * (`perform`) or its own restarts (hosting). Nobody calls into the loop:
 * callers change the store or ask for a withdrawal, and ring.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG12  Nothing is staged without a place; the place is given back once, however the run ends.
 *   LG17  Stage, perform, commit: an input is durably staged before it is performed, and ends only
 *         by a commit after `perform` told its outcome.
 *   LG18  An interrupted or refused input goes back to the front with its text so far.
 *   LG19  Aborting ends no input: what was in progress is taken again at the next start.
 *   LG20  The loop waits for the bell or for the next due time; a failing input never makes it
 *         spin.
 *   LG21  Without a ready engine nothing is staged and no attempt is spent.
 *   LG22  A withdrawal is heard at every wait of a running input, and wins until its end is
 *         committed.
 *   LG24  A run that loses its place is cancelled; unless it is done by then, its input goes back
 *         with its text so far, and no attempt is spent.
 */

import { assert, Defect, unreachable } from "../base/assert.ts";
import type { MonotonicMs } from "../base/brands.ts";
import { createLatch } from "../base/latch.ts";
import { raceFirst, raceSignal } from "../base/race.ts";
import { createScope, type Scope } from "../base/scope.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import { commitOf, outcomeText, phaseOf } from "./commit.ts";
import type { Completions } from "./completions.ts";
import type { LedgerLimits } from "./limits.ts";
import type { InputEnd, PerformOutcome, WithdrawAbort, WithdrawReason } from "./outcome.ts";
import { decideNext, decideStart, type NextStep, type PickFacts } from "./pick.ts";
import type { Place, PlaceLost, Places } from "./places.ts";
import { untilStored } from "./stored.ts";

export interface DrainDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: PeerStore;
  /** This device's id in a room. */
  readonly deviceOf: (roomId: string) => string;
  readonly limits: LedgerLimits;
  /** Does the work. Aborting `signal` must stop the work itself, not only the waiting for it. */
  readonly perform: (input: InputRecord, signal: AbortSignal) => Promise<PerformOutcome>;
  /** Who comes next, and the places of the engine. Ring when they change. */
  readonly places: Places;
  /** Seq of the newest turn that a person opened in a room; 0 for none. */
  readonly newestHumanTurn: (roomId: string) => number;
  /** What a settlement cites: fingerprint of the turn's plan, and the head of the log now. */
  readonly settleFacts: (
    input: InputRecord,
  ) => { readonly fingerprint: string; readonly head: number };
  /** The store began to fail, or (undefined) works again: people should know. */
  readonly onTrouble: (error: StorageError | undefined) => void;
}

export interface Drain {
  /** Runs until `signal` aborts, then rejects with `signal.reason`; one run at a time. */
  run(signal: AbortSignal): Promise<never>;
  /** Something may have changed: look again. */
  wake(): void;
  /** Takes an input out: aborts it when it runs, else ends it at the next step. */
  withdraw(inputId: string, reason: WithdrawReason): void;
  /** Ids of inputs in progress. */
  running(): readonly string[];
}

interface Run {
  readonly input: InputRecord;
  readonly place: Place;
  readonly controller: AbortController;
}

/** Makes a drain that does nothing before `run`. */
export function createDrain(deps: DrainDeps, completions: Completions): Drain {
  const { clock, store, limits, log } = deps;
  const bell = createLatch();
  const runs = new Map<string, Run>();
  const withdrawn = new Map<string, WithdrawReason>();
  const notBefore = new Map<string, MonotonicMs>();
  let isRunning = false;

  const factsNow = (): PickFacts => ({
    now: clock.now(),
    running: new Set(runs.keys()),
    withdrawn,
    notBefore,
    newestHumanTurn: deps.newestHumanTurn,
  });

  const readLive = async (signal: AbortSignal): Promise<readonly InputRecord[]> => {
    const known = [...withdrawn.keys(), ...notBefore.keys()];
    const read = await untilStored(deps, () => store.liveInputs(signal), signal);
    assert(read.ok, "Cannot read live inputs: the store refused");
    const live = new Set(read.value.map((input) => input.id));
    for (const id of known) {
      if (live.has(id) || runs.has(id)) continue;
      withdrawn.delete(id);
      notBefore.delete(id);
    }
    return read.value;
  };

  const endInput = async (
    input: InputRecord,
    end: InputEnd,
    signal: AbortSignal,
  ): Promise<void> => {
    const device = deps.deviceOf(input.roomId);
    const facts = { device, at: clock.epochNow(), ...deps.settleFacts(input) };
    const commit = commitOf(input, end, facts);
    const stored = await untilStored(deps, () => store.commitReply(commit, signal), signal);
    if (!stored.ok) {
      // Ended by another writer of this store; its receipt counts.
      log.write("warn", "input-ended-elsewhere", { inputId: input.id, kind: stored.error.kind });
    }
    log.write("debug", "input-ended", { inputId: input.id, end: end.kind });
    completions.settle(input.id, {
      kind: "ended",
      phase: phaseOf(end),
      outcome: outcomeText(end),
    });
  };

  const rollBack = async (
    input: InputRecord,
    patch: Partial<Pick<InputRecord, "partialText" | "reason" | "stagedCount">>,
    signal: AbortSignal,
  ): Promise<void> => {
    const move = { to: "queued", at: clock.epochNow() } as const;
    await untilStored(
      deps,
      () => store.updateInput(input.id, "staged", { move, ...patch }, signal),
      signal,
    );
  };

  const retryLater = async (
    input: InputRecord,
    outcome: Exclude<PerformOutcome, { readonly kind: "done" | "ended" }>,
    lost: PlaceLost | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const afterMs = outcome.kind === "retry" ? outcome.afterMs : 0;
    const waitMs = Math.min(Math.max(afterMs, limits.retryMsMin), limits.retryMsMax);
    notBefore.set(input.id, (clock.now() + waitMs) as MonotonicMs);
    const { partialText } = outcome;
    const text = partialText === undefined ? {} : { partialText };
    const { kind } = outcome;
    if (kind === "paused" || (kind === "cancelled" && lost !== undefined)) { // LG24
      const stagedCount = input.stagedCount - 1;
      const reason = kind === "paused" ? kind : `place-${lost?.how}`;
      return await rollBack(input, { ...text, stagedCount, reason }, signal);
    }
    // Cancelled though nobody here did it: something below did, so it is taken again.
    const reason = outcome.kind === "cancelled" ? "cancelled" : outcome.reason;
    await rollBack(input, { ...text, reason }, signal); // LG18
  };

  const applyOutcome = async (
    { input, place }: Run,
    outcome: PerformOutcome,
    signal: AbortSignal,
  ): Promise<void> => {
    const reason = withdrawn.get(input.id);
    if (reason !== undefined) { // LG22
      const partialText = textOf(outcome) ?? input.partialText;
      return await endInput(input, { kind: "withdrawn", reason, partialText }, signal);
    }
    if (outcome.kind === "done") {
      return await endInput(input, { kind: "settled", settled: outcome.settled }, signal);
    }
    if (outcome.kind === "ended") return await endInput(input, outcome, signal);
    await retryLater(
      input,
      outcome,
      place.signal.aborted ? place.signal.reason : undefined,
      signal,
    );
  };

  const performInput = async (run: Run, signal: AbortSignal): Promise<PerformOutcome> => {
    const { input, controller, place } = run;
    const onAbort = (): void => controller.abort(signal.reason);
    const onLost = (): void => controller.abort(place.signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    place.signal.addEventListener("abort", onLost, { once: true });
    if (place.signal.aborted) onLost(); // While it was staged.
    try {
      // LG19: an outcome that comes with or after the abort is dropped, here or by the store.
      return await raceFirst([
        (inner) => raceSignal(deps.perform(input, controller.signal), inner),
        (inner) => place.hold(inner),
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
  };

  const startInput = async (
    input: InputRecord,
    scope: Scope,
    signal: AbortSignal,
  ): Promise<void> => {
    const place = deps.places.take(input);
    if (place === undefined) { // The engine changed since it was asked: decide again, unhurried.
      return void notBefore.set(input.id, (clock.now() + limits.retryMsMin) as MonotonicMs);
    }
    const controller = new AbortController();
    runs.set(input.id, { input, place, controller });
    const finish = (): void => {
      runs.delete(input.id);
      place[Symbol.dispose](); // LG12
      bell.ring();
    };
    const move = { to: "staged", at: clock.epochNow() } as const;
    const patch = { move, stagedCount: input.stagedCount + 1 };
    try {
      const staged = await untilStored(
        deps,
        () => store.updateInput(input.id, "queued", patch, signal),
        signal,
      );
      if (!staged.ok) return finish(); // Ended meanwhile: decide again.
      const run: Run = { input: staged.value, place, controller };
      runs.set(input.id, run);
      scope.start(async (inner) => { // LG17
        try {
          const outcome = await performInput(run, inner);
          await applyOutcome(run, outcome, inner);
        } finally {
          finish();
        }
      });
    } catch (error) {
      finish();
      throw error;
    }
  };

  const takeStep = async (step: NextStep, scope: Scope, signal: AbortSignal): Promise<void> => {
    switch (step.kind) {
      case "end":
        return await endInput(step.input, step.end, signal);
      case "roll-back":
        return await rollBack(step.input, {}, signal);
      case "start":
        return await startInput(step.input, scope, signal);
      case "wait": { // LG20
        const { untilMs } = step;
        if (untilMs === undefined) return await bell.wait(signal);
        return await raceFirst([
          (inner) => bell.wait(inner),
          (inner) => clock.sleep(untilMs - clock.now(), inner),
        ], signal);
      }
      default:
        return unreachable(step);
    }
  };

  return {
    async run(signal) {
      assert(!isRunning, "Cannot run drain: it is running");
      isRunning = true;
      const failure = new AbortController();
      const either = AbortSignal.any([signal, failure.signal]);
      const scope = createScope(either, (error) => failure.abort(error));
      try {
        for (;;) {
          const live = await readLive(either);
          const next = decideNext(live, factsNow(), limits);
          const step = next.kind === "choose"
            ? decideStart(next, deps.places.choose(next.question))
            : next;
          await takeStep(step, scope, either);
          either.throwIfAborted();
        }
      } finally {
        await scope.close("drain ends");
        isRunning = false;
        completions.settleAll({ kind: "loop-ended" });
      }
    },
    wake: () => bell.ring(),
    withdraw(inputId, reason) {
      // The first reason stands: a stop is not made a lesser end by what follows from it.
      if (!withdrawn.has(inputId)) withdrawn.set(inputId, reason);
      const abort: WithdrawAbort = { kind: "withdrawn", reason };
      runs.get(inputId)?.controller.abort(abort);
      bell.ring();
    },
    running: () => [...runs.keys()],
  };
}

/** Text of a run that people have seen, whatever became of it. */
function textOf(outcome: PerformOutcome): string | undefined {
  if (outcome.kind === "ended") return "";
  if (outcome.kind !== "done") return outcome.partialText;
  const said = outcome.settled.outcome;
  return said.kind === "replied" ? said.text : "";
}
