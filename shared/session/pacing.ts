/**
 * Pacing: when text that is being said is shown to others, and when it is stored.
 *
 * Owns the arithmetic of both. Does not own the text, the clock or the sending.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC3  Frames leave at most once in `frameMs` and carry what is new; what is new never waits
 *        longer.
 *   SC4  The first frame, and one each `wholeMs` while there was news, carries the whole text.
 *   SC5  Text that was shown is stored at most once in `persistMs`, and never waits longer.
 */

import type { MonotonicMs } from "../base/brands.ts";
import type { SessionLimits } from "./limits.ts";

export interface FramePace {
  /** Characters (code units) sent so far. */
  readonly sentChars: number;
  /** Undefined before the first frame. */
  readonly sentAt: MonotonicMs | undefined;
  readonly wholeAt: MonotonicMs | undefined;
  /** True when parts were sent after the last whole text. */
  readonly hasParts: boolean;
}

export const emptyPace: FramePace = Object.freeze({
  sentChars: 0,
  sentAt: undefined,
  wholeAt: undefined,
  hasParts: false,
});

/** When the next frame is due; undefined when all was sent and none was lost for long. */
export function nextFrameAt(
  pace: FramePace,
  textChars: number,
  now: MonotonicMs,
  limits: SessionLimits,
): MonotonicMs | undefined {
  const { sentAt, wholeAt } = pace;
  if (sentAt === undefined || wholeAt === undefined) return textChars > 0 ? now : undefined;
  const soonest = sentAt + limits.frameMs;
  if (textChars > pace.sentChars) return soonest as MonotonicMs;
  const healed = Math.max(soonest, wholeAt + limits.wholeMs);
  return pace.hasParts ? healed as MonotonicMs : undefined;
}

export interface FrameDecision {
  /** What to send now, if anything. */
  readonly frame: { readonly offset: number; readonly text: string } | undefined;
  readonly pace: FramePace;
}

/** Takes what is due of `text` at `now`. */
export function decideFrame(
  pace: FramePace,
  text: string,
  now: MonotonicMs,
  limits: SessionLimits,
): FrameDecision {
  const due = nextFrameAt(pace, text.length, now, limits);
  if (due === undefined || now < due) return { frame: undefined, pace };
  const isWhole = pace.wholeAt === undefined || now - pace.wholeAt >= limits.wholeMs;
  const offset = isWhole ? 0 : pace.sentChars;
  return {
    frame: { offset, text: text.slice(offset) },
    pace: {
      sentChars: text.length,
      sentAt: now,
      wholeAt: isWhole ? now : pace.wholeAt,
      hasParts: !isWhole,
    },
  };
}

/** When shown text is stored next; undefined when all of it is. */
export function nextPersistAt(
  stored: { readonly chars: number; readonly at: MonotonicMs | undefined },
  textChars: number,
  now: MonotonicMs,
  limits: SessionLimits,
): MonotonicMs | undefined {
  if (textChars <= stored.chars) return undefined;
  return stored.at === undefined ? now : (stored.at + limits.persistMs) as MonotonicMs;
}
