/** What people say, correct and set aside inside the fold. Rules: fold.ts. */

import { PIN_RULES_MIN, type RoomEvent } from "../protocol/events.ts";
import {
  type Draft,
  type EntryContext,
  ignore,
  messageIndex,
  noteMiss,
  replaceMessage,
} from "./draft.ts";
import { placedImages } from "./fold-blobs.ts";
import { editPin } from "./fold-pins.ts";
import { foldStop, openTurn } from "./fold-turns.ts";
import { saidAt } from "./presence.ts";
import { newestInReach, reachMin } from "./reach.ts";
import type { RoomState } from "./room-state.ts";

type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

export function foldSay(draft: Draft, context: EntryContext, event: EventOf<"say">): void {
  if (!draft.devices.has(context.device)) return ignore(draft, context.seq, "device-unknown");
  const images = placedImages(draft, context, event.images);
  // Words that an older client refuses for being none say nothing here either.
  if (images === undefined && event.text.trim() === "") {
    return ignore(draft, context.seq, "malformed: text"); // RM46
  }
  draft.messages.push({
    seq: context.seq,
    at: context.at,
    kind: "person",
    author: context.device,
    text: event.text,
    addressed: event.addressed,
    replyTo: event.replyTo,
    edited: false,
    aside: false,
    turn: context.seq,
    stopped: false,
    ...images === undefined ? {} : { images },
  });
  openHumanTurn(draft, context, event.text, event.addressed);
}

/**
 * Corrects a message. The newest one is asked again: what ran is stopped, what was answered is set
 * aside, and a new turn opens at this entry (D24).
 */
export function foldEdit(draft: Draft, context: EntryContext, event: EventOf<"edit">): void {
  editPin(draft, context, event);
  const index = messageIndex(draft.messages, event.of);
  const message = draft.messages[index];
  if (message === undefined) noteMiss(draft, event.of);
  if (message === undefined || message.kind !== "person") {
    return ignore(draft, context.seq, "message-unknown");
  }
  if (message.author !== context.device) return ignore(draft, context.seq, "not-the-author");
  const newest = newestInReach(draft, (one) => one.kind === "person" && !one.aside);
  if (newest?.seq !== event.of) {
    replaceMessage(draft, index, { text: event.text, edited: true, ...saidAt(draft, context) });
    return;
  }
  foldStop(draft, context, { kind: "all" });
  setAsideAfter(draft, event.of);
  const said = saidAt(draft, context);
  replaceMessage(draft, index, { text: event.text, edited: true, turn: context.seq, ...said });
  openHumanTurn(draft, context, event.text, message.addressed);
}

/** Sets everything after `to` aside, unless the tail moved since the author looked (D24). */
export function foldRewind(draft: Draft, context: EntryContext, event: EventOf<"rewind">): void {
  const tail = newestInReach(draft, (message) => !message.aside);
  if (tail?.seq !== event.expect) return ignore(draft, context.seq, "tail-moved");
  foldStop(draft, context, { kind: "all" });
  setAsideAfter(draft, event.to, draft.rules < PIN_RULES_MIN ? undefined : context.seq);
}

function setAsideAfter(draft: Draft, seq: number, by?: number): void {
  const change = by === undefined ? { aside: true } : { aside: true, asideBy: by };
  for (let index = draft.messages.length - 1; index >= 0; index -= 1) {
    const message = draft.messages[index];
    if (message === undefined || message.seq <= seq) return;
    if (!message.aside) replaceMessage(draft, index, change);
  }
  noteMiss(draft, seq);
}

/** Brings back what a rewind set aside, as long as the talk ends with that rewind. */
export function foldRestore(draft: Draft, context: EntryContext, event: EventOf<"restore">): void {
  if (draft.rules < PIN_RULES_MIN) return ignore(draft, context.seq, "rules-older");
  if (!draft.devices.has(context.device)) return ignore(draft, context.seq, "device-unknown");
  // Where nothing at hand is visible, more of what was set aside may be among what is not.
  newestInReach(draft, (one) => !one.aside);
  if (rewindToRestore(draft) !== event.rewind) return ignore(draft, context.seq, "said-since");
  for (const [index, message] of draft.messages.entries()) {
    if (message.asideBy !== event.rewind) continue;
    const { asideBy: _rewind, ...rest } = message;
    draft.messages[index] = { ...rest, aside: false };
  }
}

/** The rewind that can be taken back now: the newest, unless something was said behind it. */
export function rewindToRestore(
  state: Pick<RoomState, "messages" | "checkpoints" | "openTurns">,
): number | undefined {
  let rewind = -Infinity;
  let said = -Infinity;
  for (const { seq, turn, asideBy } of state.messages.slice(reachMin(state))) {
    // What a rewind set aside is before it, or the rest of what it stopped (RM65).
    if (asideBy === undefined) said = Math.max(said, seq, turn);
    else rewind = Math.max(rewind, asideBy);
  }
  return said < rewind ? rewind : undefined; // RM65
}

function openHumanTurn(
  draft: Draft,
  context: EntryContext,
  text: string,
  addressed: readonly string[],
): void {
  const opening = { text, addressed, speakers: [], depth: 0, root: context.seq };
  openTurn(draft, context, opening);
}
