/**
 * Changes what a person wants to be called for, and keeps it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY255 What was chosen for a room goes along when it becomes another one, and is forgotten with
 *         it.
 */

import type { Signal } from "@preact/signals";
import { type Attention, ATTENTION_STORED, type Level, readAttention } from "./attention.ts";

/** Of all rooms; drop-oldest. */
export const MUTED_MAX = 1_000;

/** Changes what is kept now, in whatever tab it was written. False when it could not be kept. */
export function keepAttention(
  attention: Signal<Attention>,
  change: (now: Attention) => Attention,
): boolean {
  // What this page has that could not be kept must not be undone by what is.
  const next = change(isKept() ? readAttention() : attention.peek());
  attention.value = next;
  try {
    localStorage.setItem(ATTENTION_STORED, JSON.stringify(next));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

export function withLevel(now: Attention, roomId: string, level: Level): Attention {
  const { [roomId]: _before, ...others } = now.levels;
  return { ...now, levels: level === "all" ? others : { ...others, [roomId]: level } };
}

export function withMute(
  now: Attention,
  roomId: string,
  author: string,
  isMuted: boolean,
): Attention {
  const mark = `${roomId}/${author}`;
  const others = now.muted.filter((each) => each !== mark);
  return { ...now, muted: isMuted ? [...others, mark].slice(-MUTED_MAX) : others };
}

/** The same for rooms that became others; with `known`, without those that are gone (SY255). */
export function followRooms(
  now: Attention,
  known: readonly string[] | undefined,
  moved: ReadonlyMap<string, string>,
): Attention {
  const roomNow = (roomId: string): string | undefined =>
    moved.get(roomId) ?? (known?.includes(roomId) === false ? undefined : roomId);
  const levels = Object.entries(now.levels).flatMap(([roomId, level]) => {
    const to = roomNow(roomId);
    // What was chosen for the new room since stands.
    const isLate = to !== roomId && to !== undefined && now.levels[to] !== undefined;
    return to === undefined || isLate ? [] : [[to, level] as const];
  });
  const muted = now.muted.flatMap((mark) => {
    const at = mark.indexOf("/"); // A persona's id may have one too.
    const to = roomNow(mark.slice(0, at));
    return to === undefined ? [] : [`${to}${mark.slice(at)}`];
  });
  const next = { levels: Object.fromEntries(levels), muted: [...new Set(muted)] };
  const isSame = JSON.stringify(next) === JSON.stringify({ levels: now.levels, muted: now.muted });
  return isSame ? now : { ...now, ...next };
}

function isKept(): boolean {
  try {
    return localStorage.getItem(ATTENTION_STORED) !== null;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
