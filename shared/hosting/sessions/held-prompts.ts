/**
 * What this device's engine is believed to hold of its prompts: a cache of what was asked, never a
 * second transcript.
 *
 * Owns the belief, made of what passes through the engine that sessions use. Does not own what a
 * prompt says (personas/); a belief that is wrong costs computing, never words, since every
 * request is whole.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO170 A shared script is held from a reply's own end until the next request begins, by the
 *         engine and its start that gave the reply; anything else that is asked, or ends in
 *         another way, ends it.
 *   HO171 What a request is expected to prefill is known before it is made, and what it did is in
 *         the log beside it.
 */

import type {
  Engine,
  GenerateEvent,
  GenerateRequest,
  PromptSegment,
} from "../../inference/engine.ts";
import { estimateChatTokens } from "../../personas/layout-chat.ts";
import {
  keepReply,
  type ScriptDraft,
  type SharedScript,
} from "../../personas/layout/shared-script.ts";
import type { Log } from "../../ports/log.ts";

export interface HeldPrompts {
  /** The script that this engine holds now. */
  script(engine: Engine): SharedScript | undefined;
  /** Tokens of these segments that no newer prompt of this engine began with, by estimate. */
  freshTokens(engine: Engine, segments: readonly PromptSegment[]): number;
  /** What is about to be asked; the newest one counts. */
  expect(expected: ExpectedPrompt): void;
  /** The engine for sessions. */
  watch(engine: Engine): Engine;
}

export interface ExpectedPrompt {
  readonly requestId: string;
  readonly prefillTokens: number;
  /** Undefined for a prompt of its own. */
  readonly draft: ScriptDraft | undefined;
}

/** Prompts that an engine may still have: as many as transformers.js keeps prefixes (IN10). */
const PROMPTS_MAX = 3;

interface Holding {
  readonly engine: Engine;
  readonly generation: number;
  readonly script: SharedScript | undefined;
  /** Keys of the segments of the newest prompts. */
  readonly prompts: readonly (readonly string[])[];
}

export function createHeldPrompts(trace: Log): HeldPrompts {
  let holding: Holding | undefined;
  let expected: ExpectedPrompt | undefined;

  const holdingOf = (engine: Engine): Holding => {
    const { generation } = engine;
    const isSame = holding?.engine === engine && holding.generation === generation;
    return isSame && holding !== undefined
      ? holding
      : { engine, generation, script: undefined, prompts: [] };
  };

  const begin = (engine: Engine, { requestId, segments }: GenerateRequest) => {
    const keys = segments.map(({ key }) => key);
    const { prompts, ...rest } = holdingOf(engine);
    holding = { ...rest, script: undefined, prompts: [keys, ...prompts].slice(0, PROMPTS_MAX) };
    const own = expected?.requestId === requestId ? expected : undefined;
    expected = undefined;
    return own;
  };

  const end = (
    engine: Engine,
    request: GenerateRequest,
    own: ExpectedPrompt | undefined,
    text: string,
    event: GenerateEvent,
  ): void => {
    if (event.kind !== "outcome" || event.outcome.kind !== "done") return;
    const { finish, usage } = event.outcome;
    trace.write("debug", "prompt-prefilled", {
      requestId: request.requestId,
      expectedTokens: own?.prefillTokens,
      prefilledTokens: usage.promptTokens - usage.cachedTokens,
      cachedTokens: usage.cachedTokens,
    }); // HO171
    if (finish !== "stop" || own?.draft === undefined || request.continueText !== "") return;
    const tokens = usage.isEstimated === true
      ? own.draft.tokens + estimateChatTokens(text)
      : usage.promptTokens + usage.generatedTokens;
    holding = { ...holdingOf(engine), script: keepReply(own.draft, text, tokens) }; // HO170
  };

  return {
    script: (engine) => holdingOf(engine).script,
    freshTokens(engine, segments) {
      const shared = holdingOf(engine).prompts.map((keys) => sharedSegments(keys, segments));
      return segments.slice(Math.max(0, ...shared))
        .reduce((sum, { text }) => sum + estimateChatTokens(text), 0);
    },
    expect(next) {
      expected = next;
    },
    watch: (engine) => ({
      get generation() {
        return engine.generation;
      },
      load: (...args) => engine.load(...args),
      probe: (...args) => engine.probe(...args),
      unload: (...args) => engine.unload(...args),
      async *generate(request, signal) {
        const own = begin(engine, request);
        let text = "";
        for await (const event of engine.generate(request, signal)) {
          if (event.kind === "text") text += event.text;
          end(engine, request, own, text, event);
          yield event;
        }
      },
    }),
  };
}

/** How many segments both begin with. */
function sharedSegments(keys: readonly string[], segments: readonly PromptSegment[]): number {
  const differs = segments.findIndex(({ key }, index) => keys[index] !== key);
  return differs === -1 ? segments.length : differs;
}
