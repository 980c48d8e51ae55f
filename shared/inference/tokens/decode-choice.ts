/**
 * The decoding of a reply that is held to choices: a walk down their trie.
 *
 *   IN13  A reply to a request with choices is exactly one of them and ends there; an engine that
 *         cannot promise that refuses the request by field.
 *   IN15  On the way to a choice only tokens that lead to one can follow, and the end only behind a
 *         whole one.
 *   IN16  Behind a choice that begins another one, the end weighs as much as all tokens together
 *         that do not lead on, where the decoding is our own.
 *
 * Each fork is drawn by the request's temperature, `topP` and seed among its branches alone
 * (locally normalised, as in every grammar-constrained decoder); temperature 0 takes the likeliest.
 * The end is such a branch: small models hardly ever say the end token, and by that alone "Ann"
 * would always become "Anna". Where only one token can follow, the model is not asked: those tokens
 * are run together before the next fork, or never. Stutter (IN12) is no concern: a name may
 * stutter.
 */

import { type ChoiceNode, choiceOptions, type ChoiceTrie } from "../choice-trie.ts";
import type { BackEndOutcome } from "../back-end.ts";
import { createDetokeniser } from "./detokeniser.ts";
import { prefillLimits } from "./prefill-plan.ts";
import { createSampler, hasBadLogits, sampleAmong } from "./sampling.ts";
import {
  badLogitsOutcome,
  detokeniseContext,
  type GenerateDeps,
  type TokenReply,
} from "./token-reply.ts";

/**
 * Rejects only when the runtime fails. Aborting ends the work between two tokens. `generatedTokens`
 * counts every token of the reply, and the end where it was drawn.
 */
export async function decodeChoice(
  { model, prefixes, yieldTurn }: GenerateDeps,
  choices: ChoiceTrie,
  { prompt, prefilled, request, sink, usageOf }: TokenReply,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  const next = createSampler(request.seed);
  const text = createDetokeniser((ids) => model.decode(ids), detokeniseContext(prompt));
  let node: ChoiceNode = choices.root;
  let run = prefilled;
  let unrun: number[] = [];
  let count = 0;
  while (node.next.size > 0 && !signal.aborted) {
    const options = choiceOptions(node);
    const isFork = options.tokens.length > 1 || options.mayEnd;
    // IN3: no run is longer than the shortest piece of a prompt.
    if (unrun.length > 0 && (isFork || unrun.length >= prefillLimits.pieceTokensMin)) {
      const past = run.cache;
      run = await model.run(unrun, past);
      prefixes.releaseUnkept(past);
      unrun = [];
    }
    if (hasBadLogits(run.logits)) return badLogitsOutcome;
    const token = sampleAmong(options, run.logits, request, next);
    count += 1;
    const chosen = token === undefined ? undefined : node.next.get(token);
    if (token === undefined || chosen === undefined) break; // the end, behind a whole choice
    node = chosen;
    unrun.push(token);
    // No stop string can be met: IN14 refuses those that would cut a choice.
    await sink.text(text.push(token), 1, signal);
    await yieldTurn();
  }
  prefixes.releaseUnkept(run.cache);
  if (signal.aborted) return { kind: "cancelled" };
  const rest = text.flush();
  if (rest !== "") await sink.text(rest, 0, signal);
  return { kind: "done", finish: "stop", usage: usageOf(count) };
}
