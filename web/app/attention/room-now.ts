/** A room as notifications see it: what is unread there, by whom, and whether it is to me. */

import { authorName } from "#shared/hosting/mod.ts";
import { findAddressed, textWithImages } from "#shared/personas/mod.ts";
import type { Message, RoomState } from "#shared/room/mod.ts";
import type { AppClient, RoomSummary } from "../../client/app-client.ts";
import { cleanName } from "../text/clean-name.ts";
import type { Heard, RoomNow } from "./decide-calls.ts";

/** Read of one room at most; those before count, and call nobody again. */
const HEARD_MAX = 100;

/** Undefined while the room is not followed here. */
export function readRoomNow(
  client: Pick<AppClient, "lookInto">,
  { roomId, name, unread, isShared }: RoomSummary,
): RoomNow | undefined {
  const seen = client.lookInto(roomId);
  if (seen === undefined) return undefined;
  const { state, device, link } = seen;
  const isCurrent = !isShared || link?.phase === "live";
  const heard = unreadOf(state, device, unread);
  return { roomId, name: cleanName(name), isCurrent, head: state.head, unread: heard };
}

function unreadOf(state: RoomState, device: string, count: number): readonly Heard[] {
  const messages: Message[] = [];
  for (let at = state.messages.length - 1; at >= 0; at--) {
    if (messages.length >= Math.min(count, HEARD_MAX)) break;
    const message = state.messages[at];
    if (message === undefined || message.aside || message.author === device) continue;
    messages.unshift(message);
  }
  return messages.map((message) => ({
    seq: message.seq,
    author: message.author,
    name: cleanName(authorName(state, message)),
    text: textWithImages(message.text, message.images),
    isToMe: isToMe(state, device, message),
  }));
}

/** It calls this person by their name or its first word, or answers a message of theirs. */
function isToMe(state: RoomState, device: string, { text, replyTo }: Message): boolean {
  const name = state.devices.get(device)?.name.trim() ?? "";
  const names = [name, name.split(/\s/)[0] ?? ""];
  if (names.some((each) => findAddressed(text, [{ id: device, name: each }]).length > 0)) {
    return true;
  }
  return replyTo !== undefined &&
    state.messages.some(({ seq, author }) => seq === replyTo && author === device);
}
