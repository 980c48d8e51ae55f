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

import { assert, unreachable } from "../base/assert.ts";
import type { MonotonicMs } from "../base/brands.ts";
import { createLatch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import { createScope, type Scope } from "../base/scope.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { Completions } from "./completions.ts";
import type { Ender, EnderDeps } from "./end-input.ts";
import type { PerformOutcome, WithdrawAbort, WithdrawReason } from "./outcome.ts";
import { type PerformDeps, performInput, type Run, type RunLimitAbort } from "./perform-input.ts";
import { decideNext, decideStart, isHeldIn, type NextStep, type PickFacts } from "./pick.ts";
import type { PlaceLost, Places } from "./places.ts";
import type { SessionRef } from "./private-work.ts";
import type { SessionStates } from "./session-states.ts";
import { untilStored } from "./stored.ts";

export interface DrainDeps extends EnderDeps, PerformDeps {
  /** Who comes next, and the places of the engine. Ring when they change. */
  readonly places: Places;
  /** Seq of the newest turn that a person opened in a room; 0 for none. */
  readonly newestHumanTurn: (roomId: string) => number;
}

/** What the drain shares with the other parts of its ledger. */
export interface DrainParts {
  readonly completions: Completions;
  readonly ender: Ender;
  readonly states: SessionStates;
  /** True for an ephemeral input that this page took. */
  readonly isOwn: (input: InputRecord) => boolean;
}

/** Reason of the abort of a run whose session is closed while its input stays. */
export interface InterruptAbort {
  readonly kind: "interrupted";
  readonly reason: string;
}

export interface Drain {
  /** Runs until `signal` aborts, then rejects with `signal.reason`; one run at a time. */
  run(signal: AbortSignal): Promise<never>;
  /** Something may have changed: look again. */
  wake(): void;
  /** Takes an input out: aborts it when it runs, else ends it at the next step. */
  withdraw(inputId: string, reason: WithdrawReason): void;
  /** Breaks the run of an input off; it is taken again, and no attempt is spent. */
  interrupt(inputId: string, reason: string): void;
  /** Ids of inputs in progress. */
  running(): readonly string[];
  isRunning(session: SessionRef): boolean;
  /** Resolves when none of the inputs is in progress. */
  untilEnded(inputIds: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Makes a drain that does nothing before `run`. */
export function createDrain(
  deps: DrainDeps,
  { completions, ender, states, isOwn }: DrainParts,
): Drain {
  const { clock, store, limits } = deps;
  const bell = createLatch();
  const runEnds = createLatch();
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
    stateOf: states.of,
    isOrphan: (input) => input.header.durability === "ephemeral" && !isOwn(input),
  });

  const readLive = async (signal: AbortSignal): Promise<readonly InputRecord[]> => {
    const known = [...withdrawn.keys(), ...notBefore.keys()];
    const read = await untilStored(deps, () => store.liveInputs(signal), signal);
    assert(read.ok, "Cannot read live inputs: the store refused");
    for (const roomId of new Set(read.value.map((input) => input.roomId))) {
      await untilStored(deps, () => states.load(roomId, signal), signal);
    }
    const live = new Set(read.value.map((input) => input.id));
    for (const id of known) {
      if (live.has(id) || runs.has(id)) continue;
      withdrawn.delete(id);
      notBefore.delete(id);
    }
    return read.value;
  };

  const rollBack = async (
    input: InputRecord,
    patch: Partial<Pick<InputRecord, "partialText" | "reason" | "stagedCount">>,
    signal: AbortSignal,
  ): Promise<void> => {
    const move = { to: "queued", at: clock.epochNow() } as const;
    const back = await untilStored(
      deps,
      () => store.updateInput(input.id, "staged", { move, ...patch }, signal),
      signal,
    );
    if (back.ok) ender.moved(back.value);
  };

  const retryLater = async (
    input: InputRecord,
    outcome: Exclude<PerformOutcome, { readonly kind: "done" | "ended" }>,
    broken: Broken | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const afterMs = outcome.kind === "retry" ? outcome.afterMs : 0;
    const waitMs = Math.min(Math.max(afterMs, limits.retryMsMin), limits.retryMsMax);
    // Of a paused session the resume is what it waits for (LG37).
    const isHeld = outcome.kind === "paused" && states.of(input) === "paused";
    if (!isHeld) notBefore.set(input.id, (clock.now() + waitMs) as MonotonicMs);
    const { partialText } = outcome;
    const text = partialText === undefined ? {} : { partialText };
    const { kind } = outcome;
    if (kind === "paused" || (kind === "cancelled" && broken?.isFree === true)) { // LG24
      const stagedCount = input.stagedCount - 1;
      const reason = kind === "paused" ? kind : broken?.reason ?? kind;
      return await rollBack(input, { ...text, stagedCount, reason }, signal);
    }
    // Cancelled though nobody here did it: something below did, so it is taken again.
    const reason = kind === "cancelled" ? broken?.reason ?? kind : outcome.reason;
    await rollBack(input, { ...text, reason }, signal); // LG18
  };

  const applyOutcome = async (
    { input, controller }: Run,
    outcome: PerformOutcome,
    signal: AbortSignal,
  ): Promise<void> => {
    const reason = withdrawn.get(input.id);
    if (reason !== undefined) { // LG22
      const partialText = textOf(outcome) ?? input.partialText;
      return await ender.end(input, { kind: "withdrawn", reason, partialText }, signal);
    }
    if (outcome.kind === "done") {
      assert(input.work === undefined, `Cannot settle input ${input.id}: it is no turn's`);
      return await ender.end(input, { kind: "settled", settled: outcome.settled }, signal);
    }
    if (outcome.kind === "ended") return await ender.end(input, outcome, signal);
    await retryLater(input, outcome, brokenBy(controller.signal), signal);
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
      runEnds.ring();
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
      ender.moved(staged.value);
      const run: Run = { input: staged.value, place, controller };
      runs.set(input.id, run);
      scope.start(async (inner) => { // LG17
        try {
          // LG37: paused or stopped while its staging waited for the store.
          const outcome = isHeldIn(states.of(run.input))
            ? { kind: "paused", partialText: undefined } as const
            : await performInput(deps, run, inner);
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
        return await ender.end(step.input, step.end, signal);
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

  const isSessionRunning = ({ roomId, persona }: SessionRef): boolean =>
    [...runs.values()].some(({ input }) => input.roomId === roomId && input.persona === persona);

  return {
    async run(signal) {
      assert(!isRunning, "Cannot run drain: it is running");
      isRunning = true;
      completions.open();
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
        completions.close({ kind: "loop-ended" });
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
    interrupt(inputId, reason) {
      const abort: InterruptAbort = { kind: "interrupted", reason };
      runs.get(inputId)?.controller.abort(abort);
    },
    running: () => [...runs.keys()],
    isRunning: isSessionRunning,
    async untilEnded(inputIds, signal) {
      while (inputIds.some((id) => runs.has(id))) await runEnds.wait(signal);
    },
  };
}

interface Broken {
  readonly reason: string;
  /** It was not its own doing. */
  readonly isFree: boolean;
}

/** Why a run was broken off though nobody took its input out; undefined when it was not. */
function brokenBy({ aborted, reason }: AbortSignal): Broken | undefined {
  if (!aborted) return undefined;
  const abort = reason as PlaceLost | InterruptAbort | RunLimitAbort | { readonly kind: "other" };
  switch (abort.kind) {
    case "place-lost": // LG24
      return { reason: `place-${abort.how}`, isFree: true };
    case "interrupted": // LG41
      return { reason: abort.reason, isFree: true };
    case "run-limit": // LG34
      return { reason: abort.kind, isFree: false };
    default:
      return undefined;
  }
}

/** Text of a run that people have seen, whatever became of it. */
function textOf(outcome: PerformOutcome): string | undefined {
  if (outcome.kind === "ended") return "";
  if (outcome.kind !== "done") return outcome.partialText;
  const said = outcome.settled.outcome;
  return said.kind === "replied" ? said.text : "";
}
