/** What people see of the work a peer has in hand: derived, never stored. */

import type { EpochMs } from "../base/brands.ts";
import type { Clock } from "../ports/clock.ts";
import type { RoomState } from "../room/room-state.ts";
import type { EngineService } from "./engine-service.ts";
import { dueCandidates } from "./room-worker.ts";

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
}

export interface AttemptProgress {
  /** Undefined while the attempt is not being performed. */
  progressOf(key: AttemptKey): { readonly speaking: boolean; readonly since: EpochMs } | undefined;
}

export type AttemptKey = Pick<PeerAttempt, "roomId" | "turn" | "persona" | "attempt">;

export function attemptsOf(
  state: RoomState,
  device: string,
  clock: Clock,
  engine: Pick<EngineService, "status" | "ready">,
  sessions: AttemptProgress,
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
    if (progress !== undefined) {
      return { ...key, phase: progress.speaking ? "speaking" : "thinking", since: progress.since };
    }
    const since = openedAt as number as EpochMs;
    return { ...key, phase: isComingBack ? "restarting" : "queued", since };
  });
}
