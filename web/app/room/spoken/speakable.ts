/** A message as it is spoken: its words without the marks, which a voice would read as signs. */

import { dropBidi } from "../../text/bidi.ts";
import { type MarkdownNode, parseMarkdown } from "../../text/markdown-nodes.ts";

const STRAY = /(?<!\S)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\S)/g;

export function speakable(text: string): string {
  const words = dropBidi(parseMarkdown(text).map(wordsOf).join(""));
  // Of marks around several sentences each has one alone, which marks nothing.
  return words.replace(STRAY, "").replace(/\s+/g, " ").trim();
}

function wordsOf(node: MarkdownNode): string {
  switch (node.kind) {
    case "text":
    case "as-written":
    case "code":
      return node.text;
    case "code-block":
      return ` ${node.text} `;
    case "image":
      return node.alt;
    case "break":
    case "rule":
      return " ";
    case "link":
      return node.children.map(wordsOf).join("");
    case "element":
      return spaced(node.tag, node.children.map(wordsOf).join(""));
  }
}

/** Where a line ends a voice should fall, or two items become one. */
function spaced(tag: string, words: string): string {
  if (/^(strong|em|s)$/.test(tag)) return words;
  return /^(li|h\d|tr)$/.test(tag) && /[\p{L}\p{N}]\s*$/u.test(words)
    ? `${words.trimEnd()}. `
    : `${words} `;
}
