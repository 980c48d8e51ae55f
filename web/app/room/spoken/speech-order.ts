/**
 * Who is heard when several speak at once: one after the other, whole sentences, each voice named
 * when it begins. Pure; the announcer shows what comes out.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY237 While answers come sentence by sentence, one speaker has the floor until its answer is
 *         whole; the others wait, nothing of theirs is lost, and no half sentence is spoken.
 */

import { t } from "../../messages/translate.ts";
import type { NewsLine } from "./log-news.ts";
import { speakable } from "./speakable.ts";

/** An answer that is on its way. */
export interface LiveSpeech {
  readonly attempt: string;
  readonly name: string;
  /** What came of it so far, as it was written. */
  readonly words: string;
}

export interface SpeechState {
  /** The attempt whose answer is being spoken. */
  readonly floor: string | undefined;
  /** How much was spoken of answers that have not ended, in characters of their text. */
  readonly said: ReadonlyMap<string, number>;
  /** Ended while somebody else had the floor, oldest first. */
  readonly waiting: readonly NewsLine[];
}

export const SILENCE: SpeechState = { floor: undefined, said: new Map(), waiting: [] };

export interface SpokenLine {
  readonly key: string;
  readonly text: string;
}

export interface Spoken {
  readonly state: SpeechState;
  readonly lines: readonly SpokenLine[];
}

/** What to say now. `news` has ended, in log order; `live` comes, in the order of its beginning. */
export function decideSpeech(
  before: SpeechState,
  news: readonly NewsLine[],
  live: readonly LiveSpeech[],
): Spoken {
  let { floor, waiting } = before;
  const said = new Map(before.said);
  const lines: SpokenLine[] = [];
  const say = (key: string, text: string): void => {
    if (text !== "") lines.push({ key, text });
  };
  const sayEnd = (one: NewsLine, hasFloor: boolean): void => {
    const until = said.get(one.attempt ?? "") ?? 0;
    if (until === 0) return say(one.key, one.line);
    said.delete(one.attempt ?? "");
    const rest = speakable((one.words ?? "").slice(until));
    const isNamed = hasFloor || rest === "";
    say(one.key, isNamed ? rest : t("log.says", { name: one.name, text: rest }));
  };
  const giveUpFloor = (): void => {
    floor = undefined;
    for (const late of waiting) sayEnd(late, false);
    waiting = [];
  };
  for (const one of news) {
    if (floor !== undefined && one.attempt !== floor) {
      waiting = [...waiting, one];
      continue;
    }
    sayEnd(one, floor !== undefined);
    giveUpFloor();
  }
  // Gone without an end, such as with its room: the others need not wait for it.
  if (floor !== undefined && !live.some(({ attempt }) => attempt === floor)) giveUpFloor();
  const speaker = floor === undefined
    ? live.find(({ attempt, words }) => wholeUntil(words, said.get(attempt) ?? 0) > 0)
    : live.find(({ attempt }) => attempt === floor);
  if (speaker !== undefined) {
    const { attempt, words, name } = speaker;
    const from = said.get(attempt) ?? 0;
    const end = wholeUntil(words, from);
    const text = speakable(words.slice(from, end));
    if (text !== "") {
      say(`${attempt}@${end}`, floor === attempt ? text : t("log.says", { name, text }));
      said.set(attempt, end);
      floor = attempt;
    }
  }
  return { state: { floor, said, waiting }, lines };
}

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** Where the last sentence ends that another one follows: the newest may still grow. */
function wholeUntil(words: string, from: number): number {
  const starts = [...sentences.segment(words.slice(from))].map(({ index }) => index);
  const last = starts.at(-1) ?? 0;
  return last === 0 ? 0 : from + last;
}
