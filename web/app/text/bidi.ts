/**
 * Text-direction controls in text of others. Overrides and isolates (U+202A to 202E, U+2066 to
 * 2069) can make a line read otherwise than it is written; they are taken out and their place is
 * marked.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY273  A message draws a bounded number of elements, whatever it is.
 *   SY275  A word without end is laid out as fast as other words, in a message and where
 *          one is written.
 */

import { textLimits as limits } from "./limits.ts";

const CONTROLS = /[\u202A-\u202E\u2066-\u2069]+/g;

/**
 * Of letters between which no line may end: those of scripts that are written without spaces end
 * lines anywhere by themselves.
 */
const LONG_WORDS = new RegExp(
  `((?:(?![${
    ["Hani", "Hira", "Kana", "Hang", "Thai", "Laoo", "Khmr", "Mymr"]
      .map((script) => `\\p{sc=${script}}`).join("")
  }])\\S){${limits.wordCharsMax},})`,
  "u",
);

export type TextPiece =
  | { readonly kind: "text"; readonly text: string }
  /** One that is too long for a line of any width. */
  | { readonly kind: "word"; readonly text: string }
  /** One or more controls stood here; `codes` names them, such as "U+202E". */
  | { readonly kind: "mark"; readonly codes: string };

/**
 * Splits `text` into pieces; one piece for nearly every text. Of more controls than limits allow
 * the places are a sign in the text (SY273).
 */
export function splitText(text: string): readonly TextPiece[] {
  if (marksIn(text) > limits.marksMax) return splitWords(text.replace(CONTROLS, "\uFFFD"));
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(CONTROLS)) {
    if (match.index > end) pieces.push(...splitWords(text.slice(end, match.index)));
    pieces.push({ kind: "mark", codes: [...match[0]].map(codeName).join(" ") });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(...splitWords(text.slice(end)));
  return pieces;
}

/** In how many places direction controls stand. */
export function marksIn(text: string): number {
  return text.match(CONTROLS)?.length ?? 0;
}

/** SY275: words without end on their own. */
function splitWords(text: string): readonly TextPiece[] {
  if (text.length <= limits.wordCharsMax) return [{ kind: "text", text }];
  return text.split(LONG_WORDS)
    .map((words, at) => ({ kind: at % 2 === 0 ? "text" as const : "word" as const, text: words }))
    .filter((piece) => piece.text !== "");
}

/** For names and lines in which a mark has no room: the controls are dropped. */
export function dropBidi(text: string): string {
  return text.replace(CONTROLS, "");
}

function codeName(control: string): string {
  return `U+${(control.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
}
