/** What each member of the cast is doing, from the room's state and what runs now. */

import { laneFor, leavesRoomFor, type PersonaState, type RoomState } from "#shared/room/mod.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { isChoice } from "../turn/choice.ts";

export type CastPhase =
  | "thinking"
  | "speaking"
  | "choosing"
  | "queued"
  | "restarting"
  | "replied"
  | "voted"
  | "silent"
  | "failed"
  | "deferred"
  | "stopped"
  | "ready"
  | "no-host";

export interface CastMember {
  readonly persona: PersonaState;
  readonly phase: CastPhase;
  readonly live: boolean;
  readonly running: RunningAttempt | undefined;
  /** Where she thinks; undefined while nobody hosts her. */
  readonly host: {
    readonly device: string;
    readonly lane: string | undefined;
    readonly modelId: string | undefined;
    /** The host outside the room that reads what she reads; undefined where none does. */
    readonly leavesFor: string | undefined;
  } | undefined;
}

/** The cast in the order in which it was added. */
export function listCast(
  state: RoomState,
  running: readonly RunningAttempt[],
): readonly CastMember[] {
  return [...state.personas.values()].filter(({ removed }) => !removed).map((persona) => {
    const live = running.find((attempt) => attempt.persona === persona.id);
    return {
      persona,
      phase: live === undefined ? restingPhase(state, persona) : livePhase(state, live),
      live: live !== undefined && live.phase !== "queued",
      running: live,
      host: hostOf(state, persona),
    };
  });
}

/** Who chooses the speaker reads and writes too, but says nothing. */
function livePhase(state: RoomState, { turn, phase }: RunningAttempt): CastPhase {
  return isChoice(state, turn) && (phase === "thinking" || phase === "speaking")
    ? "choosing"
    : phase;
}

/** What became of her in the newest message's turns; she listens where none of them asked her. */
function restingPhase(state: RoomState, persona: PersonaState): CastPhase {
  if (persona.assignment === undefined) return "no-host";
  return newestEntry(state, persona.id)?.settled?.outcome.kind ?? "ready";
}

function newestEntry(state: RoomState, persona: string) {
  const turns = [...state.turns.values()];
  const root = turns.at(-1)?.root;
  for (let index = turns.length - 1; turns[index]?.root === root && index >= 0; index--) {
    const entry = turns[index]?.entries.find((each) => each.persona === persona);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function hostOf(state: RoomState, persona: PersonaState): CastMember["host"] {
  const device = persona.assignment?.device;
  if (device === undefined) return undefined;
  const lane = laneFor(persona, state.devices.get(device));
  const modelId = lane?.modelId ?? persona.requirement.modelId;
  return { device, lane: lane?.lane, modelId, leavesFor: leavesRoomFor(lane) };
}
