/**
 * Bubble: the text of one attempt while it is being said, and its way to the room and to the store.
 *
 * Owns the text, its frames and its stored copy. Does not own the generation nor what it means.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC9   What a crash leaves is text that was shown, and a run that can continue begins with it;
 *         nothing is stored after the outcome was told.
 *   SC10  A reply never exceeds `textBytesMax`; what does not fit is cut at a whole character.
 *   SC11  A store that fails while text streams costs nothing but the stored copy.
 */

import type { MonotonicMs } from "../base/brands.ts";
import type { Result } from "../base/result.ts";
import type { SessionLimits } from "./limits.ts";
import { decideFrame, emptyPace, type FramePace, nextFrameAt, nextPersistAt } from "./pacing.ts";
import { couldBePass } from "./decisions/pass-rule.ts";

export interface BubbleDeps {
  readonly limits: SessionLimits;
  readonly onFrame: (frame: { readonly offset: number; readonly text: string }) => void;
  /** Stores the text shown so far. Must not throw but for its own abort. */
  readonly persist: (text: string) => Promise<Result<unknown, { readonly kind: string }>>;
  readonly onPersistFailed: (kind: string) => void;
}

export interface Bubble {
  /** All of it, held back or not. */
  readonly text: string;
  /** What people have seen or are about to: empty while it could still be silence. */
  readonly shown: string;
  /** True when the next piece does not fit any more. */
  readonly isFull: boolean;
  /** Adds what fits of a piece and sends what is due. */
  add(piece: string, now: MonotonicMs): void;
  /** Sends and stores what is due. */
  tick(now: MonotonicMs): void;
  /** When {@link tick} has something to do next. */
  dueAt(now: MonotonicMs): MonotonicMs | undefined;
  /** Resolves when no store call of this bubble is under way. */
  settled(): Promise<void>;
}

/** Opens a bubble with the text that people have seen already. */
export function createBubble(begun: string, deps: BubbleDeps): Bubble {
  const { limits } = deps;
  let text = begun;
  let bytes = utf8Bytes(begun);
  let isFull = bytes >= limits.textBytesMax;
  let pace: FramePace = emptyPace;
  let stored: { readonly chars: number; readonly at: MonotonicMs | undefined } = {
    chars: begun.length,
    at: undefined,
  };
  let storing: Promise<void> | undefined;

  const shownText = (): string => text.length > begun.length && couldBePass(text) ? begun : text;

  const store = async (shown: string): Promise<void> => {
    try {
      const result = await deps.persist(shown);
      if (!result.ok) deps.onPersistFailed(result.error.kind); // SC11
    } catch {
      deps.onPersistFailed("aborted"); // The page ends; the reply's fate is decided elsewhere.
    } finally {
      storing = undefined;
    }
  };

  const tick = (now: MonotonicMs): void => {
    const shown = shownText();
    const decided = decideFrame(pace, shown, now, limits);
    pace = decided.pace;
    if (decided.frame !== undefined) deps.onFrame(decided.frame);
    const persistAt = nextPersistAt(stored, shown.length, now, limits);
    if (storing !== undefined || persistAt === undefined || now < persistAt) return;
    stored = { chars: shown.length, at: now };
    storing = store(shown);
  };

  return {
    get text() {
      return text;
    },
    get shown() {
      return shownText();
    },
    get isFull() {
      return isFull;
    },
    add(piece, now) {
      const fitting = cutToBytes(piece, limits.textBytesMax - bytes);
      isFull ||= fitting.length < piece.length; // SC10
      text += fitting;
      bytes += utf8Bytes(fitting);
      tick(now);
    },
    tick,
    dueAt(now) {
      const chars = shownText().length;
      const frameAt = nextFrameAt(pace, chars, now, limits);
      const persistAt = storing === undefined
        ? nextPersistAt(stored, chars, now, limits)
        : undefined;
      if (frameAt === undefined || persistAt === undefined) return frameAt ?? persistAt;
      return frameAt < persistAt ? frameAt : persistAt;
    },
    settled: () => storing ?? Promise.resolve(),
  };
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** The longest beginning of whole characters within `bytesMax`. */
function cutToBytes(text: string, bytesMax: number): string {
  if (utf8Bytes(text) <= bytesMax) return text;
  let fitting = "";
  let bytes = 0;
  for (const character of text) {
    bytes += utf8Bytes(character);
    if (bytes > bytesMax) break;
    fitting += character;
  }
  return fitting;
}
