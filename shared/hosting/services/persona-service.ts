/**
 * Persona service: one persona in one room on this device. Her intake (what the room's state asks
 * of her becomes inputs of the ledger), her session, her sums.
 *
 * Owns that loop and the handle on it. Does not own the queue (ledger/), the session
 * (sessions/session-host.ts), restarts (supervision/), nor who is hosted (room-worker.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO12  Inputs come from state: after any change the ledger holds what is due of her (D25), each
 *         attempt once.
 *   HO28  While her room's state is of the past it calls for nothing.
 *   HO121 The result of a service never rejects: success, failed with a typed failure or aborted
 *         with its reason, with the sums of its life in each.
 *   HO122 An abort is seen at every wait; runs that it breaks off go back to the ledger, spend no
 *         attempt and leave nothing half said. What ignores it for `serviceDrainMsMax` is named.
 *   HO123 A store that refuses, or does not answer in `serviceStoreMsMax`, is asked again with
 *         growing waits; after `serviceErrorsMax` times in a row the service fails.
 *   HO124 An answer that is not durable `servicePostMsMax` after it was made fails the service; the
 *         ledger goes on to store it.
 *   HO125 A service whose persona is not hosted here any more withdraws what is left of her, and
 *         succeeds.
 */

import { createLatch } from "../../base/latch.ts";
import { raceFirst, raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { createScope } from "../../base/scope.ts";
import { type InputCandidate, inputKey } from "../../ledger/admission.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { SettleOutcome } from "../../protocol/events.ts";
import type { RoomState } from "../../room/room-state.ts";
import { dueCandidates, isHostedHere, whyOver } from "../due-work.ts";
import { hostingLimits as limits } from "../limits.ts";
import type { RoomFeed } from "../room-feed.ts";
import type { IntakeGate } from "./intake-gate.ts";
import type { ServiceFailure } from "./service-status.ts";
import { counterOf, countOne, emptyTally, measureOne, type ServiceTally } from "./service-tally.ts";

export interface PersonaServiceDeps {
  readonly clock: Clock;
  readonly trace: Log;
  readonly feed: Pick<RoomFeed, "state" | "subscribe" | "isCaughtUp" | "device">;
  /** False while the room's log is known to be behind its relay's. */
  readonly isCurrent: () => boolean;
  readonly ledger: Pick<Ledger, "reconcile" | "interrupt">;
  readonly session: ServiceSession;
  readonly gate: IntakeGate;
  /** Its phase or its sums changed. */
  readonly onChange: () => void;
}

/** What a service uses of the sessions of a device. */
export interface ServiceSession {
  /** Reads what the stores have of her. Aborting cancels the wait. */
  open(ref: SessionRef, signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Performs an input of hers or of a child of hers. Aborting cancels the work. */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
}

export type ServiceOutcome =
  & {
    readonly tally: ServiceTally;
    /** Inputs whose runs had not ended when the drain's time was over. */
    readonly ignored: readonly string[];
  }
  & (
    | { readonly kind: "success" }
    | { readonly kind: "failed"; readonly failure: ServiceFailure }
    | { readonly kind: "aborted"; readonly reason: string }
  );

export interface PersonaService {
  readonly ref: SessionRef;
  /** How it ended; never rejects (HO121). */
  readonly result: Promise<ServiceOutcome>;
  /** True once `result` is settled. */
  readonly finished: boolean;
  /** True from when her session is open and her intake works, until the end. */
  readonly isPrimed: boolean;
  readonly tally: ServiceTally;
  /** Resolves when she is primed, or rejects with the signal's reason; an end leaves it waiting. */
  untilPrimed(signal: AbortSignal): Promise<void>;
  /** Breaks it off. The first reason stands. */
  abort(reason: string): void;
  /** As `abort`, without waiting for runs. */
  kill(): void;
  /** Her room's link changed its phase. */
  wake(): void;
  /** Performs an input of hers, and measures it. Aborting cancels the work. */
  perform(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  /** The time that a run of hers took to find older lines. */
  onRetrieval(inputId: string, ms: number): void;
  /** The ledger stored a move of an input of hers. */
  onInput(input: InputRecord): void;
}

type End =
  | { readonly kind: "success" }
  | { readonly kind: "failed"; readonly failure: ServiceFailure }
  | { readonly kind: "aborted"; readonly reason: string };

type Looked = Result<"done" | "full", { readonly kind: string }>;

interface Made {
  readonly settled: SettleOutcome;
  readonly atMs: number;
}

/** Spawns the service of one persona; it runs from now on. The one place that composes it. */
export function spawnPersonaService(deps: PersonaServiceDeps, ref: SessionRef): PersonaService {
  const { clock, ledger, feed } = deps;
  const trace = deps.trace.with({ roomId: ref.roomId, persona: ref.persona });
  const life = new AbortController();
  const killed = new AbortController();
  const bell = createLatch();
  const runEnds = createLatch();
  const running = new Map<string, { retrievalMs: number }>();
  const made = new Map<string, Made>();
  const scope = createScope(life.signal, (error) => end(failed("defect", wordsOf(error))));
  let tally = emptyTally;
  let phase: "opening" | "primed" | "ended" = "opening";
  let tellPrimed: () => void = () => undefined;
  const primed = new Promise<void>((resolve) => {
    tellPrimed = resolve;
  });

  const end = (how: End): void => life.abort(how);
  const change = (next: ServiceTally): void => {
    tally = next;
    deps.onChange();
  };

  const open = async (): Promise<void> => {
    const opened = await inTime(clock, (inner) => deps.session.open(ref, inner), life.signal);
    if (opened.ok) return;
    end(failed("session", opened.error.kind));
    life.signal.throwIfAborted();
  };
  const prime = (): void => {
    if (phase !== "opening") return;
    phase = "primed";
    tellPrimed();
    deps.onChange();
  };

  /** Brings the ledger in line with `due` of her. */
  const reconcile = (state: RoomState, due: readonly InputCandidate[]): Promise<Looked> =>
    inTime(clock, async (inner) => {
      const covers = (persona: string): boolean => persona === ref.persona;
      const why = (input: InputRecord) => whyOver(state, input);
      const done = await ledger.reconcile({ roomId: ref.roomId, covers }, due, why, inner);
      if (!done.ok) return done;
      for (const refused of done.value.refused) trace.write("warn", "ledger-full", { ...refused });
      return ok(done.value.refused.length === 0 ? "done" : "full");
    }, life.signal);

  /** What was due when the ledger was in line last: the same again asks nothing of the store. */
  let known: string | undefined;
  const look = async (state: RoomState): Promise<Looked> => {
    const all = dueCandidates(state, feed.device, clock);
    const due = all.filter(({ persona }) => persona === ref.persona);
    const keys = due.map(inputKey).join(" ");
    if (keys === known) return ok("done");
    const place = all.findIndex(({ persona }) => persona === ref.persona);
    const rank = place < 0 ? all.length : place;
    const looked = await deps.gate.enter(rank, () => reconcile(state, due), life.signal);
    known = looked.ok && looked.value === "done" ? keys : undefined;
    return looked;
  };

  /** Until she is not hosted here any more. */
  const takeIn = async (): Promise<void> => {
    using _changes = feed.subscribe(() => bell.ring());
    let errors = 0;
    for (;;) {
      const state = feed.state();
      if (!feed.isCaughtUp() || !deps.isCurrent()) { // HO28
        prime();
        await bell.wait(life.signal);
        continue;
      }
      const looked = await look(state);
      if (looked.ok && !isHostedHere(state, ref.persona, feed.device)) return; // HO125
      if (looked.ok) prime();
      errors = looked.ok ? 0 : errors + 1;
      if (!looked.ok) trace.write("warn", "intake", { problem: looked.error.kind, errors });
      if (!looked.ok && errors >= limits.serviceErrorsMax) { // HO123
        end(failed("runtime", looked.error.kind));
        life.signal.throwIfAborted();
      }
      if (looked.ok && looked.value === "done") await bell.wait(life.signal);
      else await clock.sleep(pauseMs(errors), life.signal);
    }
  };

  const drain = async (): Promise<readonly string[]> => {
    const late = raceFirst<void>([
      async (inner) => {
        while (running.size > 0) await runEnds.wait(inner);
      },
      (inner) => clock.sleep(limits.serviceDrainMsMax, inner),
    ], killed.signal);
    await late.catch(() => undefined); // Killed: nothing is waited for.
    const ignored = [...running.keys()];
    if (ignored.length > 0) trace.write("error", "service-drain-late", { inputs: ignored });
    return ignored;
  };

  const live = async (): Promise<ServiceOutcome> => {
    let how: End = { kind: "success" };
    try {
      await open();
      await takeIn();
    } catch (error) {
      // Actor shell: what was told to end has its reason, all else is a failure or a defect.
      how = life.signal.aborted ? life.signal.reason as End : failed("defect", wordsOf(error));
    }
    if (how.kind !== "success") {
      for (const inputId of running.keys()) ledger.interrupt(inputId, `service-${how.kind}`);
    }
    phase = "ended";
    const ignored = await drain(); // HO122
    await scope.close(how);
    deps.onChange();
    return { ...how, tally, ignored };
  };

  let isFinished = false;
  const result = live().finally(() => {
    isFinished = true;
  });

  /** HO124: the ledger tries for ever; that she does not get her answers out must be seen. */
  const watchPost = (inputId: string): void => {
    if (life.signal.aborted || phase === "ended") return;
    scope.start(async (inner) => {
      await clock.sleep(limits.servicePostMsMax, inner);
      if (made.has(inputId)) end(failed("post", "not-stored"));
    });
  };

  return {
    ref,
    result,
    get finished() {
      return isFinished;
    },
    get isPrimed() {
      return phase === "primed";
    },
    get tally() {
      return tally;
    },
    untilPrimed: (signal) => raceSignal(primed, signal),
    abort: (reason) => end({ kind: "aborted", reason }),
    kill() {
      end({ kind: "aborted", reason: "killed" });
      killed.abort("killed");
    },
    wake: () => bell.ring(),
    async perform(input, signal) {
      const run = { retrievalMs: 0 };
      running.set(input.id, run);
      const startedAt = clock.now();
      try {
        const outcome = await deps.session.run(input, signal);
        if (outcome.kind === "done") {
          const atMs = clock.now();
          made.set(input.id, { settled: outcome.settled.outcome, atMs });
          change(measureOne(tally, "inference", atMs - startedAt - run.retrievalMs));
          watchPost(input.id);
        }
        return outcome;
      } finally {
        running.delete(input.id);
        runEnds.ring();
      }
    },
    onRetrieval(inputId, ms) {
      const run = running.get(inputId);
      if (run === undefined) return;
      run.retrievalMs += ms;
      change(measureOne(tally, "retrieval", ms));
    },
    onInput(input) {
      if (input.work !== undefined) return; // Private work is no attempt of the room's.
      const last = made.get(input.id);
      const counter = counterOf(input, last?.settled);
      if (counter === undefined) return;
      made.delete(input.id);
      const posted = last === undefined || input.phase !== "consumed"
        ? tally
        : measureOne(tally, "post", clock.now() - last.atMs);
      change(countOne(posted, counter));
    },
  };
}

function failed(kind: ServiceFailure["kind"], detail: string): End {
  return { kind: "failed", failure: { kind, detail } };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A full ledger is looked at again by and by; a failing store with growing waits. */
function pauseMs(errors: number): number {
  return Math.min(limits.retryMsMin * 2 ** Math.max(0, errors - 1), limits.retryMsMax);
}

/** A call of a store with its deadline. Aborting cancels the wait. */
async function inTime<T, E extends { readonly kind: string }>(
  clock: Clock,
  call: (signal: AbortSignal) => Promise<Result<T, E>>,
  signal: AbortSignal,
): Promise<Result<T, E | { readonly kind: "deadline" }>> {
  return await raceFirst<Result<T, E | { readonly kind: "deadline" }>>([
    call,
    async (inner) => {
      await clock.sleep(limits.serviceStoreMsMax, inner);
      return err({ kind: "deadline" });
    },
  ], signal);
}
