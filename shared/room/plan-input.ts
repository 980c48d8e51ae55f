/** Freezes what a turn's plan may read (D17), at its opening seq (D18). */

import type { Draft } from "./draft.ts";
import { laneFor } from "./hosting-rules.ts";
import type { PlanInput, PlanPersona } from "./room-state.ts";
import { speedKey } from "./speeds.ts";

export function freezePlanInput(
  draft: Draft,
  turn: number,
  opening: {
    readonly text: string;
    readonly addressed: readonly string[];
    readonly speakers: readonly string[];
  },
  personas: readonly string[],
): PlanInput {
  return {
    roomId: draft.roomId,
    turn,
    text: opening.text,
    addressed: opening.addressed,
    speakers: opening.speakers,
    recipe: draft.recipe,
    cast: personas.map((id) => freezePersona(draft, id)),
  };
}

function freezePersona(draft: Draft, id: string): PlanPersona {
  const persona = draft.personas.get(id);
  const device = persona?.assignment?.device;
  const lane = persona && device !== undefined
    ? laneFor(persona, draft.devices.get(device))
    : undefined;
  const modelId = lane?.modelId ?? persona?.requirement.modelId ?? "";
  const speed = draft.speeds.get(speedKey(device ?? "", modelId));
  return {
    id,
    name: persona?.card.name ?? id,
    modelId,
    device,
    slots: lane?.slots ?? 1,
    prefillMilliTokensPerS: speed?.prefillMilliTokensPerS ?? 0,
    decodeMilliTokensPerS: speed?.decodeMilliTokensPerS ?? 0,
    replyTokens: speed?.replyTokens ?? 0,
    promptTokens: speed?.promptTokens ?? 0,
  };
}
