/**
 * Summaries of the beginnings of rooms, for prompts that have no room for all lines (D34).
 *
 * Owns the texts, in memory: a new page sums up again when it needs to. A summary is known by the
 * lines it stands for and a hash of what they say: who did not hear exactly these lines, or hears
 * them otherwise since, does not read it.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO173 A summary is read only by a persona whose own lines are those it was made of, as they
 *         are now.
 *   HO174 The newest eight summaries of a room are kept.
 */

import { sha256Hex } from "../base/stable-key.ts";
import type { FoldedTalk } from "../personas/layout/fold-plan.ts";
import type { Message } from "../room/room-state.ts";

export interface RoomSummary {
  /** Of the oldest and the newest line it stands for. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Of the lines, as {@link linesKey} makes it. */
  readonly key: string;
  readonly text: string;
}

export interface RoomSummaries {
  /** By the newest line they stand for. */
  of(roomId: string): readonly RoomSummary[];
  keep(roomId: string, summary: RoomSummary): void;
  /** Drops what is kept of a room. */
  forget(roomId: string): void;
}

/** HO174; the oldest is dropped. */
const SUMMARIES_MAX = 8;

export function createRoomSummaries(): RoomSummaries {
  const byRoom = new Map<string, readonly RoomSummary[]>();
  return {
    of: (roomId) => (byRoom.get(roomId) ?? []).toSorted((a, b) => a.toSeq - b.toSeq),
    keep(roomId, summary) {
      const others = (byRoom.get(roomId) ?? []).filter((one) => one.key !== summary.key);
      byRoom.set(roomId, [...others, summary].slice(-SUMMARIES_MAX));
    },
    forget: (roomId) => void byRoom.delete(roomId),
  };
}

const hashes = new WeakMap<Message, string>();

/** The same for the same words of the same places. */
export function linesKey(messages: readonly Message[]): string {
  return sha256Hex(messages.map(hashOf).join(""));
}

function hashOf(message: Message): string {
  const known = hashes.get(message);
  if (known !== undefined) return known;
  const { seq, kind, author, text, images } = message;
  const hash = sha256Hex(JSON.stringify([seq, kind, author, text, images])).slice(0, 16);
  hashes.set(message, hash);
  return hash;
}

/** The summaries that hold for somebody who heard these, the oldest first (HO173). */
export function summariesFor(
  summaries: readonly RoomSummary[],
  heard: readonly Message[],
): readonly RoomSummary[] {
  return summaries.filter(({ fromSeq, toSeq, key }) =>
    key === linesKey(heard.filter(({ seq }) => seq >= fromSeq && seq <= toSeq))
  );
}

/** The same as what a prompt of these lines may have in their place. */
export function foldsOf(
  summaries: readonly RoomSummary[],
  heard: readonly Message[],
  lines: readonly { readonly seq: number }[],
): readonly FoldedTalk[] {
  return summariesFor(summaries, heard).map(({ toSeq, text }) => ({
    firstLine: lines.findIndex(({ seq }) => seq > toSeq),
    text,
  })).filter(({ firstLine }) => firstLine >= 0);
}
