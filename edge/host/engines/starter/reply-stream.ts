/**
 * One reply as its reader sees it: a queue of events with one reader and exactly one outcome.
 *
 * Owns the order and what a cancel turns the events into. Bounded by the reply's `tokensMax`.
 *
 * Rules (shared/SPEC.md, section IN): IN1, IN6.
 */

import type { GenerateEvent, GenerateOutcome } from "#shared/inference/mod.ts";

export interface ReplyStream {
  /** Single consumer. Resolves with the next event; the outcome is the last one. */
  next(): Promise<GenerateEvent>;
  take(event: GenerateEvent): void;
  /** From now on only an outcome is passed on, as `cancelled`. */
  cancel(): void;
  /** Ends the reply here and now. The first end wins. */
  end(outcome: GenerateOutcome): void;
  /** Resolves when the outcome is known. */
  readonly ended: Promise<void>;
}

export function createReplyStream(): ReplyStream {
  const queue: GenerateEvent[] = [];
  let phase: "running" | "cancelling" | "ended" = "running";
  let wake: (() => void) | undefined;
  let tellEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => tellEnded = resolve);
  const push = (event: GenerateEvent): void => {
    queue.push(event);
    wake?.();
  };
  const end = (outcome: GenerateOutcome): void => {
    if (phase === "ended") return; // IN1
    const told: GenerateOutcome = phase === "cancelling" ? { kind: "cancelled" } : outcome; // IN6
    phase = "ended";
    push({ kind: "outcome", outcome: told });
    tellEnded();
  };
  return {
    ended,
    end,
    take(event) {
      if (event.kind === "outcome") end(event.outcome);
      else if (phase === "running") push(event);
    },
    cancel() {
      if (phase !== "running") return;
      phase = "cancelling";
      queue.length = 0; // What was not read yet is not wanted any more.
    },
    async next() {
      for (;;) {
        const event = queue.shift();
        if (event !== undefined) return event;
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
  };
}
