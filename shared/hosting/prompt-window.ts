/**
 * Projects a room into what the prompt layout reads: the lines of now, the cast, whom it is for.
 */

import type { LayoutRequest } from "../personas/layout.ts";
import type { ScriptLine } from "../personas/layout/shared-script.ts";
import { withCardWords } from "../personas/lore/card-words.ts";
import type { PersonaState, RoomState, TurnState } from "../room/room-state.ts";
import { hostingLimits } from "./limits.ts";
import { authorName, heardMessages, layoutLine, windowMessages } from "./window-lines.ts";

/** Whom a card speaks to in a room where no person is known yet. */
const NOBODY = "Someone";

/** What a prompt is made of; its lines are known by their seqs. */
export interface PromptWindow extends LayoutRequest {
  readonly lines: readonly ScriptLine[];
}

/** Undefined when the persona or the turn is not in the state. */
export function promptWindow(
  state: RoomState,
  turnNumber: number,
  personaId: string,
  format: LayoutRequest["format"],
  tokensMax: number,
  recalled?: LayoutRequest["recalled"],
): PromptWindow | undefined {
  const persona = state.personas.get(personaId);
  const turn = state.turns.get(turnNumber);
  if (persona === undefined || turn === undefined) return undefined;
  const request = {
    format,
    speaker: persona.card,
    others: othersOf(state, personaId),
    people: peopleOf(state),
    lines: windowMessages(state, turn, personaId).map((one) => layoutLine(state, one, personaId)),
    addressed: addressedOf(state, turn, personaId),
    tokensMax,
    recalled,
  };
  const attempt = turn.entries.find((one) => one.persona === personaId)?.attempt ?? 0;
  return ofCard(state, request, persona, `${turnNumber}/${attempt}`, turn.root);
}

/** What her card says in this prompt; `root`: the message that it is about. */
function ofCard(
  state: RoomState,
  request: PromptWindow,
  { id, card }: PersonaState,
  occasion: string,
  root: number | undefined,
): PromptWindow {
  const asks = state.messages.find((one) => one.seq === root && one.kind === "person") ??
    state.messages.findLast((one) => one.kind === "person" && !one.aside);
  return withCardWords(request, {
    card,
    user: asks === undefined ? request.people[0] ?? NOBODY : authorName(state, asks),
    turnKey: `${state.roomId}/${id}/${occasion}`,
    personaKey: `${state.roomId}/${id}`,
    loreTokensMax: Math.floor(request.tokensMax * hostingLimits.loreShare),
  });
}

/** The window of private work: the room's newest lines. Undefined for an unknown persona. */
export function privateWindow(
  state: RoomState,
  personaId: string,
  format: LayoutRequest["format"],
  tokensMax: number,
): PromptWindow | undefined {
  const persona = state.personas.get(personaId);
  if (persona === undefined) return undefined;
  const request = {
    format,
    speaker: persona.card,
    others: othersOf(state, personaId),
    people: peopleOf(state),
    lines: heardMessages(state, personaId).slice(-hostingLimits.windowLinesMax)
      .map((one) => layoutLine(state, one, personaId)),
    addressed: { kind: "you" } as const,
    tokensMax,
  };
  return ofCard(state, request, persona, "private", undefined);
}

function othersOf(state: RoomState, personaId: string): LayoutRequest["others"] {
  return [...state.personas.values()]
    .filter((one) => one.id !== personaId && !one.removed)
    .map(({ card }) => ({ name: card.name, gist: card.gist }));
}

function peopleOf(state: RoomState): readonly string[] {
  const speaking = new Set(
    state.messages.filter((one) => one.kind === "person").map((one) => one.author),
  );
  const names = [...state.devices.values()]
    .filter((device) => device.announced !== undefined || speaking.has(device.id))
    .map((device) => device.name);
  return [...new Set(names)];
}

function addressedOf(
  state: RoomState,
  turn: TurnState,
  personaId: string,
): LayoutRequest["addressed"] {
  const { addressed } = turn.planInput;
  if (addressed.length === 0) return { kind: "all" };
  if (addressed.includes(personaId)) return { kind: "you" };
  const name = state.personas.get(addressed[0] ?? "")?.card.name;
  return name === undefined ? { kind: "all" } : { kind: "other", name };
}
