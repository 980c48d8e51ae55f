/**
 * What was typed and attached in a room that became another one goes along (D32).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY201 What a draft answers goes along into the room that its room went on as, where that
 *         begins with the message.
 */

import type { ImageDraftRows } from "../../adapters/idb-image-drafts.ts";
import type { Drafts } from "../drafts.ts";
import { clientLimits } from "../limits.ts";

interface MoveTypedDeps {
  readonly drafts: Drafts;
  readonly imageDrafts: ImageDraftRows;
  readonly signal: AbortSignal;
}

export interface TypedMove {
  readonly from: string;
  readonly to: string;
  /** The old room's newest entry that the new one begins with; -Infinity where it is not known. */
  readonly covers: number;
}

/** The draft, and images attached to it. A draft that the new room has already stays there. */
export async function moveTyped(
  { drafts, imageDrafts, signal }: MoveTypedDeps,
  { from, to, covers }: TypedMove,
): Promise<void> {
  const draft = drafts.read(from);
  const there = drafts.read(to);
  const both = there.includes(draft) ? there : `${draft}\n${there}`.trimEnd();
  const replyTo = drafts.replyTo(from);
  const isAnswering = replyTo !== undefined && replyTo <= covers;
  if (draft !== "" && both !== there) drafts.write(to, both);
  // With the place that the new room gives to what it begins with (RM20).
  const takesReply = isAnswering && (both !== there || both === "") &&
    drafts.replyTo(to) === undefined;
  if (takesReply) drafts.reply(to, replyTo - covers - 1);
  drafts.write(from, "");
  drafts.reply(from, undefined);
  const { imageDraftsMax } = clientLimits;
  const kept = await imageDrafts.list(from, imageDraftsMax, signal);
  for (const one of kept.ok ? kept.value : []) {
    const put = await imageDrafts.put(to, one, imageDraftsMax, signal);
    if (!put.ok || !put.value) return; // They stay where they are.
    await imageDrafts.remove(from, [one.id], signal);
  }
}
