/**
 * What the log says anew, as lines to be spoken: messages of others, answers and ends without one.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY236 What others say and how personas end is spoken once, whole, in the order of the log, with
 *         the speaker's name; also an answer that was asked for again. What stood in the log before
 *         the room was opened is not spoken, and of many lines at once only their number.
 */

import type { AttemptState, Message, RoomState, TurnState } from "#shared/room/mod.ts";
import { plural, t } from "../../messages/translate.ts";
import { describeChoice, describeOutcome } from "../log/outcome-line.ts";
import { deviceName, personaName } from "../room-names.ts";
import { speakable } from "./speakable.ts";
import "./spoken-text.ts";

export interface NewsLine {
  readonly key: string;
  /** Of the attempt that this ends: what was spoken while it came is not spoken again. */
  readonly attempt: string | undefined;
  readonly name: string;
  /** What was said, as it was written; undefined where `line` is all there is. */
  readonly words: string | undefined;
  /** The whole line, with the speaker's name. */
  readonly line: string;
}

/** More at once are a log that comes in, not talk: 6 personas and 2 people say 8 lines. */
export const NEWS_MAX = 8;

export function attemptKey(turn: number, persona: string, attempt: number): string {
  return `${turn}/${persona}/${attempt}`;
}

/** Everything behind `seq` in log order, but of oneself and of who is muted here. */
export function newsSince(
  state: RoomState,
  seq: number,
  isUnheard: (author: string) => boolean,
): readonly NewsLine[] {
  const lines: (NewsLine & { readonly seq: number })[] = [];
  const told = new Set<string>();
  for (let index = state.messages.length - 1; index >= 0; index--) {
    const message = state.messages[index];
    // An answer given again keeps its place, so only the newest messages can be fresh.
    if (message === undefined || message.seq <= seq) break;
    if (message.kind === "persona") {
      told.add(`${message.turn}/${message.author}`);
      continue;
    }
    if (isUnheard(message.author)) continue;
    lines.push({ key: `m${message.seq}`, seq: message.seq, ...saidLine(state, message) });
  }
  for (const turn of state.turns.values()) {
    for (const { persona, attempts } of turn.entries) {
      if (isUnheard(persona)) continue;
      for (const attempt of attempts) {
        if (attempt.settledSeq <= seq) continue;
        const isAgain = !told.has(`${turn.turn}/${persona}`);
        const line = endOf(state, turn, attempt, isAgain);
        if (line === undefined) continue;
        const key = attemptKey(turn.turn, persona, attempt.attempt);
        lines.push({ ...line, key: `q${key}`, attempt: key, seq: attempt.settledSeq });
      }
    }
  }
  if (lines.length > NEWS_MAX) return [manyOf(lines.length, state.head)];
  return lines.sort((a, b) => a.seq - b.seq);
}

function lineOf(
  name: string,
  text: string,
  how: "says" | "again",
): Omit<NewsLine, "key"> {
  const words = speakable(text);
  const line = words === ""
    ? t("log.shows", { name })
    : how === "says"
    ? t("log.says", { name, text: words })
    : t("spoken.again", { name, text: words });
  return { attempt: undefined, name, words: text, line };
}

/** What a person says, with whom it answers where that is known. */
function saidLine(state: RoomState, message: Message): Omit<NewsLine, "key"> {
  const name = deviceName(state, message.author);
  const said = lineOf(name, message.text, "says");
  const answered = message.replyTo === undefined
    ? undefined
    : state.messages.findLast(({ seq }) => seq === message.replyTo);
  if (answered === undefined || message.text === "") return said;
  const nameOf = answered.kind === "person" ? deviceName : personaName;
  const to = nameOf(state, answered.author);
  return { ...said, line: t("log.replies", { name, to, text: speakable(message.text) }) };
}

function endOf(
  state: RoomState,
  turn: TurnState,
  { persona, outcome }: AttemptState,
  isAgain: boolean,
): Omit<NewsLine, "key"> | undefined {
  const nameOf = (id: string): string => personaName(state, id);
  if ("text" in outcome && outcome.text !== "") {
    return lineOf(nameOf(persona), outcome.text, isAgain ? "again" : "says");
  }
  const describe = turn.vote === undefined ? describeOutcome : describeChoice;
  const end = describe(outcome, persona, nameOf);
  if (end === undefined) return undefined;
  const line = `${end.text} ${end.advice}`.trim();
  return { attempt: undefined, name: nameOf(persona), words: undefined, line };
}

function manyOf(count: number, head: number): NewsLine {
  const line = plural("spoken.many", count);
  return { key: `n${head}`, attempt: undefined, name: "", words: undefined, line };
}
