/** Which of a room's lines a prompt may hold, and what they look like in one. */

import { textWithImages } from "../personas/image-words.ts";
import { textWithReply } from "../personas/reply-words.ts";
import type { ScriptLine } from "../personas/layout/shared-script.ts";
import type { Message, RoomState, TurnState } from "../room/room-state.ts";
import { hasHeard } from "../room/presence.ts";
import { repliedTo } from "../room/replies.ts";
import { hostingLimits as limits } from "./limits.ts";

/**
 * The newest lines that a persona's prompt for a turn may hold, oldest first: `windowLinesMax` and
 * what a block is not full of. Where they begin moves by whole blocks (PL61).
 */
export function windowMessages(
  state: RoomState,
  turn: TurnState,
  personaId: string,
): readonly Message[] {
  const max = limits.windowLinesMax;
  // Lines set aside take none of the window: look twice as far back.
  const near = state.messages.slice(blocksOver(state.messages.length, 2 * max));
  const readable = near.filter(readableIn(state, turn, personaId));
  return readable.slice(blocksOver(readable.length, max));
}

/** How many of `count` lines are in full blocks beyond `max`. */
function blocksOver(count: number, max: number): number {
  const block = limits.windowBlockLines;
  return Math.max(0, Math.floor((count - max) / block)) * block;
}

/**
 * Visible lines that this persona has heard (RM41).
 *
 * Another attempt does not read the line it replaces; what was said after its turn
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
    !message.aside && message.seq <= lastSeq && hasHeard(state, personaId, message) &&
    !(message.turn === turn.turn && message.author === personaId);
}

/** Visible lines of a room that a persona has heard, off its turns; ascending by seq. */
export function heardMessages(state: RoomState, personaId: string): readonly Message[] {
  return state.messages.filter((one) => !one.aside && hasHeard(state, personaId, one));
}

/**
 * A line as its readers see it; `reader`: the one persona who reads it, and who may know of what
 * it answers. Without one the line is for several, and quotes nothing.
 */
export function layoutLine(state: RoomState, message: Message, reader?: string): ScriptLine {
  const text = textWithImages(message.text, message.images); // PL80
  return {
    seq: message.seq,
    author: authorName(state, message),
    isPersona: message.kind === "persona",
    text: textWithReply(text, quoteFor(state, message, reader)),
  };
}

/** What she has heard and is still said of the message that this one answers (PL85, RM41). */
function quoteFor(
  state: RoomState,
  message: Message,
  reader: string | undefined,
): { readonly author: string; readonly text: string } | undefined {
  const replied = reader === undefined ? undefined : repliedTo(state, message);
  if (reader === undefined || replied?.kind !== "message") return undefined;
  if (!hasHeard(state, reader, replied.message)) return undefined;
  return { author: authorName(state, replied.message), text: replied.message.text };
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
