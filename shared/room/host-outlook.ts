/**
 * Host outlook: who hosts a persona, who may take her over, and if nobody can, what is missing.
 *
 * Pure, from the log alone: what devices announced. It says nothing of memory or graphics of other
 * devices, which no log knows; what a model needs stands in its profile.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO150  Of a persona without a host it is said which devices may take her over; without any,
 *          for each device the first thing that keeps it from hosting her.
 *   HO151  Over all, that is named which keeps the nearest device: leave, then use, then room in
 *          the model, then the model, then that no device thinks at all.
 */

import type { PersonaState, RoomState } from "./room-state.ts";
import { laneFor, possibleHosts } from "./hosting-rules.ts";

/** Why one device does not host one persona; the first that holds, in the order of HO151. */
export type HostObstacle =
  /** It could, but the persona's owner named other devices. */
  | { readonly kind: "not-allowed" }
  /** It could, but thinks only for its own personas. */
  | { readonly kind: "not-for-others" }
  /** It runs the model, with less context than she needs. */
  | { readonly kind: "context"; readonly contextTokens: number }
  /** It runs other models. */
  | { readonly kind: "model"; readonly modelIds: readonly string[] }
  /** It is in the room and offers no model. */
  | { readonly kind: "no-model" }
  /** It left, or never said what it can do. */
  | { readonly kind: "away" };

export interface DeviceObstacle {
  readonly device: string;
  readonly obstacle: HostObstacle;
}

export type HostOutlook =
  | { readonly phase: "hosted"; readonly device: string }
  /** Free, and these devices could take her, the one that may first being first. */
  | { readonly phase: "takeover"; readonly devices: readonly string[] }
  | {
    readonly phase: "nobody";
    /** What would have to change least. */
    readonly missing: HostObstacle["kind"];
    /** The nearest first; among equals in code-unit order of their ids. */
    readonly devices: readonly DeviceObstacle[];
  };

/** In the order in which a device is the nearer to hosting. */
const nearness: readonly HostObstacle["kind"][] = [
  "not-allowed",
  "not-for-others",
  "context",
  "model",
  "no-model",
  "away",
];

export function hostOutlook(
  state: Pick<RoomState, "devices" | "personas">,
  persona: PersonaState,
): HostOutlook {
  const { assignment } = persona;
  if (assignment !== undefined) return { phase: "hosted", device: assignment.device };
  const possible = possibleHosts(state, persona);
  if (possible.length > 0) { // HO150
    const own = possible.filter((device) => device === persona.owner); // HO20: at once
    return { phase: "takeover", devices: [...new Set([...own, ...possible])] };
  }
  const devices = [...state.devices.keys()].sort()
    .map((device) => ({ device, obstacle: obstacleOf(state, persona, device) }))
    .sort((a, b) => rankOf(a.obstacle) - rankOf(b.obstacle));
  return { phase: "nobody", missing: devices[0]?.obstacle.kind ?? "away", devices }; // HO151
}

function obstacleOf(
  { devices }: Pick<RoomState, "devices">,
  persona: PersonaState,
  id: string,
): HostObstacle {
  const device = devices.get(id);
  if (device?.announced === undefined) return { kind: "away" };
  const { lanes } = device.announced;
  if (lanes.length === 0) return { kind: "no-model" };
  if (laneFor(persona, device) === undefined) {
    const { modelId } = persona.requirement;
    const fitting = lanes.filter((lane) => modelId === undefined || lane.modelId === modelId);
    return fitting.length > 0
      ? { kind: "context", contextTokens: Math.max(...fitting.map((lane) => lane.contextTokens)) }
      : { kind: "model", modelIds: [...new Set(lanes.map((lane) => lane.modelId))] };
  }
  // It fits: what is left is that it may not.
  return { kind: persona.hosts === "any" ? "not-for-others" : "not-allowed" };
}

function rankOf({ kind }: HostObstacle): number {
  return nearness.indexOf(kind);
}
