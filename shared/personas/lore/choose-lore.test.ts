import { expect, test } from "vitest";
import type { CardLore, LoreEntry } from "../../protocol/events.ts";
import { layoutPrompt, type LayoutRequest } from "../layout.ts";
import { withCardWords } from "./card-words.ts";
import { chooseLore } from "./choose-lore.ts";

function entry(text: string, overrides: Partial<LoreEntry> = {}): LoreEntry {
  return {
    keys: [text],
    keysToo: [],
    isConstant: false,
    isPattern: false,
    isCaseSensitive: false,
    isWholeWord: false,
    order: 0,
    priority: 0,
    text,
    ...overrides,
  };
}

function chosen(
  entries: readonly LoreEntry[],
  lines: readonly string[],
  book: Partial<CardLore> = {},
): readonly string[] {
  const lore = { scanLines: 2, tokensMax: 500, isRecursive: false, entries, ...book };
  return chooseLore(lore, lines, (one) => one.text).map(({ text }) => text);
}

test.each<[title: string, entry: LoreEntry, lines: readonly string[], isIn: boolean]>([
  ["a key in the newest lines", entry("cat"), ["old", "A CAT sat"], true],
  ["a key in an older line", entry("cat"), ["cat", "x", "y"], false],
  ["no key, but constant", entry("cat", { isConstant: true }), ["x"], true],
  ["a second key too", entry("cat", { keysToo: ["hat"] }), ["cat hat"], true],
  ["no second key", entry("cat", { keysToo: ["hat"] }), ["cat"], false],
  ["no keys at all", entry("cat", { keys: [] }), ["cat"], false],
])("[PL30] %s", (_title, one, lines, isIn) => {
  expect(chosen([one], lines)).toEqual(isIn ? ["cat"] : []);
});

test.each<[title: string, entry: LoreEntry, line: string, isIn: boolean]>([
  ["another case", entry("Cat", { isCaseSensitive: true }), "cat", false],
  ["the same case", entry("Cat", { isCaseSensitive: true }), "Cat", true],
  ["a part of a word", entry("cat", { isWholeWord: true }), "concatenate", false],
  ["a word of its own later", entry("cat", { isWholeWord: true }), "scat, cat!", true],
  ["letters of any script", entry("кот", { isWholeWord: true }), "котик", false],
  ["a pattern", entry("c", { keys: ["/c[ao]t/i"], isPattern: true }), "Cot", true],
  ["a bad pattern", entry("c", { keys: ["(c"], isPattern: true }), "(c", false],
])("[PL32] %s", (_title, one, line, isIn) => {
  expect(chosen([one], [line])).toHaveLength(isIn ? 1 : 0);
});

test("[PL33] chosen entries wake others where the book says so, each once, in bounded rounds", () => {
  const chain = Array.from(
    { length: 9 },
    (_, at) => entry(`e${at} wakes e${at + 1}.`, { keys: [`e${at}`], order: at }),
  );
  expect(chosen(chain, ["e0"])).toHaveLength(1);
  const woken = chosen(chain, ["e0"], { isRecursive: true });
  expect(woken).toHaveLength(5);
  expect(new Set(woken).size).toBe(5);
  const round = [entry("a", { keys: ["b"] }), entry("b", { keys: ["a"] })];
  expect(chosen(round, ["a"], { isRecursive: true })).toEqual(["a", "b"]);
});

test("[PL35] all patterns of a prompt share its steps, what it takes to make them included", () => {
  const long = (at: number) =>
    entry(`e${at}`, { keys: Array.from({ length: 16 }, () => "(b{40}){40}"), isPattern: true });
  const last = entry("last", { keys: ["a"], isPattern: true });
  expect(chosen([last], ["a"])).toEqual(["last"]);
  expect(chosen([...Array.from({ length: 60 }, (_, at) => long(at)), last], ["a"])).toEqual([]);
});

const request: LayoutRequest = {
  format: "chat",
  speaker: { name: "", gist: "", description: "" },
  others: [{ name: "Bo", gist: "{{char}} writes" }],
  people: ["Mika"],
  lines: [{ author: "Mika", isPersona: false, text: "Tell of the sea and the moor" }],
  addressed: { kind: "all" },
  tokensMax: 2_000,
};

function prompt(entries: readonly LoreEntry[], overrides: Partial<LayoutRequest> = {}) {
  const lore = { scanLines: 4, tokensMax: 400, isRecursive: false, entries };
  const card = {
    name: "Ada",
    gist: "{{char}} gardens",
    description: "Knows {{user}}.",
    greeting: "",
    hue: 0,
    ...entries.length === 0 ? {} : { lore },
  };
  return layoutPrompt(withCardWords({ ...request, ...overrides }, {
    card,
    user: "Mika",
    turnKey: "t",
    personaKey: "p",
    loreTokensMax: 400,
  }));
}

test("[PL36] cards in a prompt have the names of who is there", () => {
  const text = prompt([]).segments.map((one) => one.text).join("\n");
  expect(text).toContain("You are Ada (AI): Ada gardens");
  expect(text).toContain("- Bo (AI): Bo writes");
  expect(text).toContain("Knows Mika.");
});

test("[PL31] lore stands in its order, and the lowest priority is left out first", () => {
  const sea = entry("The sea is grey.", { keys: ["sea"], order: 2, priority: 1 });
  const moor = entry("The moor is {{random:wide}}.", { keys: ["moor"], order: 1 });
  const both = prompt([sea, moor]).segments.at(-1)?.text ?? "";
  expect(both).toContain("\n\nYou know:\n- The moor is wide.\n- The sea is grey.\n\n");
  // Each fits alone, both do not.
  const big = entry("The moor. ".repeat(115), { keys: ["moor"], order: 1 });
  const one = prompt([sea, big]).segments.at(-1)?.text ?? "";
  expect(one).toContain("- The sea is grey.");
  expect(one).not.toContain("The moor. ");
});

test("[PL38] lore has its own budget, and never the newest line's place", () => {
  const entries = [entry("The sea is grey.", { keys: ["sea"] })];
  const extras = { tokensMax: 60, memory: ["m".repeat(90)], notices: [], results: [] };
  const text = prompt(entries, { extras }).segments.at(-1)?.text ?? "";
  expect(text).toContain("The sea is grey.");
  expect(text, "the session's budget is its own").toContain("mmm");
  const newest = [{ author: "Mika", isPersona: false, text: `The sea ${"x".repeat(400)} end` }];
  const tight = prompt(entries, { lines: newest, tokensMax: 380 })
    .segments.slice(1).map((one) => one.text).join("");
  expect(tight).toContain(newest[0]?.text);
  expect(tight).not.toContain("grey");
});

test("[PL38] the starter reads lore as notes, and a prompt without lore is what it was", () => {
  const entries = [entry("The sea is grey.", { keys: ["sea"] })];
  const starter = prompt(entries, { format: "starter-script", tokensMax: 400 });
  expect(starter.segments.at(-2)?.text).toBe("Note: The sea is grey.\n");
  expect(prompt([entry("nothing")])).toEqual(prompt([]));
});
