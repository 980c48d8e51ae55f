/**
 * One generation as the page sees it: a queue of events with one reader and exactly one outcome.
 *
 * Owns the order of events, the credit it gives back, the one time a prompt is sent again in full
 * and what an abort turns them into. Does not own the worker: it only reports that a message made
 * no sense.
 *
 * Rules: IN1, IN2, IN6, IN19.
 */

import type { GenerateEvent, GenerateOutcome } from "#shared/inference/mod.ts";
import {
  decodeGenerationMessage,
  type GenerationMessage,
  type PackedPrompt,
  type PortCommand,
} from "../worker/protocol.ts";

export interface GenerationStream {
  /** Single consumer. Resolves with the next event; the outcome is the last one. */
  next(): Promise<GenerateEvent>;
  /** Asks the worker to stop; from now on only an outcome is passed on, as `cancelled`. */
  cancel(): void;
  /** Ends the stream here and now. The first end wins. */
  end(outcome: GenerateOutcome): void;
  /** Resolves when the outcome is known. */
  readonly ended: Promise<void>;
}

interface Queued {
  readonly event: GenerateEvent;
  /** To be acknowledged when the reader takes it. */
  readonly seq: number | undefined;
}

export interface GenerationStreamDeps {
  /** The back end died of this generation's failure, or the worker talks nonsense. */
  readonly onBroken: (kind: string, detail: string) => void;
  /** The worker lacks scripts of these keys, and so this generation's own. */
  readonly onMissing: (keys: readonly string[]) => void;
  /** This generation's prompt, to be sent in full. */
  readonly packWhole: () => PackedPrompt;
}

export function createGenerationStream(
  port: MessagePort,
  { onBroken, onMissing, packWhole }: GenerationStreamDeps,
): GenerationStream {
  const queue: Queued[] = [];
  let wake: (() => void) | undefined;
  let seqExpected = 0;
  let phase: "running" | "cancelling" | "ended" = "running";
  let resendsLeft = 1;
  let resolveEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (resolveEnded = resolve));

  const post = (command: PortCommand) => port.postMessage(command);
  function push(event: GenerateEvent, seq: number | undefined): void {
    queue.push({ event, seq });
    wake?.();
  }
  function end(outcome: GenerateOutcome): void {
    if (phase === "ended") return; // IN1
    const isCancelled = phase === "cancelling";
    phase = "ended";
    port.close();
    const told: GenerateOutcome = isCancelled ? { kind: "cancelled" } : outcome; // IN6
    push({ kind: "outcome", outcome: told }, undefined);
    resolveEnded();
  }
  /** IN19: in full, once. A cancelled generation sends nothing: the worker hears the cancel. */
  function resend(keys: readonly string[]): void {
    onMissing(keys);
    if (resendsLeft === 0) return onBroken("missing-script-twice", keys.join(" "));
    resendsLeft -= 1;
    if (phase === "running") post({ kind: "script", ...packWhole() });
  }
  function take(message: GenerationMessage): void {
    switch (message.kind) {
      case "prefilled": {
        const { kind, promptTokens, cachedTokens } = message;
        if (phase === "running") push({ kind, promptTokens, cachedTokens }, message.seq);
        return;
      }
      case "text": {
        const { kind, text, tokens } = message;
        if (phase === "running") push({ kind, text, tokens }, message.seq);
        return;
      }
      case "missing-script":
        return resend(message.keys);
      case "outcome":
        end(message.outcome);
        if (message.broken !== undefined) {
          onBroken(message.broken.kind, JSON.stringify(message.broken));
        }
    }
  }

  port.onmessage = (event) => {
    if (phase === "ended") return;
    const message = decodeGenerationMessage(event.data, seqExpected);
    if (!message.ok) return onBroken("event-malformed", message.error.detail);
    seqExpected += 1;
    take(message.value);
  };

  return {
    async next() {
      while (queue.length === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const { event, seq } = queue.shift() as Queued; // the loop waited for one
      if (seq !== undefined && phase !== "ended") post({ kind: "credit", seq });
      return event;
    },
    cancel() {
      if (phase !== "running") return;
      phase = "cancelling";
      // What the reader has not taken yet must not show after the cancel.
      queue.length = 0;
      post({ kind: "cancel" });
    },
    end,
    ended,
  };
}
