/**
 * Room worker: does for one room what its state asks of this device (the intake loop of D35).
 *
 * Owns the loop "state changed: tell the room what it lacks, bring the ledger in line with what is
 * due". Does not own the state (feed), the work (ledger) or the decisions (peer-steps, due,
 * reconcile).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO12  Inputs come from state, not from delivery: after any change the ledger holds what is due
 *         (D25).
 *   HO13  A step that a room ignored is not appended again until something else would be appended.
 *   HO14  An attempt older than the stale limit is settled as such instead of being generated.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import type { Latch } from "../base/latch.ts";
import { createLatch } from "../base/latch.ts";
import type { InputCandidate } from "../ledger/admission.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { WithdrawReason } from "../ledger/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { AppendError } from "../ports/room-log.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { roomLimits } from "../room/limits.ts";
import type { RoomState } from "../room/room-state.ts";
import { due, type DueAttempt } from "../turns/due.ts";
import { hostingLimits as limits } from "./limits.ts";
import { type DeviceOffer, peerSteps } from "./peer-steps.ts";
import type { RoomFeed } from "./room-feed.ts";

export interface RoomWorkerDeps {
  readonly feed: RoomFeed;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly trace: Log;
  readonly offer: () => DeviceOffer;
  readonly onProblem: (error: AppendError) => void;
}

export interface RoomWorker {
  /** Runs until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Something besides the room's state changed, such as what this device offers. */
  wake(): void;
}

export function createRoomWorker(deps: RoomWorkerDeps): RoomWorker {
  const bell = createLatch();
  return {
    wake: () => bell.ring(),
    async run(signal) {
      using _changes = deps.feed.subscribe(() => bell.ring());
      let lastSteps = "";
      let delayMs: number = limits.retryMsMin;
      for (;;) {
        signal.throwIfAborted();
        const done = deps.feed.isCaughtUp()
          ? await work(deps, bell, lastSteps, signal)
          : { steps: lastSteps, isWell: true };
        lastSteps = done.steps;
        if (done.isWell) {
          delayMs = limits.retryMsMin;
          await bell.wait(signal);
        } else {
          await deps.clock.sleep(delayMs, signal);
          delayMs = Math.min(delayMs * 2, limits.retryMsMax);
        }
      }
    },
  };
}

/** One round. `steps` is what was appended, as text, to recognise a repetition (HO13). */
async function work(
  deps: RoomWorkerDeps,
  bell: Latch,
  lastSteps: string,
  signal: AbortSignal,
): Promise<{ readonly steps: string; readonly isWell: boolean }> {
  const { feed, ledger } = deps;
  const offer = deps.offer();
  const events = [
    ...peerSteps(feed.state(), offer),
    ...staleSettlement(feed.state(), offer.device, deps.clock),
  ];
  const steps = canonicalJson(events);
  if (events.length > 0 && steps !== lastSteps) {
    for (const event of events) {
      const appended = await feed.append(event, signal);
      if (appended.ok) continue;
      deps.onProblem(appended.error);
      return { steps: lastSteps, isWell: false };
    }
    // The next round starts when the feed has folded them and rings.
    return { steps, isWell: true };
  }
  if (events.length > 0) deps.trace.write("warn", "steps-ignored", { kinds: kindsOf(events) });
  const state = feed.state();
  const wanted = dueCandidates(state, offer.device, deps.clock);
  const reconciled = await ledger.reconcile(
    feed.roomId,
    wanted,
    (input) => whyOver(state, input),
    signal,
  );
  if (!reconciled.ok) {
    deps.onProblem(reconciled.error);
    return { steps, isWell: false };
  }
  for (const refused of reconciled.value.refused) {
    deps.trace.write("warn", "ledger-full", { ...refused });
  }
  if (feed.state() !== state) bell.ring();
  return { steps, isWell: reconciled.value.refused.length === 0 };
}

/** The work that this device owes a room now, without what is already stale. */
export function dueCandidates(
  state: RoomState,
  device: string,
  clock: Pick<Clock, "epochNow">,
): readonly InputCandidate[] {
  if (state.readerOnly !== undefined) return [];
  return due(state, device).filter((one) => !isStale(one, clock)).map((one) => ({
    roomId: state.roomId,
    persona: one.persona,
    kind: one.human ? "prompt" : "peer",
    turn: one.turn,
    attempt: one.attempt,
    assign: one.assign,
    human: one.human,
  }));
}

/** One settlement is enough: as an entry it makes the fold settle all that is stale (HO14, RM5). */
function staleSettlement(
  state: RoomState,
  device: string,
  clock: Pick<Clock, "epochNow">,
): readonly RoomEvent[] {
  if (state.readerOnly !== undefined) return [];
  const stale = due(state, device).find((one) => isStale(one, clock));
  if (stale === undefined) return [];
  const { turn, persona, attempt, assign, fingerprint } = stale;
  return [{
    kind: "settle",
    turn,
    persona,
    attempt,
    assign,
    outcome: { kind: "deferred", reason: "stale" },
    seenSeq: state.head,
    fingerprint,
  }];
}

/** Peers may use their own clocks to decide when to append, never what an entry means (D19). */
function isStale(one: DueAttempt, clock: Pick<Clock, "epochNow">): boolean {
  return clock.epochNow() - one.openedAt > roomLimits.staleMs;
}

/** Why an input is not due any more. */
export function whyOver(state: RoomState, input: InputRecord): WithdrawReason {
  const entry = state.turns.get(input.turn)?.entries.find((one) => one.persona === input.persona);
  const attempt = entry?.attempts.find((one) => one.attempt === input.attempt);
  if (attempt?.outcome.kind === "stopped") return "stopped";
  if (attempt !== undefined) return "settled";
  const assignment = state.personas.get(input.persona)?.assignment;
  return assignment?.seq === input.assign ? "settled" : "unassigned";
}

function kindsOf(events: readonly RoomEvent[]): string {
  return events.map((event) => event.kind).join(",");
}
