/**
 * A room as a transcript that people read, in Markdown. Pure.
 *
 * Each message is a heading (who, when, which model) and a quotation. A quotation ends where its
 * marks end, whatever stands in it: no words can become a heading of ours, close the quotation, or
 * define a link for another message.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY224 In a transcript the headings outside quotations are the room's name and one for each
 *         message, whatever was written; HTML in it is text. No name passes for a persona's mark.
 */

import type { RoomState } from "../../room/room-state.ts";
import { factsOf, type MessageFacts } from "./message-facts.ts";
import { imageName } from "./write-jsonl.ts";

/** The words of a transcript, in the language of who saves it. */
export interface TranscriptWords {
  /** Under the room's name. */
  readonly about: string;
  readonly persona: string;
  readonly edited: string;
  readonly stopped: string;
  readonly aside: string;
  readonly picture: string;
  readonly nobody: string;
}

export function* markdownParts(state: RoomState, words: TranscriptWords): Generator<string> {
  yield `# ${inline(state.name) || "Conclave"}\n\n${inline(words.about)}\n`;
  for (const message of state.messages) yield messagePart(factsOf(state, message), words);
}

function messagePart(facts: MessageFacts, words: TranscriptWords): string {
  const { message, name, attempt, host } = facts;
  const { seq, at, kind, text, edited, stopped, aside, images = [] } = message;
  const time = new Date(at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const who = inline(name) || words.nobody;
  const head = [
    // What is not bold is ours: no name can have a mark or a time of its own.
    kind === "persona" ? `**${who}** (${words.persona})` : `**${who}**`,
    time,
    ...attempt?.modelId === undefined ? [] : [inline(attempt.modelId)],
    ...host === undefined ? [] : [inline(host)],
    ...edited ? [words.edited] : [],
    ...stopped ? [words.stopped] : [],
    ...aside ? [words.aside] : [],
  ].join(" · ");
  const pictures = images.map(({ alt }, index) =>
    `> ${words.picture} ${inline(imageName(seq, index))}: ${inline(alt)}`
  );
  const quoted = text === "" ? [] : [quote(text)];
  return `\n## ${head}\n\n${[...quoted, ...pictures].join("\n>\n")}\n`;
}

/** Every way to end a line, also those that only some programs know. */
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

function quote(text: string): string {
  return text.split(LINE_ENDS).map((line) => `> ${harmless(line)}`.trimEnd()).join("\n");
}

/**
 * A tag, a comment or an address in "<" begins with one; what defines a link or a footnote for the
 * whole document has "]:" in it. Everything else of Markdown stays as it was written. NUL is taken
 * for another character by those who read. Backslashes are tried from their first one alone, so
 * that a line of them takes no longer than another.
 */
function harmless(line: string): string {
  return line.replaceAll("\0", "\ufffd")
    .replace(/(?<!\\)(\\*)<(?=[A-Za-z/!?])/g, escaped("<"))
    .replace(/(?<!\\)(\\*)\](?=:)/g, escaped("]"));
}

/** With an even number of backslashes in front a character would still mean something. */
function escaped(character: string): (whole: string, slashes: string) => string {
  return (_whole, slashes) =>
    slashes.length % 2 === 0 ? `${slashes}\\${character}` : `${slashes}${character}`;
}

/** Direction controls and unseen characters; joiners and what makes an emoji of a sign stay. */
const UNSEEN = /(?!\u200C|\u200D|\uFE0F)[\p{Bidi_C}\p{DI}]/gu;

/** One line in which nothing of Markdown or HTML means anything, and nothing turns what follows. */
function inline(text: string): string {
  return text.replace(UNSEEN, "").replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim()
    .replace(/[\\`*_[\]<>&~|#$]/g, "\\$&");
}
