/**
 * One question to the model: its prompt, made shorter until it fits, and what came of it.
 *
 * Owns the loop over prompts that are too long, and the telling of each call. Does not own what the
 * answer is used for.
 */

import { raceSignal } from "../../base/race.ts";
import { ok, type Result } from "../../base/result.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { SettleOutcome } from "../../protocol/events.ts";
import { type Bubble, createBubble } from "../bubble.ts";
import { decideEnd } from "../decide-end.ts";
import { generate, type GenerationEnd } from "../generate.ts";
import type { Decided } from "../decisions/decision.ts";
import type { SessionLimits } from "../limits.ts";
import type { SessionEvent } from "../control/events.ts";
import type { BlockTeller } from "./run-teller.ts";
import { addUsage, type BuiltPrompt, type NotBuilt, type Run, type RunDeps } from "./run.ts";

export interface ModelQuestion {
  readonly purpose: Extract<SessionEvent, { readonly kind: "call-start" }>["purpose"];
  readonly build: (
    shrinks: number,
    signal: AbortSignal,
  ) => Promise<Result<BuiltPrompt, NotBuilt>>;
  /** True when people see the answer grow. */
  readonly isSeen: boolean;
}

export type ModelAnswer =
  | {
    readonly kind: "settled";
    readonly outcome: SettleOutcome;
    /** All of it, as it came. */
    readonly text: string;
    readonly seenSeq: number;
    /** False: no prompt was made for it. */
    readonly isAsked: boolean;
    /** Of a vote. */
    readonly decided?: Decided<string>;
  }
  | Extract<PerformOutcome, { readonly kind: "retry" | "interrupted" }>;

/** Aborting cancels the work and rejects with the signal's reason. */
export async function callModel(
  deps: RunDeps,
  run: Run,
  { purpose, build, isSeen }: ModelQuestion,
): Promise<ModelAnswer> {
  const { limits } = deps;
  const { signal, ready, sums } = run;
  for (let shrinks = 0;; shrinks += 1) {
    const built = await raceSignal(build(shrinks, signal), signal);
    if (!built.ok) return { kind: "settled", ...built.error, text: "", isAsked: false };
    const { vote, request, firstTokenMsMax, seenSeq } = built.value;
    const block = isSeen ? run.shown : run.teller.block("thinking");
    const isShown = isSeen && vote === undefined;
    const words = isShown ? run.bubble : unseenBubble(limits, isSeen ? undefined : block);
    const call = run.teller.callStart(purpose);
    if (words.text !== "") {
      run.teller.tell({
        kind: "continuation",
        runId: run.runId,
        charsKept: words.text.length,
      });
    }
    sums.calls += 1;
    let end: GenerationEnd | undefined;
    try {
      end = await generate(
        {
          clock: deps.clock,
          limits,
          engine: ready.engine,
          bubble: words,
          onFirstText: (now) => {
            if (isSeen) sums.firstTextAt ??= now;
          },
          firstTokenMsMax,
        },
        { ...request, continueText: words.text },
        signal,
      ); // SC16
    } finally {
      if (vote === undefined) block.show(0, isShown ? words.shown : words.text);
      block.end();
      call.end(end === undefined ? undefined : usageOf(end));
    }
    const used = usageOf(end);
    if (used !== undefined) sums.usage = addUsage(sums.usage, used);
    const decided = decideEnd(end, words.text, shrinks, limits, vote);
    switch (decided.kind) {
      case "shrink":
        continue;
      case "settle":
        return {
          kind: "settled",
          outcome: decided.outcome,
          text: words.text,
          seenSeq,
          isAsked: true,
          ...decided.decided === undefined ? {} : { decided: decided.decided },
        };
      case "retry":
      case "interrupted":
        return { ...decided, partialText: run.bubble.shown === "" ? undefined : run.bubble.shown };
    }
  }
}

function usageOf(end: GenerationEnd) {
  return end.kind === "outcome" && end.outcome.kind === "done" ? end.outcome.usage : undefined;
}

/** Words that nobody of the room sees; `block` shows them to who watches the session. */
function unseenBubble(limits: SessionLimits, block: BlockTeller | undefined): Bubble {
  return createBubble("", {
    limits,
    onFrame: ({ offset, text }) => block?.show(offset, text),
    persist: () => Promise.resolve(ok(undefined)),
    onPersistFailed: () => undefined,
  });
}
