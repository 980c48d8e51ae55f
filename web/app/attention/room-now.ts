/**
 * A room as notifications see it: what is unread there, by whom, and whether it is to me.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY261 What is unread in a room is looked through again only when the room has changed, or how
 *         much of it is unread.
 */

import { authorName } from "#shared/hosting/mod.ts";
import { findAddressed, textWithImages } from "#shared/personas/mod.ts";
import type { Message, RoomState } from "#shared/room/mod.ts";
import type { AppClient, RoomSummary } from "../../client/app-client.ts";
import { cleanName } from "../text/clean-name.ts";
import type { Heard, RoomNow } from "./decide-calls.ts";

/** Read of one room at most; those before count, and call nobody again. */
const HEARD_MAX = 100;

/** As it was read last: the list of rooms is told anew whenever a persona begins or ends. */
const known = new WeakMap<
  RoomState,
  { readonly device: string; readonly count: number; readonly heard: readonly Heard[] }
>();

/** Undefined while the room is not followed here. */
export function readRoomNow(
  client: Pick<AppClient, "lookInto">,
  { roomId, name, unread, isShared }: RoomSummary,
): RoomNow | undefined {
  const seen = client.lookInto(roomId);
  if (seen === undefined) return undefined;
  const { state, device, link } = seen;
  const isCurrent = !isShared || link?.phase === "live";
  const heard = heardOf(state, device, unread);
  return { roomId, name: cleanName(name), isCurrent, head: state.head, unread: heard };
}

/** SY261 */
function heardOf(state: RoomState, device: string, count: number): readonly Heard[] {
  const before = known.get(state);
  if (before?.device === device && before.count === count) return before.heard;
  const heard = unreadOf(state, device, count);
  known.set(state, { device, count, heard });
  return heard;
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
