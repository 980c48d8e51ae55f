/** What a message answers, as far as this device's state has it. Pure. */

import { messageIndex } from "./draft.ts";
import type { Message, RoomState } from "./room-state.ts";

export type RepliedTo =
  | { readonly kind: "message"; readonly message: Message }
  /** A rewind or an edit set it aside. */
  | { readonly kind: "aside"; readonly message: Message }
  /** It may be among the older messages, which are not at hand (SY139). */
  | { readonly kind: "earlier" }
  /** It stayed behind where the room or this device began, or never was. */
  | { readonly kind: "unknown" };

/** Undefined for a message that answers none; what it could not have answered is unknown (RM62). */
export function repliedTo(
  { messages, earlier }: Pick<RoomState, "messages" | "earlier">,
  { seq, replyTo }: Pick<Message, "replyTo"> & { readonly seq: number },
): RepliedTo | undefined {
  if (replyTo === undefined) return undefined;
  const message = replyTo < seq ? messages[messageIndex(messages, replyTo)] : undefined;
  if (message !== undefined) return { kind: message.aside ? "aside" : "message", message };
  const first = messages[0]?.seq ?? -Infinity;
  return { kind: earlier !== undefined && replyTo < first ? "earlier" : "unknown" };
}
