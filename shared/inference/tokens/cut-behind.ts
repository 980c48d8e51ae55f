/**
 * Cuts a rendered prompt behind each of its segments, so that each is turned into tokens alone:
 * what stays the same text stays the same tokens, whatever follows it (IN10).
 */

import type { PromptSegment } from "../engine.ts";

/**
 * As many pieces as there are segments, together the whole; what a template puts between is with
 * the segment behind it, the end of the last with the last. One piece where a template changes the
 * segments' text or order: then nothing is shared.
 */
export function cutBehind(
  whole: string,
  segments: readonly Pick<PromptSegment, "text">[],
): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { text } of segments.slice(0, -1)) {
    const at = whole.indexOf(text, from);
    if (at === -1) return [whole];
    pieces.push(whole.slice(from, at + text.length));
    from = at + text.length;
  }
  // A template may trim the end of the last message, nothing else.
  if (!whole.slice(from).includes((segments.at(-1)?.text ?? "").trim())) return [whole];
  return [...pieces, whole.slice(from)];
}
