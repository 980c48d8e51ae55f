/** The end of a room that goes on as another one (D32). Rules: fold.ts. */

import type { RoomClosed, RoomEventKind } from "../protocol/events.ts";
import { type Draft, type EntryContext, ignore } from "./draft.ts";
import { foldStop } from "./fold-turns.ts";

/** Who is there, and what those who join later begin behind, stay true (RM58). */
export const countsWhenClosed: ReadonlySet<RoomEventKind> = new Set<RoomEventKind>([
  "left",
  "checkpoint",
  "dispute",
  "part",
  "refused",
]);

export function foldClosed(draft: Draft, context: EntryContext, event: RoomClosed): void {
  const { device, seq } = context;
  if (!draft.devices.has(device)) return ignore(draft, seq, "device-unknown"); // RM59
  if (event.to === draft.roomId) return ignore(draft, seq, "closed-onto-itself");
  if (event.covers >= seq) return ignore(draft, seq, "closed-ahead");
  foldStop(draft, context, { kind: "all" });
  for (const persona of draft.personas.values()) {
    if (persona.assignment === undefined) continue;
    draft.personas.set(persona.id, { ...persona, assignment: undefined });
  }
  const { kind: _closed, ...rest } = event;
  draft.closed = { ...rest, seq, device };
}
