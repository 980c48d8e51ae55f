import { expect, test } from "vitest";
import { fc } from "../testing/properties.ts";
import { memoryLimits as limits } from "./limits.ts";
import { createRecall, type RecallQuestion } from "./recall.ts";
import { createRecallIndex, type RecallLine } from "./recall-index.ts";
import { isUnspaced, termsOfLine, termsOfQuery } from "./terms.ts";

const linesOf = (...texts: readonly string[]): readonly RecallLine[] =>
  texts.map((text, index) => ({ seq: index + 1, text }));

function ask(patch: Partial<RecallQuestion> = {}): RecallQuestion {
  return {
    roomId: "rm_1",
    source: { sourceName: "recall", cacheKey: "t1", contentKey: undefined, budgetTokens: 100 },
    lines: linesOf("my dog is called Biscuit", "roses by the wall", "a dog barked"),
    queryText: "what is the dog called?",
    belowSeq: 100,
    tokensOf: () => 10,
    ...patch,
  };
}

function answerOf(question: RecallQuestion, recall = createRecall()) {
  const asked = recall.ask(question);
  if (!asked.ok) throw new Error(asked.error.field);
  return asked.value;
}
const source = (patch: Partial<RecallQuestion["source"]>) => ({ ...ask().source, ...patch });

/** Few words, so that lines share them. */
const words = fc.array(fc.constantFrom("dog", "Dog", "rose", "wall", "tea", "犬猫", "gardens"), {
  maxLength: 4,
}).map((list) => list.join(" "));
const room = fc.array(fc.option(words, { nil: undefined }), { maxLength: 12 }).map((texts) =>
  texts.flatMap((text, index) => text === undefined ? [] : [{ seq: index + 1, text }])
);

test("[ME1] an index that followed a room finds what one made of its newest lines finds", () => {
  fc.assert(fc.property(fc.array(room, { minLength: 1, maxLength: 6 }), words, (rooms, query) => {
    const following = createRecallIndex();
    for (const lines of rooms) following.take(lines);
    const fresh = createRecallIndex();
    fresh.take(rooms.at(-1) ?? []);
    expect(following.search(query, 9)).toEqual(fresh.search(query, 9));
    expect(following.size()).toBe(rooms.at(-1)?.length);
  }));
});

test.each<[text: string, terms: readonly string[]]>([
  ["Straße STRASSE strasse", ["strasse", "strasse", "strasse"]],
  ["ΟΔΌΣ, οδός; Café №5", ["οδός", "οδός", "café", "no5"]],
  ["黒猫がいる ok", ["黒猫", "猫が", "がい", "いる", "る", "ok"]],
  ["한국 2026年", ["한국", "국", "2026", "年"]],
  ["हिन्दी", ["हिन्दी"]],
  ["ＡＢＣ １２", ["abc", "12"]],
  ["... -- !", []],
])("[ME2] %s has the terms %j", (text, terms) => {
  expect(termsOfLine(text)).toEqual(terms);
});

test("[ME2] case and repetition change no question, and no text breaks the terms", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const terms = termsOfQuery(text);
    expect(new Set(terms).size).toBe(terms.length);
    for (const term of terms) expect(term).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
  }));
  fc.assert(fc.property(fc.stringMatching(/^[a-zßäöüéèñαβγσωабвгд ]*$/), (text) => {
    expect(termsOfQuery(text.toUpperCase())).toEqual(termsOfQuery(text));
  }));
});

test("[ME2] one character of a script without spaces is found wherever it stands", () => {
  const index = createRecallIndex();
  index.take(linesOf("黒猫", "猫がいる", "いぬ"));
  const found = index.search("猫", 9);
  const seqs = found.kind === "matches" ? found.matches.map((one) => one.seq) : [];
  expect(new Set(seqs)).toEqual(new Set([1, 2]));
  expect([isUnspaced("猫"), isUnspaced("cat")]).toEqual([true, false]);
});

test("[ME3] only the newest lines within the limits are found, of a long one its beginning", () => {
  const index = createRecallIndex();
  const long = `${"x ".repeat(limits.lineCharsMax)} needle`;
  index.take(linesOf(long));
  expect(index.search("needle", 9)).toEqual({ kind: "matches", matches: [] });
  const full = Array.from({ length: 600 }, (_, at) => ({ seq: at + 1, text: `${at} ${long}` }));
  index.take(full);
  expect(index.size()).toBe(limits.charsMax / limits.lineCharsMax);
  const many = Array.from(
    { length: limits.linesMax + 5 },
    (_, at) => ({ seq: at, text: `w${at}` }),
  );
  index.take(many);
  expect(index.size()).toBe(limits.linesMax);
  expect(index.search("w4", 99)).toMatchObject({ matches: [] });
  expect(index.search("w5", 99)).toMatchObject({ matches: [{ seq: 5, terms: ["w5"] }] });
});

test("[ME4] every match is below the given seq and holds its terms; ties are newest first", () => {
  fc.assert(fc.property(room, words, fc.integer({ min: 0, max: 14 }), (lines, query, belowSeq) => {
    const index = createRecallIndex();
    index.take(lines);
    const found = index.search(query, belowSeq);
    const matches = found.kind === "matches" ? found.matches : [];
    for (const [at, { seq, score, terms }] of matches.entries()) {
      expect(seq).toBeLessThan(belowSeq);
      const own = termsOfLine(lines.find((line) => line.seq === seq)?.text ?? "");
      expect(terms.filter((term) => !own.includes(term))).toEqual([]);
      const next = matches[at + 1];
      if (next !== undefined) expect(next.score).toBeLessThanOrEqual(score);
      if (next?.score === score) expect(next.seq).toBeLessThan(seq);
    }
  }));
});

test("[ME5] in a room of some length a word of every second line finds nothing", () => {
  const index = createRecallIndex();
  const lines = Array.from({ length: 100 }, (_, at) => ({
    seq: at + 1,
    text: at % 2 === 0 ? `the garden ${at}` : at === 51 ? "biscuit" : "tea",
  }));
  index.take(lines.slice(0, limits.commonFromLines - 1));
  expect(index.search("the", 999)).toMatchObject({ kind: "matches", matches: { length: 32 } });
  index.take(lines);
  expect(index.search("the", 999)).toEqual({ kind: "query-common" });
  expect(index.search("the biscuit", 999)).toMatchObject({ matches: [{ seq: 52 }] });
});

test.each<[field: string, patch: Partial<RecallQuestion>]>([
  ["roomId", { roomId: "" }],
  ["sourceName", { source: source({ sourceName: "" }) }],
  ["cacheKey", { source: source({ cacheKey: "k".repeat(limits.keyCharsMax + 1) }) }],
  ["contentKey", { source: source({ contentKey: "" }) }],
  ["budgetTokens", { source: source({ budgetTokens: NaN }) }],
  ["budgetTokens", { source: source({ budgetTokens: -1 }) }],
  ["budgetTokens", { source: source({ budgetTokens: Infinity }) }],
  ["budgetTokens", { source: source({ budgetTokens: 1.5 }) }],
  ["belowSeq", { belowSeq: NaN }],
  ["lines", { lines: [...linesOf("a", "b"), ...linesOf("c")] }],
])("[ME6] a malformed %s is refused by name: %j", (field, patch) => {
  expect(createRecall().ask(ask(patch))).toEqual({
    ok: false,
    error: { kind: "recall-malformed", field },
  });
});

test.each<[empty: string, patch: Partial<RecallQuestion>]>([
  ["query-empty", { queryText: " ...?! " }],
  ["query-empty", { queryText: `${" ".repeat(limits.queryCharsMax)}dog` }],
  ["no-match", { queryText: "zebra" }],
  ["no-match", { belowSeq: 1 }],
  ["over-budget", { source: source({ budgetTokens: 0 }) }],
  ["over-budget", { tokensOf: () => 101 }],
])("[ME6] a question without an answer gets %s: %j", (empty, patch) => {
  expect(answerOf(ask(patch))).toEqual({ lines: [], empty });
});

test("[ME7] an answer fits its budget, ascends, and the best line is in it when it fits", () => {
  fc.assert(fc.property(room, words, fc.integer({ min: 0, max: 60 }), (lines, query, budget) => {
    const tokensOf = (line: RecallLine) => 1 + line.text.length;
    const question = ask({
      lines,
      queryText: query,
      tokensOf,
      source: source({ budgetTokens: budget }),
    });
    const { lines: recalled, empty } = answerOf(question);
    expect(recalled.reduce((sum, line) => sum + line.tokens, 0)).toBeLessThanOrEqual(budget);
    expect(recalled.length).toBeLessThanOrEqual(limits.recalledLinesMax);
    expect(empty === undefined).toBe(recalled.length > 0);
    expect(recalled.map((line) => line.seq)).toEqual(
      recalled.map((line) => line.seq).toSorted((a, b) => a - b),
    );
    const index = createRecallIndex();
    index.take(lines);
    const found = index.search(query, question.belowSeq);
    const best = found.kind === "matches" ? found.matches[0] : undefined;
    const bestLine = lines.find((line) => line.seq === best?.seq);
    if (bestLine !== undefined && tokensOf(bestLine) <= budget) {
      expect(recalled.map((line) => line.seq)).toContain(bestLine.seq);
    }
  }));
});

test("[ME7] a line far below the best is not recalled, and each tells the words that were met", () => {
  const lines = linesOf("my dog is called Biscuit, a brown dog", "tea", "wall", "is it", "what");
  const { lines: recalled } = answerOf(ask({ lines, queryText: "what is my brown dog called" }));
  expect(recalled.map((line) => [line.seq, line.terms])).toEqual([
    [1, ["brown", "called", "dog", "is", "my"]],
  ]);
});

test("[ME7] a line that does not fit is passed over for one that does", () => {
  const lines = linesOf("dog dog dog", "a dog barked");
  const tokensOf = ({ seq }: RecallLine) => seq === 1 ? 101 : 10;
  expect(answerOf(ask({ lines, queryText: "dog", tokensOf })).lines).toMatchObject([{ seq: 2 }]);
});

test("[ME8] one key of a room is searched for once, a content key also across turns", () => {
  const recall = createRecall();
  const first = answerOf(ask(), recall);
  expect(answerOf(ask({ queryText: "roses" }), recall)).toBe(first);
  expect(recall.searchCount()).toBe(1);
  const keyed = (cacheKey: string, contentKey: string) =>
    ask({ source: source({ cacheKey, contentKey }) });
  answerOf(keyed("t2", "c1"), recall);
  answerOf(keyed("t3", "c1"), recall);
  answerOf(keyed("t3", "c2"), recall);
  expect(recall.searchCount()).toBe(2);
  expect(answerOf({ ...keyed("t4", "c1"), belowSeq: 1 }, recall).lines).toEqual([]);
  answerOf({ ...ask(), roomId: "rm_2" }, recall);
  expect(recall.searchCount()).toBe(3);
});

test("[ME9] a forgotten room leaves no answer, and the longest unused answer goes first", () => {
  const recall = createRecall();
  answerOf(ask(), recall);
  recall.forget("rm_1");
  expect(answerOf(ask({ lines: [] }), recall)).toEqual({ lines: [], empty: "no-match" });
  for (let at = 1; at <= limits.answersMax; at += 1) {
    answerOf(ask({ source: source({ cacheKey: `k${at}` }) }), recall);
  }
  const before = recall.searchCount();
  answerOf(ask({ source: source({ cacheKey: "k1" }) }), recall);
  expect(recall.searchCount()).toBe(before);
  answerOf(ask(), recall);
  expect(recall.searchCount()).toBe(before + 1);
});
