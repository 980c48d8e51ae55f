/**
 * Finds out whether a model behind an endpoint keeps its reply to a schema, by asking it once.
 *
 * Some endpoints keep to `response_format`, some refuse it, and some read over it: only the last
 * cannot be told from their answers to real requests, which would then be words instead of JSON. So
 * the question is one that nobody answers with the wanted word by chance.
 *
 * Owns the question and what an answer proves. Does not own the setting, which wins.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN92  Whether an endpoint's model keeps to a schema is what the settings say, else it is asked
 *         once with a question of a few tokens; what was not answered is asked again at the next
 *         load, and counts as no until then.
 */

import { choiceTokensMin, type GenerateRequest } from "../inference/mod.ts";
import { askForReply, type EndpointDeps } from "./endpoint.ts";
import { readReply, type ReplyEnd } from "./reply.ts";

const WORDS = ["kestrel-7", "marzipan-4"];

const QUESTION: GenerateRequest = {
  requestId: "structure",
  persona: "structure",
  segments: [{ key: "structure", role: "user", text: "Hello. How are you?" }],
  continueText: "",
  stop: [],
  seed: 1,
  temperature: 0,
  topP: 1,
  tokensMax: choiceTokensMin(WORDS),
  choices: WORDS,
};

/** Aborting cancels the work. Undefined where no answer says so: busy, silent, unreachable. */
export async function detectStructure(
  deps: EndpointDeps,
  contextTokens: number,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const startedAtMs = deps.clock.now();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const answer = await askForReply(deps, QUESTION, contextTokens, either);
    if (answer.kind === "failed") {
      return answer.error.kind === "request-invalid" ? false : undefined;
    }
    if (answer.kind !== "stream") return undefined;
    const { clock, limits } = deps;
    // An endpoint that fails in the middle says nothing of what it could do.
    const errorOf = () => ({ kind: "not-loaded" }) as const;
    const reply = readReply(
      answer.body,
      { clock, limits, request: QUESTION, startedAtMs, errorOf },
      either,
    );
    for (;;) {
      const next = await reply.next();
      if (next.done !== true) continue;
      return isKept(next.value);
    }
  } finally {
    over.abort("structure asked"); // IN31
  }
}

/** A reply that is none of the words failed as `internal` (IN13). */
function isKept(end: ReplyEnd): boolean | undefined {
  if (end.kind !== "outcome") return undefined;
  const { outcome } = end;
  if (outcome.kind === "done") return true;
  return outcome.kind === "failed" && outcome.error.kind === "internal" ? false : undefined;
}
