/**
 * Who reads what is written in a room: for each persona her device, model, what of the log she is
 * given, whether she sees pictures, and whether it leaves the room. Pure.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM71 Who reads what is told from what the room decides it by: the lane that her holder
 *        announced for her, and what she has heard.
 */

import { laneFor, leavesRoomFor, type RoomState, seesImages } from "#shared/room/mod.ts";

export interface Reading {
  readonly persona: string;
  /** Where she thinks; undefined while nobody hosts her, and then she reads nothing. */
  readonly device: string | undefined;
  readonly modelId: string | undefined;
  /** The host outside the room that reads what she reads. */
  readonly leavesFor: string | undefined;
  /** Everything, what was said since she joined, or nothing as nobody hosts her. */
  readonly hears: "everything" | "since-joining" | "nothing";
  readonly seesImages: boolean | undefined;
}

/** The cast, in its order. */
export function whoReads(state: RoomState): readonly Reading[] {
  return [...state.personas.values()].filter(({ removed }) => !removed).map((persona) => {
    const device = persona.assignment?.device;
    const lane = device === undefined ? undefined : laneFor(persona, state.devices.get(device));
    return {
      persona: persona.id,
      device,
      modelId: lane?.modelId ?? persona.requirement.modelId,
      leavesFor: leavesRoomFor(lane),
      hears: device === undefined ? "nothing" : hears(state, persona.id),
      seesImages: seesImages(state, persona),
    };
  });
}

/** Everything where she was in the cast when the option began and ever since (RM41). */
function hears({ presence }: RoomState, persona: string): Reading["hears"] {
  const isWhole =
    presence?.some((span) =>
      span.persona === persona && span.from === undefined && span.until === undefined
    ) ?? true;
  return isWhole ? "everything" : "since-joining";
}
