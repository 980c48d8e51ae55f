/** Rooms full of members that count what reaches them. */

import type { Join, Member, MemberEvents, Side } from "../clients/side.ts";

/** Joins under way at once, while a room fills: below what a server queues (511 by default). */
const JOINS_MAX = 64;

export interface Room {
  /** The first one sends. */
  readonly members: readonly Member[];
  readonly join: Join;
}

export interface RoomsShape {
  readonly rooms: number;
  readonly members: number;
  readonly bodyBytes: number;
  readonly keepsPlace?: boolean;
}

/** Runs `work` for each index from 0 on, at most `atOnce` at a time. */
export async function forEachIndex(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, run));
}

/** Opens rooms and lets everybody in; resolves when all are there. */
export async function fillRooms(
  side: Side,
  { rooms, members, bodyBytes, keepsPlace = false }: RoomsShape,
  eventsOf: (room: number, member: number) => MemberEvents,
): Promise<readonly Room[]> {
  const joins: Join[] = [];
  await forEachIndex(rooms, JOINS_MAX, async (room) => {
    joins[room] = await side.createRoom();
  });
  const filled = joins.map((join) => ({ join, members: [] as Member[] }));
  await forEachIndex(rooms * members, JOINS_MAX, async (at) => {
    // Room by room in turn, so that those that join at once are not all of one room.
    const [room, index] = [at % rooms, Math.floor(at / rooms)];
    const events = eventsOf(room, index);
    const { members: there, join } = filled[room] as { join: Join; members: Member[] };
    there[index] = await join({ index, bodyBytes, events, keepsPlace });
  });
  return filled;
}

export function leaveRooms(rooms: readonly Room[]): void {
  for (const { members } of rooms) for (const member of members) member.cut();
}

/** Bytes that went to the members and came from them. */
export function bytesOf(rooms: readonly Room[]): { readonly down: number; readonly up: number } {
  const all = rooms.flatMap(({ members }) => members);
  return {
    down: all.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    up: all.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
  };
}
