/**
 * Who could host whom, from announcements alone: the same answer on every peer (D16, D26).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM52  A persona sees images where the lane that her holder announced for her does; of one whom
 *         nobody holds it is not known.
 */

import type { AnnouncedLane } from "../protocol/events.ts";
import type { DeviceState, PersonaState, RoomState } from "./room-state.ts";

type Hosting = Pick<RoomState, "devices" | "personas">;

/** The lane of this device that a persona would run on: the first that meets her requirement. */
export function laneFor(
  persona: PersonaState,
  device: DeviceState | undefined,
): AnnouncedLane | undefined {
  return device?.announced?.lanes.find((lane) =>
    (persona.requirement.modelId === undefined || persona.requirement.modelId === lane.modelId) &&
    lane.contextTokens >= persona.requirement.contextTokensMin
  );
}

/** True when `device` may and can host `persona` by what the log says. */
export function canHost(persona: PersonaState, device: DeviceState): boolean {
  if (persona.removed) return false;
  const allowed = persona.hosts === "any"
    ? device.announced?.hostsForOthers === true || persona.owner === device.id
    : persona.hosts.includes(device.id);
  return allowed && laneFor(persona, device) !== undefined;
}

/** Devices that could host `persona` now, in code-unit order of their ids. */
export function possibleHosts(state: Hosting, persona: PersonaState): readonly string[] {
  return [...state.devices.values()]
    .filter((device) => canHost(persona, device))
    .map((device) => device.id)
    .sort();
}

/** Whether she sees images; undefined while nobody holds her (RM52). */
export function seesImages(state: Hosting, persona: PersonaState): boolean | undefined {
  const holder = persona.assignment && state.devices.get(persona.assignment.device);
  const lane = laneFor(persona, holder);
  return lane && lane.seesImages === true;
}
