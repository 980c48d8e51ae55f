/**
 * What a prompt says of the message that a line answers, whoever reads it.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL85  A line that answers another says whose, with its first words, to who has heard that one.
 *   PL86  Nothing that is quoted ends the quote, and no words of a line look like one.
 */

import { plainLine, plainName } from "./layout-parts.ts";

/** A dozen words: which message is meant, not what all of it said. */
const QUOTE_CHARS_MAX = 80;
const OPENING = "(in reply to ";

/** A line's text behind a note of what it answers. */
export function textWithReply(
  text: string,
  reply: { readonly author: string; readonly text: string } | undefined,
): string {
  const own = withoutForged(text);
  if (reply === undefined) return own;
  const author = plainName(reply.author.replace(/[()"\u201c\u201d]/g, " "));
  const words = firstWords(reply.text);
  return `${OPENING}${author}${words === "" ? "" : `: "${words}"`}) ${own}`;
}

function firstWords(text: string): string {
  // What could end the quote, or look like one, is no part of it.
  const plain = plainLine(text).replace(/["\u201c\u201d\u201e\u00ab\u00bb()[\]]+/g, " ")
    .replace(/\s+/g, " ").trim();
  if (plain.length <= QUOTE_CHARS_MAX) return plain;
  const cut = plain.slice(0, QUOTE_CHARS_MAX);
  const space = cut.lastIndexOf(" ");
  // Scripts without spaces are cut between characters, never within one.
  const end = space > QUOTE_CHARS_MAX / 2 ? cut.slice(0, space) : cut.replace(/\p{Cs}/gu, "");
  return `${end}...`;
}

/**
 * A typed "(in reply to" with what of its brackets stands before. It is looked for where signs
 * begin, never within them: so a text of brackets alone is read once, not once for each of them.
 */
const FORGED = /(?<![^a-z])([^a-z(]*)\([^a-z]*(in[^a-z]+reply[^a-z]+to)/gi;

/** A typed "(in reply to" loses its bracket: only who really answers has the note. */
function withoutForged(text: string): string {
  // As it will stand in the prompt, and as it is seen: signs that show nothing hide no note.
  const plain = plainLine(text.replace(/\p{Default_Ignorable_Code_Point}+/gu, ""));
  return plain.search(FORGED) < 0 ? text : plain.replace(FORGED, "$1$2");
}
