/**
 * Pinned messages inside the fold. Rules: fold.ts.
 *
 * A pin keeps the first words of its message: who joins behind a checkpoint has only the newest
 * messages, and a pin is most of all for those who come later.
 */

import { PIN_RULES_MIN, type RoomEvent } from "../protocol/events.ts";
import {
  type Draft,
  type EntryContext,
  ignore,
  messageIndex,
  noteMiss,
  pinnedWords,
  repin,
} from "./draft.ts";
import { roomLimits } from "./limits.ts";
import { newestMin } from "./reach.ts";
import type { RoomState } from "./room-state.ts";

type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

export function foldPin(
  draft: Draft,
  { seq, device }: EntryContext,
  { of, pinned }: EventOf<"pin">,
): void {
  if (draft.rules < PIN_RULES_MIN) return ignore(draft, seq, "rules-older");
  if (!draft.devices.has(device)) return ignore(draft, seq, "device-unknown");
  const pins = draft.pins ?? [];
  const isPinned = pins.some((pin) => pin.of === of);
  if (!pinned) {
    if (!isPinned) return ignore(draft, seq, "not-pinned");
    const others = pins.filter((pin) => pin.of !== of);
    if (others.length > 0) draft.pins = others;
    else delete draft.pins;
    return;
  }
  if (isPinned) return ignore(draft, seq, "pinned-before");
  if (pins.length >= roomLimits.pinsMax) return ignore(draft, seq, "pins-full"); // RM63
  const message = draft.messages[messageIndex(draft.messages, of)];
  if (message === undefined) noteMiss(draft, of);
  if (message === undefined || !isPinnable(draft, of)) {
    return ignore(draft, seq, "message-unknown");
  }
  const { kind, author, text } = message;
  draft.pins = [...pins, { of, seq, device, kind, author, text: pinnedWords(text) }];
}

/** Who began behind a checkpoint does not have the older ones, nor who will (RM63). */
export function isPinnable(state: Pick<RoomState, "messages">, of: number): boolean {
  const index = messageIndex(state.messages, of);
  return index >= newestMin(state) && state.messages[index]?.aside === false;
}

/**
 * An edit reaches the pin wherever the message is: what a pin says may not depend on whether this
 * device has the message (RM64).
 */
export function editPin(
  draft: Draft,
  { device }: EntryContext,
  { of, text }: EventOf<"edit">,
): void {
  const pin = draft.pins?.find((one) => one.of === of);
  if (pin?.kind === "person" && pin.author === device) repin(draft, of, text);
}
