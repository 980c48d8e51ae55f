/**
 * What of a text can be found: its words, the same on every platform.
 *
 * Rules (shared/SPEC.md, section ME):
 *   ME2  Terms are runs of letters, marks and digits by Unicode, compatibility forms and case
 *        folded without a locale; scripts written without spaces give every two neighbours.
 */

import { memoryLimits as limits } from "./limits.ts";

const RUNS = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED_SCRIPTS =
  "\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}" +
  "\\p{scx=Khmr}\\p{scx=Mymr}";
/** A run's parts: of scripts without spaces, or of others. */
const PARTS = new RegExp(`(?<unspaced>[${UNSPACED_SCRIPTS}]+)|[^${UNSPACED_SCRIPTS}]+`, "gu");
const UNSPACED = new RegExp(`^[${UNSPACED_SCRIPTS}]+$`, "u");

/**
 * The terms of a line, in order, with repetitions. The last character of a run without spaces is a
 * term too, so that a question of one character finds it wherever it stands.
 */
export function termsOfLine(text: string): readonly string[] {
  return termsIn(text, true);
}

/** The distinct terms of a question, in order. */
export function termsOfQuery(text: string): readonly string[] {
  return [...new Set(termsIn(text, false))];
}

/** Whether a term is of a script that is written without spaces. */
export function isUnspaced(term: string): boolean {
  return UNSPACED.test(term);
}

function termsIn(text: string, isLine: boolean): readonly string[] {
  const terms: string[] = [];
  for (const [run] of fold(text).matchAll(RUNS)) {
    for (const part of run.matchAll(PARTS)) {
      if (part.groups?.["unspaced"] === undefined) {
        terms.push(part[0].slice(0, limits.termCharsMax));
      } else terms.push(...pairs([...part[0]], isLine));
    }
  }
  return terms;
}

function pairs(characters: readonly string[], isLine: boolean): readonly string[] {
  const found = characters.slice(1).map((second, index) => `${characters[index] ?? ""}${second}`);
  const isLastAlone = isLine || characters.length === 1;
  return isLastAlone ? [...found, characters.at(-1) ?? ""] : found;
}

/** Upper case first: by it words meet that have several lower forms, as "ß" and "ss". */
function fold(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase();
}
