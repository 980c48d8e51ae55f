/**
 * Decisions: how a model is asked for one of a few answers, whatever engine it runs on.
 *
 * One way for everything that is decided and not said: who speaks next (vote.ts), which tool is
 * called (tool-choice.ts), and whether a reply is silence (pass-rule.ts), for which nothing is
 * held, because a persona who may be silent may also say anything. Does not own prompts
 * (personas/) nor the model calls (session/runs).
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN96  A decision is held to its answers where the engine promises that; else it is asked for in
 *         words, read by stated rules, and asked for again with what was wrong, `triesMax` times in
 *         all. It ends as chosen, declined or unreadable, which are never one another.
 */

import { choiceTokensMin } from "../../inference/check-choices.ts";
import type { GenerateRequest, LoadedModel } from "../../inference/engine.ts";

export type Decided<Choice> =
  | { readonly kind: "chosen"; readonly choice: Choice }
  /** The model decided for nothing. */
  | { readonly kind: "declined" }
  /** `problem`: one line for the model that is asked again; `raw`: the reply. */
  | { readonly kind: "unreadable"; readonly raw: string; readonly problem: string };

/** What an engine that can is held to. */
export type Answers =
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  /** The text of a JSON Schema. */
  | { readonly kind: "json"; readonly schema: string };

export interface Decision<Choice> {
  readonly answers: Answers;
  /** Of any text: an engine that is not held says what it likes. */
  read(text: string): Decided<Choice>;
}

export const decisionLimits = Object.freeze({
  /** A model that did not get it twice does not get it; a third try would cost a turn its time. */
  triesMax: 2,
});

type Held = Pick<GenerateRequest, "tokensMax" | "stop" | "choices" | "json">;

/** The part of a request that holds its reply to `answers`, as far as the engine can. */
export function holdTo(
  answers: Answers | undefined,
  { constrainsChoice, constrainsJson }: Pick<LoadedModel, "constrainsChoice" | "constrainsJson">,
  plain: Pick<GenerateRequest, "tokensMax" | "stop">,
): Held {
  if (answers?.kind === "choices" && constrainsChoice) {
    const { choices } = answers;
    const tokensMax = Math.max(plain.tokensMax, choiceTokensMin(choices));
    return { ...plain, choices, tokensMax };
  }
  if (answers?.kind === "json" && constrainsJson) {
    return { ...plain, stop: [], json: { schema: answers.schema } }; // IN21
  }
  return plain;
}

/** Asks, and again with what was wrong while the reply cannot be read. Resolves to the last one. */
export async function askUntilRead<Answer>(
  ask: (problem: string | undefined) => Promise<Answer>,
  decidedOf: (answer: Answer) => Decided<unknown> | undefined,
): Promise<Answer> {
  let problem: string | undefined;
  for (let tries = 1;; tries += 1) {
    const answer = await ask(problem);
    const decided = decidedOf(answer);
    const isLast = tries >= decisionLimits.triesMax;
    if (isLast || decided?.kind !== "unreadable") return answer;
    problem = decided.problem;
  }
}
