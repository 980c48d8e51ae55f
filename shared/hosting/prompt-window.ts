/**
 * Projects a room into what the prompt layout reads: the lines of now, the cast, whom it is for.
 */

import type { LayoutLine, LayoutRequest } from "../personas/layout.ts";
import { withCardWords } from "../personas/lore/card-words.ts";
import type { Message, PersonaState, RoomState, TurnState } from "../room/room-state.ts";
import { hostingLimits } from "./limits.ts";

/** Whom a card speaks to in a room where no person is known yet. */
const NOBODY = "Someone";

/** Undefined when the persona or the turn is not in the state. */
export function promptWindow(
  state: RoomState,
  turnNumber: number,
  personaId: string,
  format: LayoutRequest["format"],
  tokensMax: number,
  recalled?: LayoutRequest["recalled"],
): LayoutRequest | undefined {
  const persona = state.personas.get(personaId);
  const turn = state.turns.get(turnNumber);
  if (persona === undefined || turn === undefined) return undefined;
  const request = {
    format,
    speaker: persona.card,
    others: othersOf(state, personaId),
    people: peopleOf(state),
    lines: windowMessages(state, turn, personaId).map((one) => layoutLine(state, one)),
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
  request: LayoutRequest,
  { id, card }: PersonaState,
  occasion: string,
  root: number | undefined,
): LayoutRequest {
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
): LayoutRequest | undefined {
  const persona = state.personas.get(personaId);
  if (persona === undefined) return undefined;
  const request = {
    format,
    speaker: persona.card,
    others: othersOf(state, personaId),
    people: peopleOf(state),
    lines: state.messages.filter((one) => !one.aside).slice(-hostingLimits.windowLinesMax)
      .map((one) => layoutLine(state, one)),
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

/** The newest lines that a persona's prompt for a turn may hold, oldest first. */
export function windowMessages(
  state: RoomState,
  turn: TurnState,
  personaId: string,
): readonly Message[] {
  const isReadable = readableIn(state, turn, personaId);
  return state.messages
    .slice(-hostingLimits.windowLinesMax * 2)
    .filter(isReadable)
    .slice(-hostingLimits.windowLinesMax);
}

/**
 * Visible lines. Another attempt does not read the line it replaces; what was said after its turn
 * is left out too, so that it answers the same message.
 */
export function readableIn(
  state: RoomState,
  turn: TurnState,
  personaId: string,
): (message: Message) => boolean {
  const entry = turn.entries.find((one) => one.persona === personaId);
  const isAgain = (entry?.attempt ?? 0) > 0;
  const lastSeq = isAgain ? lastSeqOfTurn(state, turn, personaId) : state.head;
  return (message) =>
    !message.aside && message.seq <= lastSeq &&
    !(message.turn === turn.turn && message.author === personaId);
}

export function layoutLine(state: RoomState, message: Message): LayoutLine {
  return {
    author: authorName(state, message),
    isPersona: message.kind === "persona",
    text: message.text,
  };
}

/** Where an old turn's conversation ended: just before the next message of a person. */
function lastSeqOfTurn(state: RoomState, turn: TurnState, personaId: string): number {
  const next = state.messages.find((message) =>
    message.kind === "person" && message.turn > turn.root && !message.aside
  );
  const own = state.messages.find((message) =>
    message.turn === turn.turn && message.author === personaId
  );
  const end = next === undefined ? state.head : next.seq - 1;
  return own === undefined ? end : Math.min(end, own.seq);
}

export function authorName(state: RoomState, message: Pick<Message, "kind" | "author">): string {
  return message.kind === "persona"
    ? state.personas.get(message.author)?.card.name ?? message.author
    : state.devices.get(message.author)?.name ?? message.author;
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
