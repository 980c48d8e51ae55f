/**
 * What a device takes along into the room that its room went on as: what its person did here and
 * the new room does not begin with. Pure.
 *
 *   HO183 What a device's person said, showed or changed goes along once, in order: what the old
 *         room ordered behind what the new one begins with, then what it never got. Work of
 *         personas does not.
 */

import type { OutboxRecord } from "../../ports/peer-store.ts";
import type { LogEntry, NewEntry } from "../../ports/room-log.ts";
import { decodeRoomEvent } from "../../protocol/decode-event.ts";
import type { RoomEvent, RoomEventKind } from "../../protocol/events.ts";

export interface Carrying {
  readonly device: string;
  /** Of the `closed`. */
  readonly covers: number;
  /** The old room's entries; those up to `covers` are of no matter. */
  readonly entries: readonly LogEntry[];
  /** Its outbox, in order. */
  readonly rows: readonly OutboxRecord[];
}

/** What a person does, and a new room can take. Stops and picks are of turns that ended. */
const carriedKinds: ReadonlySet<RoomEventKind> = new Set<RoomEventKind>([
  "say",
  "blob",
  "persona",
  "edit",
  "pin",
  "recipe",
  "knowledge",
  "rules",
  "name",
]);

/**
 * For the new room's outbox. Equal inputs give equal ids; a row that was sealed has the id of its
 * entry, so that one that is in both is taken once.
 */
export function carriedEntries(carrying: Carrying): readonly NewEntry[] {
  const { device, covers, entries, rows } = carrying;
  const said = [
    ...entries.filter((entry) => entry.seq > covers && entry.device === device),
    ...rows.map(({ entry, sealed }) => ({ id: sealed?.at(-1)?.id ?? entry.id, body: entry.body })),
  ];
  const taken = new Map<string, NewEntry>();
  for (const { id, body } of said) {
    const event = decodeRoomEvent(body);
    const carried = event.ok && carriedKinds.has(event.value.kind) && placed(event.value, covers);
    if (carried) taken.set(id, { id, device, body: carried });
  }
  return [...taken.values()];
}

/** With the places that the new room gives to what it begins with (RM20). */
function placed(event: RoomEvent, covers: number): RoomEvent | undefined {
  const place = (seq: number): number => seq - covers - 1;
  if (event.kind === "edit" || event.kind === "pin") {
    return event.of > covers ? undefined : { ...event, of: place(event.of) };
  }
  if (event.kind !== "say" || event.replyTo === undefined) return event;
  const { replyTo, ...rest } = event;
  return replyTo > covers ? rest : { ...rest, replyTo: place(replyTo) };
}
