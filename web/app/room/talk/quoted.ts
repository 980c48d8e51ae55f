/**
 * A message in a few words, as quotes and pins show it. Text, never markup.
 *
 *   SY203 What is quoted or pinned is shown as text on one or two lines, whatever it holds.
 */

import "./talk-text.ts";
import type { Message, RepliedTo, RoomState } from "#shared/room/mod.ts";
import { t } from "../../messages/translate.ts";
import { dropBidi } from "../../text/bidi.ts";
import { deviceName, personaHue, personaName } from "../room-names.ts";

/** Two lines of a wide screen. */
const WORDS_CHARS_MAX = 200;

export interface Quoted {
  readonly name: string;
  /** This person said it. */
  readonly isOwn: boolean;
  /** Of a persona. */
  readonly hue: number | undefined;
  readonly words: string;
}

type Said = Pick<Message, "author" | "kind" | "text">;

/** `own`: this person's device, whose messages are "yours". */
export function quotedMessage(state: RoomState, own: string, said: Said): Quoted {
  const { author, kind, text } = said;
  const words = firstWords(text);
  return {
    name: speakerName(state, own, said),
    isOwn: isOwn(own, said),
    hue: kind === "persona" ? personaHue(state, author) : undefined,
    words: words === "" ? t("talk.picture") : words,
  };
}

export function isOwn(own: string, { author, kind }: Pick<Said, "author" | "kind">): boolean {
  return kind === "person" && author === own;
}

/** "You" for this person. */
export function speakerName(
  state: RoomState,
  own: string,
  { author, kind }: Pick<Said, "author" | "kind">,
): string {
  if (kind === "persona") return personaName(state, author);
  return author === own ? t("msg.you") : deviceName(state, author);
}

/** Undefined where the message is not at hand. */
export function quotedReply(
  state: RoomState,
  own: string,
  replied: RepliedTo,
): Quoted | undefined {
  return "message" in replied ? quotedMessage(state, own, replied.message) : undefined;
}

/** Without the marks of markdown that stand before and around words. */
export function firstWords(text: string): string {
  const plain = dropBidi(text.slice(0, 4 * WORDS_CHARS_MAX))
    .replace(/^\s*(?:#{1,6}|>|[-*+])\s+/gm, "")
    .replace(/[*`]+/g, "")
    // deno-lint-ignore no-control-regex -- control characters are what is removed
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  if (plain.length <= WORDS_CHARS_MAX) return plain;
  return `${plain.slice(0, WORDS_CHARS_MAX).replace(/\p{Cs}$/u, "")}\u2026`;
}
