/** Freezes what a turn's plan may read (D17), at its opening seq (D18). */

import type { Draft } from "./draft.ts";
import { laneFor } from "./hosting-rules.ts";
import type { SpeakerChoice } from "./recipes/choose-speakers.ts";
import type {
  PersonaState,
  PlanInput,
  PlanLane,
  PlanPersona,
  TurnEntry,
  TurnState,
} from "./room-state.ts";
import { speedKey } from "./speeds.ts";

export function freezePlanInput(
  draft: Draft,
  turn: number,
  opening: {
    readonly text: string;
    readonly addressed: readonly string[];
    readonly speakers: readonly string[];
  },
  choice: SpeakerChoice,
): PlanInput {
  const { text, addressed, speakers } = opening;
  const ids = choice.chosen.map(({ id }) => id);
  return {
    roomId: draft.roomId,
    turn,
    text,
    addressed,
    speakers,
    recipe: draft.recipe,
    cast: choice.chosen.map((one) => freezePersona(draft, one)),
    leftOut: choice.leftOut,
    ahead: lanesAhead(draft, {
      ids,
      isHuman: speakers.length === 0,
      isVote: choice.candidates !== undefined,
    }),
  };
}

function freezePersona(
  draft: Draft,
  { id, because }: SpeakerChoice["chosen"][number],
): PlanPersona {
  const persona = draft.personas.get(id);
  return {
    id,
    name: persona?.card.name ?? id,
    specialty: persona?.card.gist ?? "",
    because,
    ...freezeLane(draft, persona),
  };
}

function freezeLane(draft: Draft, persona: PersonaState | undefined): PlanLane {
  const device = persona?.assignment?.device;
  const lane = persona && device !== undefined
    ? laneFor(persona, draft.devices.get(device))
    : undefined;
  const modelId = lane?.modelId ?? persona?.requirement.modelId ?? "";
  const speed = draft.speeds.get(speedKey(device ?? "", modelId));
  return {
    modelId,
    ...device === undefined ? {} : { device },
    ...lane === undefined ? {} : {
      provider: lane.engine,
      contextTokens: lane.contextTokens,
      isCold: lane.lane === "unknown",
    },
    ...lane?.replyTokensMax === undefined ? {} : { replyTokensMax: lane.replyTokensMax },
    ...lane?.locality === undefined ? {} : { locality: lane.locality },
    slots: lane?.slots ?? 1,
    prefillMilliTokensPerS: speed?.prefillMilliTokensPerS ?? 0,
    decodeMilliTokensPerS: speed?.decodeMilliTokensPerS ?? 0,
    replyTokens: speed?.replyTokens ?? 0,
    promptTokens: speed?.promptTokens ?? 0,
  };
}

/** The turn that opens: who was chosen for it, for what. */
interface NewTurn {
  readonly ids: readonly string[];
  readonly isHuman: boolean;
  readonly isVote: boolean;
}

/**
 * What hosts owe earlier turns, one attempt for each persona: those of a message before it merge
 * into the new one (D20), words into words and votes into votes, and follow-ups give way to a
 * message (D21).
 */
function lanesAhead(draft: Draft, next: NewTurn): readonly PlanLane[] {
  const owed = new Set<string>();
  for (const number of draft.openTurns) {
    const turn = draft.turns.get(number);
    for (const entry of turn?.entries ?? []) {
      if (turn === undefined || entry.settled !== undefined) continue;
      if (!isReplaced(turn, entry, next)) owed.add(entry.persona);
    }
  }
  return [...owed]
    .map((id) => draft.personas.get(id))
    .filter((persona) => persona?.assignment !== undefined)
    .map((persona) => freezeLane(draft, persona));
}

function isReplaced(turn: TurnState, entry: TurnEntry, next: NewTurn): boolean {
  if (!next.isHuman || entry.attempt > 0) return false;
  if (!turn.human) return true;
  return next.ids.includes(entry.persona) && (turn.vote !== undefined) === next.isVote;
}
