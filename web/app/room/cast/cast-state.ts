/** What each member of the cast is doing, from the room's state and what runs now. */

import type { PersonaState, RoomState } from "#shared/room/mod.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";

export type CastPhase =
  | "thinking"
  | "speaking"
  | "queued"
  | "restarting"
  | "replied"
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
      phase: live?.phase ?? restingPhase(state, persona),
      live: live !== undefined && live.phase !== "queued",
      running: live,
      host: hostOf(state, persona),
    };
  });
}

/** The newest turn that asked her, or that she took part in. */
function restingPhase(state: RoomState, persona: PersonaState): CastPhase {
  if (persona.assignment === undefined) return "no-host";
  const newest = newestTurnWith(state, persona.id)?.settled?.outcome.kind ?? "ready";
  return newest === "voted" ? "replied" : newest;
}

function newestTurnWith(state: RoomState, persona: string) {
  const turns = [...state.turns.values()].slice(-6);
  for (let index = turns.length - 1; index >= 0; index--) {
    const entry = turns[index]?.entries.find((each) => each.persona === persona);
    if (entry !== undefined) return entry;
    // A person's newer turn that did not ask her: she only listens.
    if (turns[index]?.human) return undefined;
  }
  return undefined;
}

function hostOf(state: RoomState, persona: PersonaState): CastMember["host"] {
  const device = persona.assignment?.device;
  if (device === undefined) return undefined;
  const lanes = state.devices.get(device)?.announced?.lanes ?? [];
  const wanted = persona.requirement.modelId;
  const lane = lanes.find(({ modelId }) => wanted === undefined || modelId === wanted);
  return { device, lane: lane?.lane, modelId: lane?.modelId ?? wanted };
}
