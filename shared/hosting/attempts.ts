/**
 * What people see of the work a peer has in hand: derived, never stored.
 *
 *   HO46  An attempt whose run ended keeps its phase until its settlement is in the log, unless it
 *         waits for another run or for the engine.
 *   HO72  What waits because its persona was paused or stopped here says so.
 */

import type { EpochMs } from "../base/brands.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../ports/clock.ts";
import type { RoomState } from "../room/room-state.ts";
import type { EngineService } from "./engine-service.ts";
import { dueCandidates } from "./due-work.ts";
import type { WaitReason } from "./work/work-facts.ts";
import type { WorkPlaces } from "./work/work-places.ts";

export interface PeerAttempt {
  readonly roomId: string;
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  /**
   * queued: waits for its lane; thinking: prompt is read; speaking: text came; restarting: engine
   * is away.
   */
  readonly phase: "queued" | "thinking" | "speaking" | "restarting";
  readonly since: EpochMs;
  /** Why it waits, while it is queued and the ledger has it. */
  readonly waits?: AttemptWait | undefined;
}

/** As {@link WaitReason}, with the time of the next try in epoch ms, for display. */
export type AttemptWait =
  | Exclude<WaitReason, { readonly kind: "retry" }>
  | { readonly kind: "retry"; readonly atMs: number }
  /** Its persona's session was paused or stopped here; a person brings it back. */
  | { readonly kind: "session-held"; readonly state: "paused" | "stopped" };

export interface Progress {
  readonly speaking: boolean;
  readonly since: EpochMs;
  /** The run ended: its outcome is on its way to the log, or another run follows. */
  readonly isOver: boolean;
}

export interface AttemptProgress {
  /** Of the attempt that its persona performs or performed last; undefined for every other. */
  progressOf(key: AttemptKey): Progress | undefined;
}

export type AttemptKey = Pick<PeerAttempt, "roomId" | "turn" | "persona" | "attempt">;

export function attemptsOf(
  state: RoomState,
  device: string,
  clock: Clock,
  engine: Pick<EngineService, "status" | "ready">,
  sessions: AttemptProgress,
  places: Pick<WorkPlaces, "waitOf">,
  ledger: Pick<Ledger, "sessionState">,
): readonly PeerAttempt[] {
  const { supervision } = engine.status();
  // The first start of an engine is loading, not coming back.
  const isComingBack = engine.ready() === undefined && supervision.exits.length > 0 &&
    (supervision.phase === "starting" || supervision.phase === "backing-off");
  return dueCandidates(state, device, clock).map(({ roomId, turn, persona, attempt }) => {
    const key = { roomId, turn, persona, attempt };
    const progress = sessions.progressOf(key);
    const openedAt = state.turns.get(turn)?.entries
      .find((one) => one.persona === persona)?.openedAt ?? 0;
    const isRunning = progress?.isOver === false;
    const since = openedAt as number as EpochMs;
    const held = ledger.sessionState(key);
    if (!isRunning && (held === "paused" || held === "stopped")) { // HO72
      return { ...key, phase: "queued", since, waits: { kind: "session-held", state: held } };
    }
    if (isComingBack && !isRunning) return { ...key, phase: "restarting", since };
    const reason = places.waitOf(key);
    if (progress !== undefined && (isRunning || reason === undefined)) { // HO46
      return { ...key, phase: progress.speaking ? "speaking" : "thinking", since: progress.since };
    }
    return { ...key, phase: "queued", since, waits: reason && waitFor(reason, clock) };
  });
}

function waitFor(reason: WaitReason, clock: Clock): AttemptWait {
  if (reason.kind !== "retry") return reason;
  return { kind: "retry", atMs: clock.epochNow() + Math.max(0, reason.untilMs - clock.now()) };
}
