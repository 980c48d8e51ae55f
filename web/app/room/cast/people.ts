/** Who takes part in a room, from its state and from who is connected. */

import type { RoomState } from "#shared/room/mod.ts";
import type { SharedView } from "../../../client/app-client.ts";

export interface PersonHere {
  readonly device: string;
  readonly isOwn: boolean;
  /** Unknown while this device is not connected itself. */
  readonly presence: "here" | "away" | "unknown";
  /** Has announced that it can think for personas. */
  readonly canHost: boolean;
  /** Personas that this device hosts, in the order of the cast. */
  readonly hosts: readonly string[];
}

/**
 * Devices that have a name: this one first, then who is here, then who is away, each in the order
 * of coming. `present` undefined: nobody told us who is connected.
 */
export function listPeople(
  state: RoomState,
  present: readonly string[] | undefined,
  own: string,
): readonly PersonHere[] {
  const personas = [...state.personas.values()].filter(({ removed }) => !removed);
  const people = [...state.devices.values()].filter(({ name, gone }) =>
    name.trim() !== "" && gone !== true
  )
    .map(({ id, announced }) => ({
      device: id,
      isOwn: id === own,
      presence: presenceOf(id, present, own),
      canHost: (announced?.lanes.length ?? 0) > 0,
      hosts: personas.filter(({ assignment }) => assignment?.device === id).map(({ id }) => id),
    }));
  const rank = ({ isOwn, presence }: PersonHere): number => isOwn ? 0 : presence === "away" ? 2 : 1;
  return people.sort((a, b) => rank(a) - rank(b));
}

/** Who is connected, or undefined while this device cannot know: alone here, or cut off. */
export function knownPresent(shared: SharedView | undefined): readonly string[] | undefined {
  const phase = shared?.link.phase;
  return phase === "live" || phase === "catching-up" ? shared?.present : undefined;
}

function presenceOf(
  device: string,
  present: readonly string[] | undefined,
  own: string,
): PersonHere["presence"] {
  if (present === undefined) return "unknown";
  return device === own || present.includes(device) ? "here" : "away";
}

/** Connected devices without a name: readers, and who is arriving this very moment. */
export function countNameless(state: RoomState, present: readonly string[], own: string): number {
  return present.filter((device) => device !== own && !state.devices.has(device)).length;
}

/** Who disputes whose checkpoint, each pair once. */
export function listDisputes(
  state: Pick<RoomState, "checkpoints">,
): readonly { readonly device: string; readonly maker: string }[] {
  const pairs = state.checkpoints.flatMap(({ device: maker, disputedBy }) =>
    disputedBy.map((device) => [`${device} ${maker}`, { device, maker }] as const)
  );
  return [...new Map(pairs).values()];
}
