/**
 * PASS: how a persona says that it says nothing.
 *
 * Owns the rule. Does not own what the prompt tells the model (personas/).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC1  A reply is silence only when the whole of it is PASS: trimmed, in any case, with or
 *        without one trailing period.
 *   SC6  A failed, late or empty generation settles failed with its reason; it is never silence.
 *   SC2  Text that could still become PASS is shown to nobody.
 */

import type { Decided } from "./decision.ts";

const word = "PASS";

/** True when the finished `text` means silence. */
export function isPass(text: string): boolean {
  return text.trim().replace(/\.$/, "").toUpperCase() === word;
}

/** True while `text`, not finished, could still turn out to be silence. */
export function couldBePass(text: string): boolean {
  const said = text.trimStart().toUpperCase();
  if (said.length <= word.length) return word.startsWith(said);
  return /^PASS\.?\s*$/.test(said);
}

/**
 * What a finished reply is: words, silence, or nothing at all, which is no silence (SC6). Nothing
 * holds an engine here: who may be silent may also say anything.
 */
export function readSpeech(text: string): Decided<string> {
  if (isPass(text)) return { kind: "declined" };
  const choice = text.trim();
  return choice === ""
    ? { kind: "unreadable", raw: text, problem: "The model said nothing" }
    : { kind: "chosen", choice };
}
