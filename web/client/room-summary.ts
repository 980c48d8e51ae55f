/** One line about a room for the list of rooms. Pure. */

import { authorName } from "#shared/hosting/mod.ts";
import { textWithImages } from "#shared/personas/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { RoomSummary } from "./app-client.ts";

const LINE_CHARS_MAX = 120;

/** `state` undefined while the room has not been read yet: its name is known, its lines are not. */
export function summarizeRoom(
  listing: {
    readonly roomId: string;
    readonly name: string;
    readonly createdAt: number;
    readonly lastReadSeq: number;
    readonly shared: boolean;
  },
  state: RoomState | undefined,
  device: string,
): RoomSummary {
  const visible = state?.messages.filter((message) => !message.aside) ?? [];
  const last = visible.at(-1);
  const unread = visible.filter((message) =>
    message.seq > listing.lastReadSeq && message.author !== device
  );
  const cast = [...state?.personas.values() ?? []].filter((persona) => !persona.removed);
  return {
    roomId: listing.roomId,
    name: state?.name || listing.name,
    lastLine: state === undefined || last === undefined
      ? ""
      : `${last.author === device ? "" : `${authorName(state, last)}: `}${
        textWithImages(last.text, last.images)
      }`
        .replace(/\s+/g, " ")
        .slice(0, LINE_CHARS_MAX),
    lastAtMs: last?.at ?? listing.createdAt,
    unread: unread.length,
    personaIds: cast.map((persona) => persona.id),
    personaNames: cast.map((persona) => persona.card.name),
    personaHues: cast.map((persona) => persona.card.hue),
    isShared: listing.shared,
  };
}
