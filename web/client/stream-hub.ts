/**
 * Live texts: one signal per running attempt, so that one token re-renders one bubble (D33).
 *
 * A frame that leaves a gap is dropped; the whole text, which comes every two seconds and first of
 * all, heals it. Texts of attempts that are no longer open are forgotten.
 */

import { type Signal, signal } from "@preact/signals";
import { applyStreamFrame, type StreamFrame } from "./tab-frames.ts";

export type AttemptKey = Pick<StreamFrame, "roomId" | "turn" | "persona" | "attempt">;

export interface StreamHub {
  /** True when the first words of an attempt came, or all were taken back. */
  apply(frame: StreamFrame): boolean;
  textOf(roomId: string, turn: number, persona: string, attempt: number): Signal<string>;
  /** Every text that is not empty, from its start. */
  whole(): readonly StreamFrame[];
  /** Forgets the texts of attempts that are neither here nor, as hosts elsewhere have, open. */
  keepOnly(running: readonly AttemptKey[], isOpenElsewhere: (one: AttemptKey) => boolean): void;
}

export function createStreamHub(): StreamHub {
  const texts = new Map<string, { readonly of: AttemptKey; readonly text: Signal<string> }>();
  const textOf: StreamHub["textOf"] = (roomId, turn, persona, attempt) => {
    const of = { roomId, turn, persona, attempt };
    const known = texts.get(keyOf(of)) ?? { of, text: signal("") };
    texts.set(keyOf(of), known);
    return known.text;
  };
  return {
    textOf,
    apply(frame) {
      const { roomId, turn, persona, attempt } = frame;
      const live = textOf(roomId, turn, persona, attempt);
      const before = live.peek();
      live.value = applyStreamFrame(before, frame) ?? before;
      return (before === "") !== (live.peek() === "");
    },
    whole: () =>
      [...texts.values()].flatMap(({ of, text }) =>
        text.peek() === "" ? [] : [{ ...of, offset: 0, text: text.peek() }]
      ),
    keepOnly(running, isOpenElsewhere) {
      const keys = new Set(running.map(keyOf));
      for (const [key, { of, text }] of texts) {
        if (keys.has(key) || isOpenElsewhere(of)) continue;
        texts.delete(key);
        text.value = "";
      }
    },
  };
}

function keyOf(one: AttemptKey): string {
  return `${one.roomId}/${one.turn}/${one.persona}/${one.attempt}`;
}
