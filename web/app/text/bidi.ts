/**
 * Text-direction controls in text of others. Overrides and isolates (U+202A to 202E, U+2066 to
 * 2069) can make a line read otherwise than it is written; they are taken out and their place is
 * marked.
 */

const CONTROL = /[\u202A-\u202E\u2066-\u2069]/;
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]+/g;

export type TextPiece =
  | { readonly kind: "text"; readonly text: string }
  /** One or more controls stood here; `codes` names them, such as "U+202E". */
  | { readonly kind: "mark"; readonly codes: string };

/** Splits `text` into plain pieces and marks; one piece for nearly every text. */
export function splitBidi(text: string): readonly TextPiece[] {
  if (!CONTROL.test(text)) return [{ kind: "text", text }];
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(CONTROLS)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    pieces.push({ kind: "mark", codes: [...match[0]].map(codeName).join(" ") });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}

/** For names and lines in which a mark has no room: the controls are dropped. */
export function dropBidi(text: string): string {
  return text.replace(CONTROLS, "");
}

function codeName(control: string): string {
  return `U+${(control.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
}
