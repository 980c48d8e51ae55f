/**
 * Who is heard when several speak at once: one after the other, whole sentences, each voice named
 * when it begins. Pure; the announcer shows what comes out.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY237 While answers come sentence by sentence, one speaker has the floor until its answer is
 *         whole; the others wait, nothing of theirs is lost, and no half sentence is spoken. One
 *         that ends without words, or begins anew, is told with its name.
 */

import "./spoken-text.ts";
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
  /** What was spoken of answers that have not ended, as it was written. */
  readonly said: ReadonlyMap<string, string>;
  /** Ended while somebody else had the floor, oldest first. */
  readonly waiting: readonly NewsLine[];
  /** Lines spoken while answers came: one that begins anew says other words at the same place. */
  readonly count: number;
}

export const SILENCE: SpeechState = { floor: undefined, said: new Map(), waiting: [], count: 0 };

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
  let { floor, waiting, count } = before;
  const said = new Map(before.said);
  const lines: SpokenLine[] = [];
  const say = (key: string, text: string): void => {
    if (text !== "") lines.push({ key, text });
  };
  const sayEnd = (one: NewsLine, hasFloor: boolean): void => {
    const words = one.words?.trimStart();
    const spoken = spokenOf(said, { attempt: one.attempt ?? "", words: words ?? "" });
    said.delete(one.attempt ?? "");
    // Without words it failed or was taken back; with others than were spoken it began anew.
    if (words === undefined || spoken === "") return say(one.key, one.line);
    const rest = speakable(words.slice(spoken.length));
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
    ? live.find((one) => nextOf(said, one) !== "")
    : live.find(({ attempt }) => attempt === floor);
  if (speaker !== undefined) {
    const { attempt, name } = speaker;
    const spoken = spokenOf(said, speaker);
    const next = nextOf(said, speaker);
    const text = speakable(next);
    if (text !== "") {
      const goesOn = floor === attempt && spoken === (said.get(attempt) ?? "");
      say(`${attempt}@${count}`, goesOn ? text : t("log.says", { name, text }));
      count += 1;
      said.set(attempt, spoken + next);
      floor = attempt;
    }
  }
  return { state: { floor, said, waiting, count }, lines };
}

type Written = Pick<LiveSpeech, "attempt" | "words">;

/** What was spoken of an answer: nothing, if it began anew with other words. */
function spokenOf(said: ReadonlyMap<string, string>, { attempt, words }: Written): string {
  const spoken = said.get(attempt) ?? "";
  const written = words.trimStart();
  // The same words that come once more, or lost the space at their end, were spoken.
  return written.startsWith(spoken) || spoken.startsWith(written) ? spoken : "";
}

/** The whole sentences that were not spoken yet. */
function nextOf(said: ReadonlyMap<string, string>, one: LiveSpeech): string {
  const rest = one.words.trimStart().slice(spokenOf(said, one).length);
  return rest.slice(0, wholeUntil(rest));
}

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** Where the last sentence ends that another one follows: the newest may still grow. */
function wholeUntil(words: string): number {
  return [...sentences.segment(words)].at(-1)?.index ?? 0;
}
