/**
 * Who has heard what, in a room whose personas know only what they heard (D42: a rule of prompts;
 * every member of the room holds its key).
 *
 * Owns the spans of presence and the question about them. Does not own prompts (hosting/).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM40  From the entry that says so on, a room's personas know only what they heard, until
 *         another entry ends it; both need rules 3, and a client of lower rules becomes a reader.
 *   RM41  A persona has heard what was said between the entry that put her into the cast and the
 *         one that removed her; whoever is in the cast when the option begins has heard everything
 *         before. Who hosts her, and whether anybody does, is no matter.
 *   RM42  A line whose text was changed, by an edit, a pick or another attempt, was said when its
 *         present text was.
 */

import type { Draft, EntryContext } from "./draft.ts";
import { ignore } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import type { Message, PresenceSpan, RoomState } from "./room-state.ts";

/** The rules that a room needs for the option (D38). */
export const PRESENCE_RULES = 3;

/** True when this persona may know of this line. */
export function hasHeard(
  { presence }: Pick<RoomState, "presence">,
  personaId: string,
  { seq, heardSeq = seq }: Pick<Message, "seq" | "heardSeq">,
): boolean {
  if (presence === undefined) return true;
  return presence.some(({ persona, from, until }) =>
    persona === personaId && (from === undefined || from <= heardSeq) &&
    (until === undefined || heardSeq < until)
  ); // RM41
}

export function foldKnowledge(
  draft: Draft,
  { seq }: EntryContext,
  scope: "everyone" | "present",
): void {
  if (draft.rules < PRESENCE_RULES) return ignore(draft, seq, "rules-older"); // RM40
  if (scope === "everyone") {
    delete draft.presence;
    return;
  }
  draft.presence ??= [...draft.personas.values()].filter(({ removed }) => !removed)
    .map(({ id }) => ({ persona: id }));
}

/** A persona came into the cast, or left it. */
export function notePresence(
  draft: Draft,
  { seq }: EntryContext,
  persona: string,
  change: "joined" | "removed",
): void {
  if (draft.presence === undefined) return;
  if (change === "joined") {
    draft.presence = boundSpans([...draft.presence, { persona, from: seq }]);
    return;
  }
  draft.presence = draft.presence.map((span) =>
    span.persona === persona && span.until === undefined ? { ...span, until: seq } : span
  );
}

/** What a line that is said anew, or in other words, remembers of when (RM42). */
export function saidAt(draft: Draft, { seq }: EntryContext): Pick<Message, "heardSeq"> {
  return draft.presence === undefined ? {} : { heardSeq: seq };
}

/** Drop-oldest of those that ended: nobody hears more by it. */
function boundSpans(spans: readonly PresenceSpan[]): readonly PresenceSpan[] {
  const excess = spans.length - roomLimits.presenceSpansMax;
  if (excess <= 0) return spans;
  const dropped = spans.filter(({ until }) => until !== undefined).slice(0, excess);
  return spans.filter((span) => !dropped.includes(span));
}
