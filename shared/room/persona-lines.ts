/** What personas say in a turn, among a room's messages. Rules: fold.ts. */

import { PIN_RULES_MIN, type RoomEvent } from "../protocol/events.ts";
import { type Draft, type EntryContext, noteMiss, replaceMessage } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import { saidAt } from "./presence.ts";
import { newestMin, reachMin } from "./reach.ts";

export function showReply(
  draft: Draft,
  context: EntryContext,
  turn: number,
  persona: string,
  text: string,
): void {
  const index = shownMessageIndex(draft, turn, persona);
  if (index === -1) {
    addPersonaMessage(draft, context, turn, persona, text, false);
  } else {
    replaceMessage(draft, index, { text, stopped: false, ...saidAt(draft, context) });
  }
}

/** Half a text is set aside with what the rewind that stopped it set aside (RM65). */
export function addPartial(
  draft: Draft,
  context: EntryContext,
  turn: number,
  { persona, text }: Extract<RoomEvent, { kind: "partial" }>,
  stoppedAt: number,
): void {
  addPersonaMessage(draft, context, turn, persona, text, true);
  if (!didSetAside(draft, stoppedAt)) return;
  replaceMessage(draft, draft.messages.length - 1, { aside: true, asideBy: stoppedAt });
}

/** Whether the entry at `seq` is a rewind behind which messages are set aside. */
function didSetAside(draft: Draft, seq: number): boolean {
  if (draft.rules < PIN_RULES_MIN) return false;
  const newest = draft.messages.slice(newestMin(draft));
  if (newest.some(({ asideBy }) => asideBy === seq)) return true;
  if (newest.length < roomLimits.checkpointMessagesMax) noteMiss(draft, -Infinity);
  return false;
}

function addPersonaMessage(
  draft: Draft,
  context: EntryContext,
  turn: number,
  persona: string,
  text: string,
  stopped: boolean,
): void {
  draft.messages.push({
    seq: context.seq,
    at: context.at,
    kind: "persona",
    author: persona,
    text,
    addressed: [],
    edited: false,
    aside: false,
    turn,
    stopped,
  });
}

/** The persona's line of a turn is near the end of the log in all but very late attempts. */
export function shownMessageIndex(draft: Draft, turn: number, persona: string): number {
  for (let index = draft.messages.length - 1; index >= reachMin(draft); index -= 1) {
    const message = draft.messages[index];
    if (message === undefined || message.seq < turn) return -1;
    if (message.turn === turn && message.author === persona) return index;
  }
  if (reachMin(draft) === 0) noteMiss(draft, turn);
  return -1;
}
