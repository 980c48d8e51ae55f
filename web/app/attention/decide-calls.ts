/**
 * What to call a person for, from what is unread. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY251 A room that is not looked at has at most one notification, for what came since the page
 *         has all of the room; pressed it opens the room, and it goes when the room is read.
 *   SY253 Of each room a person is called for everything, for what names them, or for nothing;
 *         then it is not counted in title and icon either.
 *   SY254 Messages of whom a person muted in a room are folded there, call nobody and are not
 *         counted in title and icon; nobody else learns of it.
 */

import { type Attention, isMuted } from "./attention.ts";

/** One unread message. */
export interface Heard {
  readonly seq: number;
  readonly author: string;
  readonly name: string;
  readonly text: string;
  /** It names the person, or answers a message of theirs. */
  readonly isToMe: boolean;
}

export interface RoomNow {
  readonly roomId: string;
  readonly name: string;
  /** Everything of the room is here, so that what comes is new. */
  readonly isCurrent: boolean;
  readonly head: number;
  /** Oldest first. */
  readonly unread: readonly Heard[];
}

/** What was told of each room so far. */
export type Told = ReadonlyMap<string, { readonly seq: number; readonly hasUnread: boolean }>;

export type Call =
  | {
    readonly kind: "show";
    readonly roomId: string;
    readonly room: string;
    /** Who wrote, each once, in the order of their first unread message. */
    readonly names: readonly string[];
    readonly isToMe: boolean;
    /** Makes itself heard; a second message behind one that is still unread does not. */
    readonly isLoud: boolean;
    readonly newest: Heard;
  }
  | { readonly kind: "close"; readonly roomId: string };

/** Messages of `room` that may call the person (SY253, SY254). */
export function callingOf(attention: Attention, room: RoomNow): readonly Heard[] {
  const { roomId, unread } = room;
  const level = attention.levels[roomId] ?? "all";
  if (level === "none") return [];
  return unread.filter(({ author, isToMe }) =>
    !isMuted(attention, roomId, author) && (level === "all" || isToMe)
  );
}

/** `looksAt`: whether the person sees this room now. */
export function decideCalls(
  told: Told,
  rooms: readonly RoomNow[],
  attention: Attention,
  looksAt: (roomId: string) => boolean,
): { readonly told: Told; readonly calls: readonly Call[] } {
  const gone = [...told.keys()].filter((id) => !rooms.some(({ roomId }) => roomId === id));
  const calls = [
    ...gone.map((roomId): Call => ({ kind: "close", roomId })),
    ...rooms.flatMap((room) => callFor(told, room, attention, looksAt)),
  ];
  // What comes while the room is being fetched was said before.
  const known = rooms.filter(({ roomId, isCurrent }) => isCurrent || told.has(roomId));
  const next = known.map(({ roomId, head, unread }) =>
    [roomId, { seq: head, hasUnread: unread.length > 0 }] as const
  );
  return { told: new Map(next), calls };
}

function callFor(
  told: Told,
  room: RoomNow,
  attention: Attention,
  looksAt: (roomId: string) => boolean,
): readonly Call[] {
  const { roomId } = room;
  const before = told.get(roomId);
  if (before === undefined) {
    // A page of before may have left one there.
    return room.isCurrent && room.unread.length === 0 ? [{ kind: "close", roomId }] : [];
  }
  if (room.unread.length === 0) return before.hasUnread ? [{ kind: "close", roomId }] : [];
  if (!attention.isOn || looksAt(roomId)) return [];
  const calling = callingOf(attention, room);
  const newest = calling.at(-1);
  if (newest === undefined || newest.seq <= before.seq) return [];
  const fresh = calling.filter(({ seq }) => seq > before.seq);
  const isToMe = fresh.some((one) => one.isToMe);
  return [{
    kind: "show",
    roomId,
    room: room.name,
    names: [...new Set(calling.map(({ name }) => name))],
    isToMe,
    isLoud: isToMe || fresh.length === calling.length,
    newest,
  }];
}
