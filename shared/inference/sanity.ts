/**
 * Whether a model that loaded says words: memory that ran out, or a broken driver, may show as
 * nonsense instead of an error (users of web-llm report token 0 over and over).
 *
 * Pure. One greedy reply to a greeting is looked at; what is judged is only what no model means.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN71 A model whose first reply is one character over and over, or broken characters, does not
 *        load.
 */

import type { GenerateRequest } from "./engine.ts";
import type { ModelProfile } from "./model-profile.ts";
import { probeRequest } from "./probe-request.ts";

const REPLY_TOKENS = 12;
/** Shorter than this, a reply of one character may be meant: "Ah!!!", "...". */
const SAME_CHARS_MIN = 8;
/** A character cut at the reply's end is one. */
const BROKEN_CHARS_MAX = 2;

export function sanityRequest(profile: ModelProfile): GenerateRequest {
  return { ...probeRequest(profile), tokensMax: REPLY_TOKENS };
}

/** What is wrong with the reply to {@link sanityRequest}, in a few words; undefined: nothing. */
export function findReplyNonsense(reply: string): string | undefined {
  const chars = [...reply.replace(/\s/g, "")];
  const brokenCount = chars.filter((char) => char === "\ufffd").length;
  if (brokenCount > BROKEN_CHARS_MAX) return "it says broken characters";
  const isSame = chars.length >= SAME_CHARS_MIN && new Set(chars).size === 1;
  return isSame ? `it says only "${chars[0] ?? ""}"` : undefined;
}
