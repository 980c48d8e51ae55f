/**
 * From a tokeniser's spellings to the trie of what a reply may be (IN13, IN15).
 *
 * Pure over the given `decode`. A spelling counts only if it shows as exactly its choice behind
 * this prompt: tokenisers change texts (case, spaces, letters they lack) without saying so.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { type ChoicePath, type ChoiceTrie, createChoiceTrie } from "../choice-trie.ts";
import type { EngineError } from "../engine.ts";
import { createDetokeniser } from "./detokeniser.ts";
import type { TokenPrompt } from "./prefill-plan.ts";
import type { TokenModel } from "./token-model.ts";
import { detokeniseContext } from "./token-reply.ts";

/** Refuses `choices` when one of them has no spelling that shows as itself. */
export function spellTrie(
  { decode, endTokens }: Pick<TokenModel, "decode" | "endTokens">,
  prompt: TokenPrompt,
  choices: readonly string[],
  spellings: readonly ChoicePath[],
): Result<ChoiceTrie, EngineError> {
  const context = detokeniseContext(prompt);
  const isExact = ({ choice, tokens }: ChoicePath): boolean => {
    if (tokens.some((token) => endTokens.has(token))) return false;
    const text = createDetokeniser(decode, context);
    return tokens.map((token) => text.push(token)).join("") + text.flush() === choice;
  };
  const paths = spellings.filter(isExact);
  const mute = choices.findIndex((choice) => !paths.some((path) => path.choice === choice));
  if (mute >= 0) return refuse(`choice ${mute} cannot be said exactly by this model`);
  const trie = createChoiceTrie(paths, endTokens);
  return trie.ok ? ok(trie.value) : refuse(trie.error.kind);
}

function refuse(detail: string): Result<never, EngineError> {
  return err({ kind: "request-invalid", field: "choices", detail });
}
