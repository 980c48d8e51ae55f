/**
 * What hosts elsewhere have in hand in a room, as far as this device knows: the log says who is
 * asked, and words in passing that she speaks (D33). A host that left holds nothing.
 */

import type { RoomState } from "#shared/room/mod.ts";
import type { RunningAttempt } from "./app-client.ts";
import type { AttemptKey } from "./stream-hub.ts";

/** Attempts that other devices than `device` owe the room; `textOf` is what was heard of one. */
export function runningElsewhere(
  state: RoomState,
  device: string,
  textOf: (one: AttemptKey) => string,
): readonly RunningAttempt[] {
  return state.openTurns.flatMap((turn) =>
    (state.turns.get(turn)?.entries ?? []).flatMap((entry) => {
      const { persona, attempt, openedAt, settled } = entry;
      const holder = state.personas.get(persona)?.assignment?.device;
      if (settled !== undefined || holder === undefined || holder === device) return [];
      const key = { roomId: state.roomId, turn, persona, attempt };
      const phase = textOf(key) === "" ? "queued" : "speaking";
      return [{ ...key, phase, sinceMs: openedAt }];
    })
  );
}
