/**
 * Live texts: one signal per running attempt, so that one token re-renders one bubble (D33).
 *
 * A frame that leaves a gap is dropped; the whole text, which comes every two seconds and first of
 * all, heals it. Texts of attempts that are no longer running are forgotten.
 */

import { type Signal, signal } from "@preact/signals";
import type { RunningAttempt } from "./app-client.ts";
import { applyStreamFrame, type StreamFrame } from "./tab-frames.ts";

export interface StreamHub {
  apply(frame: StreamFrame): void;
  textOf(roomId: string, turn: number, persona: string, attempt: number): Signal<string>;
  /** Forgets the texts of attempts that are not in `running`. */
  keepOnly(running: readonly RunningAttempt[]): void;
}

export function createStreamHub(): StreamHub {
  const texts = new Map<string, Signal<string>>();
  const textOf: StreamHub["textOf"] = (roomId, turn, persona, attempt) => {
    const key = keyOf({ roomId, turn, persona, attempt });
    const known = texts.get(key) ?? signal("");
    texts.set(key, known);
    return known;
  };
  return {
    textOf,
    apply(frame) {
      const { roomId, turn, persona, attempt } = frame;
      const live = textOf(roomId, turn, persona, attempt);
      live.value = applyStreamFrame(live.peek(), frame) ?? live.peek();
    },
    keepOnly(running) {
      const keys = new Set(running.map(keyOf));
      for (const [key, live] of texts) {
        if (keys.has(key)) continue;
        texts.delete(key);
        live.value = "";
      }
    },
  };
}

function keyOf(one: {
  readonly roomId: string;
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
}): string {
  return `${one.roomId}/${one.turn}/${one.persona}/${one.attempt}`;
}
