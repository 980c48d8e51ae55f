/**
 * For whom what a persona reads leaves its room, by what her device announced. Pure.
 *
 * Rules (shared/SPEC.md, section HO): HO180.
 */

import type { AnnouncedLane } from "../protocol/events.ts";
import type { AttemptState, RoomState, TurnState } from "./room-state.ts";

/** The host; undefined where nothing leaves the devices of the room. */
export function leavesRoomFor(
  lane: Pick<AnnouncedLane, "engine" | "locality"> | undefined,
): string | undefined {
  return lane?.locality === "cloud" ? lane.engine : undefined;
}

/**
 * Where an attempt was read: by the lane that the turn froze as it opened, or, where another device
 * or model made it, by what that device announces now. Of several lanes of a model one that leaves
 * the room is told: nobody can rule it out.
 */
export function attemptLeftFor(
  state: RoomState,
  turn: TurnState,
  persona: string,
  { device, modelId }: Pick<AttemptState, "device" | "modelId">,
): string | undefined {
  const frozen = turn.planInput.cast.find(({ id }) => id === persona);
  if (frozen?.device === device && (modelId === undefined || frozen?.modelId === modelId)) {
    return leavesRoomFor({ engine: frozen?.provider ?? "", locality: frozen?.locality });
  }
  const lanes = state.devices.get(device ?? "")?.announced?.lanes ?? [];
  return lanes.filter((lane) => lane.modelId === modelId).map(leavesRoomFor)
    .find((host) => host !== undefined);
}
