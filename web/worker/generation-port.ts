/**
 * One generation's port, worker side: numbers events, batches text, waits for credit, hears cancel.
 *
 * Rules: IN1 (one outcome, nothing behind it), IN7 (stop strings are trimmed here for every
 * engine), IN19 (a prompt is asked for again).
 */

import {
  emptyStopScan,
  type EngineError,
  flushStopText,
  type GenerateOutcome,
  type GenerateSink,
  inferenceLimits,
  pushStopText,
} from "#shared/inference/mod.ts";
import { assert } from "#shared/base/mod.ts";
import { countConsumed, countSent, emptyCredit, hasCredit } from "./credit-window.ts";
import { decodePortCommand, type GenerationMessage } from "./protocol.ts";
import { emptyBatch, flushBatch, pushBatch, type TextBatch } from "./text-batch.ts";

type Unnumbered<M> = M extends unknown ? Omit<M, "seq"> : never;

/** A prompt as the page sent it, not yet decoded. */
export interface SentPrompt {
  readonly script: unknown;
  readonly images?: unknown;
}

export interface GenerationPort {
  /** Where the back end's events go; text ends at the first of `stops`. */
  openSink(stops: readonly string[]): GenerateSink;
  /**
   * Asks the page for the prompt in full; resolves with what it sends, not yet decoded. Aborting
   * cancels the wait and resolves with undefined.
   */
  askScript(keysMissing: readonly string[], signal: AbortSignal): Promise<SentPrompt | undefined>;
  /** Aborts when the page cancels. */
  readonly cancelled: AbortSignal;
  /** Sends the one outcome and closes the port. */
  finish(outcome: GenerateOutcome, broken: EngineError | undefined): void;
}

export function createGenerationPort(port: MessagePort, now: () => number): GenerationPort {
  const cancel = new AbortController();
  let credit = emptyCredit;
  let batch = emptyBatch;
  let scan = emptyStopScan;
  let isFinished = false;
  let wake: (() => void) | undefined;
  let takeScript: ((prompt: SentPrompt) => void) | undefined;

  function send(message: Unnumbered<GenerationMessage>): void {
    assert(!isFinished, "Cannot send an event: the generation has ended");
    port.postMessage({ ...message, seq: credit.sentCount });
    credit = countSent(credit);
  }
  function sendText(due: TextBatch | undefined): void {
    if (due !== undefined) send({ kind: "text", text: due.text, tokens: due.tokens });
  }

  port.onmessage = (event) => {
    const command = decodePortCommand(event.data);
    if (!command.ok) return; // Our own page made it; a bad one gives neither credit nor cancel.
    if (command.value.kind === "cancel") cancel.abort();
    else if (command.value.kind === "script") takeScript?.(command.value);
    else credit = countConsumed(credit, command.value.seq);
    wake?.();
  };

  const openSink = (stops: readonly string[]): GenerateSink => ({
    prefilled: (promptTokens, cachedTokens) =>
      send({ kind: "prefilled", promptTokens, cachedTokens }),
    async text(text, tokens, signal) {
      const step = pushStopText(scan, text, stops);
      scan = step.scan;
      const due = pushBatch(batch, { text: step.text, tokens }, now(), inferenceLimits.textBatchMs);
      batch = due.state;
      sendText(due.send);
      while (!hasCredit(credit, inferenceLimits.creditBatchesMax) && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      return scan.stopped ? "stop" : "go-on";
    },
  });

  return {
    openSink,
    askScript(keys, signal) {
      const prompt = new Promise<SentPrompt | undefined>((resolve) => {
        takeScript = resolve;
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
        if (signal.aborted) resolve(undefined);
      });
      send({ kind: "missing-script", keys });
      return prompt;
    },
    cancelled: cancel.signal,
    finish(outcome, broken) {
      // Text that only waited for its time belongs to the reply, however the reply ended.
      sendText(flushBatch(pushBatch(batch, { text: flushStopText(scan), tokens: 0 }, 0, 1).state));
      send({ kind: "outcome", outcome, broken });
      isFinished = true;
      port.close();
    },
  };
}
