/**
 * Work places: the places of this device's engine, given by the admission gate in the order of the
 * throughput planner. The one authority over what runs here (D12, D35).
 *
 * Owns the gate, what runs on it, since when who waits, and why. Does not own the decision
 * (decide-work.ts), any queue (the ledger; who asks for background work keeps it himself) or the
 * work.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO42  A place is held while its work runs, by renewals; when they fail, or when it is asked
 *         back, the work is aborted with that reason.
 */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { PickQuestion, Place, PlaceLost, Places } from "../../ledger/places.ts";
import { createAdmission, type HoldNotice, type Permit } from "../../planning/holds/admission.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { Clock } from "../../ports/clock.ts";
import { hostingLimits as limits } from "../limits.ts";
import { type ChosenWork, decideWork, ENGINE_LANE, type WorkDecision } from "./decide-work.ts";
import type { BackgroundJob, DeviceLoad, EngineWork, RunningWork } from "./work-facts.ts";
import type { WaitReason } from "./work-facts.ts";
import { waitingKeyOf } from "./work-request.ts";

export interface WorkPlacesDeps {
  readonly clock: Clock;
  /** What the engine can take; undefined while it is not ready. */
  readonly engine: () => EngineWork | undefined;
  readonly device: () => DeviceLoad;
  /** A place was given back: who waits may ask again. */
  readonly onFree: () => void;
  /** Why something waits has changed. */
  readonly onWaits: () => void;
}

export interface WorkPlaces extends Places {
  /**
   * A place for work that no input asks for, or why there is none now. Ask again after a place was
   * given back.
   */
  takeBackground(job: BackgroundJob): Result<Place, WaitReason>;
  /** Why an attempt does not run, as of the last question; undefined when it runs or is unknown. */
  waitOf(key: AttemptKey): WaitReason | undefined;
}

type AttemptKey = Pick<InputRecord, "roomId" | "turn" | "persona" | "attempt">;

interface Held {
  readonly work: RunningWork;
  readonly lost: AbortController;
}

const nothing: PickQuestion = { heads: [], later: [], running: [] };

export function createWorkPlaces(deps: WorkPlacesDeps): WorkPlaces {
  const { clock } = deps;
  const held = new Map<string, Held>();
  const waitingSinceMs = new Map<string, number>();
  let question = nothing;
  let waits: ReadonlyMap<string, WaitReason> = new Map();
  let chosen: ChosenWork | undefined;
  /** Whole ms: planner and gate count in integers. */
  const nowMs = (): number => Math.floor(clock.now());

  const admission = createAdmission(({ kind, hold }: HoldNotice) => {
    const lost: PlaceLost = { kind: "place-lost", how: kind };
    held.get(hold.holdId)?.lost.abort(lost); // HO42
  });

  const decide = (background: readonly BackgroundJob[]): WorkDecision => {
    const engine = deps.engine();
    const now = nowMs();
    assert(engine === undefined || engine.slots > 0, "Cannot use an engine without slots");
    const set = admission.setLane({
      laneKey: ENGINE_LANE,
      resourceClass: "local-generation",
      silicon: engine?.lane === "webgpu" ? "gpu" : "cpu",
      placesMax: engine?.slots ?? 0,
      costUnitsMax: 0,
      holdMs: limits.placeHoldMs,
      revocation: "graceful",
    });
    assert(set.ok, "Cannot set the engine's lane: it is malformed");
    const reaped = admission.reap(now);
    assert(reaped.ok, "Cannot reap places: the time is malformed");
    return decideWork({
      nowMs: now,
      engine,
      device: deps.device(),
      question,
      background,
      waitingSinceMs,
      running: [...held.values()].map(({ work, lost }) => ({
        ...work,
        isAskedBack: lost.signal.aborted,
      })),
      gate: admission.snapshot(),
    });
  };

  const askBack = (jobIds: readonly string[]): void => {
    for (const jobId of jobIds) admission.revoke(jobId, limits.placeGraceMs, nowMs());
  };

  const takeChosen = ({ work, request }: ChosenWork): Place | undefined => {
    const admitted = admission.admit(request, nowMs());
    if (!admitted.ok) return undefined;
    const lost = new AbortController();
    held.set(work.jobId, { work, lost });
    return placeOf(admitted.value, lost.signal, work);
  };

  const placeOf = (permit: Permit, signal: AbortSignal, work: RunningWork): Place => ({
    signal,
    async hold(until) {
      for (;;) {
        await clock.sleep(limits.placeRenewMs, until);
        // One that was asked back is not renewed, and ends with its grace.
        if (!permit.renew(nowMs()).ok) admission.reap(nowMs());
      }
    },
    [Symbol.dispose]() {
      if (held.get(work.jobId)?.lost.signal !== signal) return;
      held.delete(work.jobId);
      permit[Symbol.dispose]();
      // What was broken off waits on; else its persona's turn is over, and her waiting begins anew.
      if (!signal.aborted) waitingSinceMs.delete(`${work.urgency}/${work.holderId}`);
      deps.onFree();
    },
  });

  return {
    choose(next) {
      question = next;
      followWaiting(waitingSinceMs, next, nowMs());
      const decision = decide([]);
      askBack(decision.askBack);
      chosen = decision.first;
      const before = waits;
      waits = decision.waits;
      if (!isSameWaits(before, waits)) deps.onWaits();
      return next.heads.find(({ id }) => id === decision.first?.work.jobId);
    },
    take(input) {
      const asked = chosen;
      chosen = undefined;
      return asked?.work.jobId === input.id ? takeChosen(asked) : undefined;
    },
    takeBackground(job) {
      const { first, waits: reasons } = decide([job]);
      if (first?.work.jobId !== job.jobId) return err(reasons.get(job.jobId) ?? { kind: "next" });
      const place = takeChosen(first);
      assert(place !== undefined, `Cannot take a place for ${job.jobId}: it was just free`);
      return ok(place);
    },
    waitOf(key) {
      const { heads, later } = question;
      const input = [...heads, ...later.map((one) => one.input)]
        .find((one) => attemptKey(one) === attemptKey(key));
      return input && waits.get(input.id);
    },
  };
}

/** Waiting counts from when this peer first saw it; a page that opens anew begins at nothing. */
function followWaiting(
  sinceMs: Map<string, number>,
  { heads, later, running }: PickQuestion,
  nowMs: number,
): void {
  const waiting = new Set([...heads, ...later.map(({ input }) => input)].map(waitingKeyOf));
  const live = new Set([...waiting, ...running.map(waitingKeyOf)]);
  for (const key of sinceMs.keys()) if (!live.has(key)) sinceMs.delete(key);
  for (const key of waiting) if (!sinceMs.has(key)) sinceMs.set(key, nowMs);
}

function isSameWaits(
  a: ReadonlyMap<string, WaitReason>,
  b: ReadonlyMap<string, WaitReason>,
): boolean {
  return a.size === b.size &&
    [...a].every(([id, reason]) => JSON.stringify(reason) === JSON.stringify(b.get(id)));
}

function attemptKey({ roomId, turn, persona, attempt }: AttemptKey): string {
  return `${roomId}/${turn}/${persona}/${attempt}`;
}
