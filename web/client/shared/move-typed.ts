/**
 * What was typed and attached in a room that became another one goes along (D30, D32).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY201 What a draft answers goes along into the room that its room went on as, where that
 *         begins with the message.
 *   SY276 What was said, typed, answered and attached in a room while it became another one is in
 *         that one.
 */

import type { ImageDraftRows } from "../../adapters/idb-image-drafts.ts";
import type { RoomIndex, RoomMove } from "../../adapters/idb-room-index.ts";
import type { AppCommand } from "../app-client.ts";
import type { Drafts } from "../drafts.ts";

export interface MoveTypedDeps {
  readonly drafts: Drafts;
  readonly imageDrafts: Pick<ImageDraftRows, "list" | "move">;
  readonly index: Pick<RoomIndex, "get">;
  /** Of the client: aborting leaves the rest where it is, for the next start. */
  readonly signal: AbortSignal;
}

/** Moves of one room that are followed; a circle, which nobody makes, ends. */
const MOVES_MAX = 64;

/**
 * The draft of `from`, what it answers and its images, through every move as far as `to`; whether
 * there was any of it. What fails stays where it is.
 */
export async function carryTyped(deps: MoveTypedDeps, from: string, to: string): Promise<boolean> {
  const { drafts, imageDrafts, signal } = deps;
  let hasMoved = false;
  for await (const [room, move] of movesOf(deps, from, to)) {
    const hasWords = drafts.read(room) !== "" || drafts.replyTo(room) !== undefined;
    if (hasWords) moveDraft(drafts, room, move);
    const images = await imageDrafts.list(room, 1, signal);
    const hasImages = images.ok && images.value.length > 0 &&
      (await imageDrafts.move(room, move.to, signal)).ok;
    hasMoved ||= hasWords || hasImages;
  }
  return hasMoved;
}

type Say = Extract<AppCommand, { readonly kind: "say" }>;

/** A message that was written for a room that is `to` by now, as it is said there (SY154). */
export async function sayInMoved(deps: MoveTypedDeps, say: Say, to: string): Promise<Say> {
  let { replyTo } = say;
  for await (const [room, move] of movesOf(deps, say.roomId, to)) {
    replyTo = placeIn(move, replyTo);
    await deps.imageDrafts.move(room, move.to, deps.signal);
  }
  return { ...say, roomId: to, replyTo };
}

async function* movesOf(
  { index, signal }: MoveTypedDeps,
  from: string,
  to: string,
): AsyncGenerator<readonly [string, RoomMove]> {
  let room = from;
  for (let steps = 0; room !== to && steps < MOVES_MAX; steps += 1) {
    const row = await index.get(room, signal);
    const { movedTo, movedCovers = -Infinity } = (row.ok ? row.value : undefined) ?? {};
    if (movedTo === undefined) return;
    yield [room, { to: movedTo, covers: movedCovers }];
    room = movedTo;
  }
}

/** A draft that the new room has already stays there; of one that goes on, the longer one does. */
function moveDraft(drafts: Drafts, from: string, move: RoomMove): void {
  const { to } = move;
  const draft = drafts.read(from);
  const there = drafts.read(to);
  const longer = draft.length > there.length ? draft : there;
  const goesOn = draft.startsWith(there) || there.startsWith(draft);
  const both = goesOn ? longer : `${draft}\n${there}`;
  const replyTo = placeIn(move, drafts.replyTo(from));
  if (both !== there) drafts.write(to, both);
  const takesReply = (both !== there || both === "") && drafts.replyTo(to) === undefined;
  if (replyTo !== undefined && takesReply) drafts.reply(to, replyTo);
  drafts.write(from, "");
  drafts.reply(from, undefined);
}

/** With the place that the new room gives to what it begins with (RM20). */
function placeIn({ covers }: RoomMove, seq: number | undefined): number | undefined {
  return seq !== undefined && seq <= covers ? seq - covers - 1 : undefined;
}
