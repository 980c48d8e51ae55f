import { expect, test } from "vitest";
import { fc } from "#shared/testing/properties.ts";
import type { NewsLine } from "./log-news.ts";
import { decideSpeech, type LiveSpeech, SILENCE, type SpeechState } from "./speech-order.ts";

function ended(name: string, words: string): NewsLine {
  return { key: `q${name}`, attempt: name, name, words, line: `${name} says: ${words}` };
}

/** An end that has no words, such as a failure. */
const stops = (name: string): NewsLine => ({
  ...ended(name, ""),
  words: undefined,
  line: `${name} could not answer.`,
});

const comes = (name: string, words: string): LiveSpeech => ({ attempt: name, name, words });

/** Feeds steps one after the other; resolves to the lines of each. */
function speak(steps: readonly (readonly [readonly NewsLine[], readonly LiveSpeech[]])[]) {
  let state: SpeechState = SILENCE;
  return steps.map(([news, live]) => {
    const spoken = decideSpeech(state, news, live);
    state = spoken.state;
    return spoken.lines.map(({ text }) => text);
  });
}

test("[SY236] without what comes, ends are spoken in their order", () => {
  expect(speak([[[ended("Ada", "One. Two."), ended("Bo", "Three.")], []]])).toEqual([
    ["Ada says: One. Two.", "Bo says: Three."],
  ]);
});

test("[SY237] a sentence is spoken when the next one begins, and the name with the first alone", () => {
  expect(speak([
    [[], [comes("Ada", "The bed is")]],
    [[], [comes("Ada", "The bed is dry.")]],
    [[], [comes("Ada", "The bed is dry. It wa")]],
    [[], [comes("Ada", "The bed is dry. It wants rain. And")]],
    [[ended("Ada", "The bed is dry. It wants rain. And sun.")], []],
  ])).toEqual([[], [], ["Ada says: The bed is dry."], ["It wants rain."], ["And sun."]]);
});

test("[SY237] who speaks later waits for the floor, and is then heard whole", () => {
  expect(speak([
    [[], [comes("Ada", "One. T"), comes("Bo", "Four. Five. S")]],
    [[ended("Cleo", "Nine.")], [comes("Ada", "One. Two. T"), comes("Bo", "Four. Five. Six.")]],
    [[ended("Bo", "Four. Five. Six.")], [comes("Ada", "One. Two. Three.")]],
    [[ended("Ada", "One. Two. Three.")], []],
  ])).toEqual([
    ["Ada says: One."],
    ["Two."],
    [],
    ["Three.", "Cleo says: Nine.", "Bo says: Four. Five. Six."],
  ]);
});

test("[SY237] an answer that paused goes on where it was, with its name", () => {
  expect(speak([
    [[], [comes("Ada", "One. T")]],
    [[], [comes("Bo", "Four. F")]],
    [[ended("Bo", "Four. Five.")], []],
    [[ended("Ada", "One. Two.")], []],
  ])).toEqual([["Ada says: One."], ["Bo says: Four."], ["Five."], ["Ada says: Two."]]);
});

test("[SY237] who fails after a spoken sentence is told to have failed", () => {
  expect(speak([
    [[], [comes("Ada", "One. T"), comes("Bo", "Four. F")]],
    [[stops("Ada")], [comes("Bo", "Four. F")]],
    [[stops("Bo")], []],
  ])).toEqual([["Ada says: One."], ["Ada could not answer.", "Bo says: Four."], [
    "Bo could not answer.",
  ]]);
});

test("[SY237] an answer that begins anew is spoken anew, with its name, under keys of its own", () => {
  let state: SpeechState = SILENCE;
  const keys: string[] = [];
  const heard = ["One. T", "", "Si", "Six. S", "Six. Seven. Ei"].map((words) => {
    const spoken = decideSpeech(state, [], [comes("Ada", words)]);
    state = spoken.state;
    keys.push(...spoken.lines.map(({ key }) => key));
    return spoken.lines.map(({ text }) => text);
  });
  expect(heard).toEqual([["Ada says: One."], [], [], ["Ada says: Six."], ["Seven."]]);
  expect(new Set(keys).size).toBe(3);
});

test("[SY237] the same words that come once more are not spoken again", () => {
  expect(speak([
    [[], [comes("Ada", " One. Two. T")]],
    [[], [comes("Ada", "One. T")]],
    [[ended("Ada", "One. Two.")], []],
  ])).toEqual([["Ada says: One. Two."], [], []]);
});

test("[SY237] an end with other words than were spoken is told whole", () => {
  expect(speak([
    [[], [comes("Ada", "One. T")]],
    [[ended("Ada", "Six. Seven.")], []],
  ])).toEqual([["Ada says: One."], ["Ada says: Six. Seven."]]);
});

test("marks are not spoken, also where a sentence is cut out of them", () => {
  expect(speak([
    [[], [comes("Ada", "**Dry. V")]],
    [[ended("Ada", "**Dry. Very dry** and `hot`.")], []],
  ])).toEqual([["Ada says: Dry."], ["Very dry and hot."]]);
});

const word = fc.constantFrom("rain", "bed", "sun", "thyme", "stone", "we", "go");
const sentence = fc.array(word, { minLength: 1, maxLength: 4 })
  .map((words) => `${words.join(" ")}.`.replace(/^./, (first) => first.toUpperCase()));
const answer = fc.array(sentence, { minLength: 1, maxLength: 4 })
  .map((sentences) => sentences.join(" "));
const NAMES = ["Ada", "Bo", "Cleo", "Dara"];

test("[SY237] however four answers interleave, each is heard whole, once, in order and by name", () => {
  fc.assert(fc.property(
    fc.array(answer, { minLength: 1, maxLength: NAMES.length }),
    // Who gets the next characters, and how many; and whether ends lag behind.
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 30 })), { maxLength: 80 }),
    // Whoever of them fails ends without words, wherever she is.
    fc.subarray([0, 1, 2, 3]),
    (answers, moves, failing) => {
      const came = answers.map(() => 0);
      const isDone = answers.map(() => false);
      let state = SILENCE;
      const heard: string[] = [];
      const take = (news: readonly NewsLine[]): void => {
        const live = answers.flatMap((text, who) =>
          isDone[who] || came[who] === 0 ? [] : [comes(NAMES[who] ?? "", text.slice(0, came[who]))]
        );
        const spoken = decideSpeech(state, news, live);
        state = spoken.state;
        heard.push(...spoken.lines.map(({ text }) => text));
      };
      const end = (who: number): void => {
        isDone[who] = true;
        const name = NAMES[who] ?? "";
        take([failing.includes(who) ? stops(name) : ended(name, answers[who] ?? "")]);
      };
      for (const [pick, count] of moves) {
        const who = pick % answers.length;
        const length = answers[who]?.length ?? 0;
        if (isDone[who]) continue;
        if (came[who] === length) end(who);
        else {
          came[who] = Math.min(length, (came[who] ?? 0) + count);
          take([]);
        }
      }
      answers.forEach((_, who) => isDone[who] || end(who));
      // Read back as a listener would: a line without a name goes on with the last one named.
      const byName = new Map<string, string[]>();
      const told: string[] = [];
      let speaker = "";
      for (const line of heard) {
        const failed = /^(\w+) could not answer\.$/.exec(line)?.[1];
        if (failed !== undefined) {
          told.push(failed);
          continue;
        }
        const [, name, words = line] = /^(\w+) says: (.*)$/.exec(line) ?? [];
        speaker = name ?? speaker;
        byName.set(speaker, [...byName.get(speaker) ?? [], words]);
        expect(words, "whole sentences").toMatch(/\.$/);
      }
      answers.forEach((text, who) => {
        const name = NAMES[who] ?? "";
        const words = byName.get(name)?.join(" ") ?? "";
        const isFailing = failing.includes(who);
        expect(isFailing ? text.startsWith(words) : text === words, `${name}: ${words}`).toBe(true);
        expect(told.filter((each) => each === name)).toHaveLength(isFailing ? 1 : 0);
      });
      expect(state).toEqual({ ...SILENCE, count: state.count });
    },
  ));
});
