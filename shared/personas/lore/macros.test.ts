import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { createKeyedRandom } from "./keyed-random.ts";
import { loreLimits } from "./limits.ts";
import { expandMacros, type MacroWords } from "./macros.ts";

function words(turn = "t"): MacroWords {
  return {
    char: "Ada",
    user: "Mika",
    original: "(ours)",
    random: createKeyedRandom(turn),
    pick: createKeyedRandom("p"),
  };
}

test.each<[text: string, made: string]>([
  ["{{char}} greets {{USER}}.", "Ada greets Mika."],
  ["<BOT> and <user>, <b>", "Ada and Mika, <b>"],
  ["{{original}} Be brief.", "(ours) Be brief."],
  ["a{{// nobody sees this}}b{{comment: nor this}}c", "abc"],
  ["a{{hidden_key:dragon}}b", "ab"],
  ["{{reverse:abc}}", "cba"],
  ["{{reverse:{{user}}}}", "akiM"],
  ["{{random:x,x}}{{random::y::y}}{{pick:z}}", "xyz"],
  ["{{random:a\\,b}}", "a,b"],
  ["{{roll:1}}{{roll:d1}}", "11"],
  ["{{roll:0}} {{roll:x}}", "{{roll:0}} {{roll:x}}"],
  ["{{unknown}} {{char:x}} {{}}", "{{unknown}} {{char:x}} {{}}"],
  ["{{getvar::{{user}}}}", "{{getvar::Mika}}"],
  ["open {{char", "open {{char"],
  ["close }} here", "close }} here"],
])("[PL36] %j becomes %j", (text, made) => {
  expect(expandMacros(text, words())).toBe(made);
});

test("[PL36] hidden keys are seen by a search only", () => {
  expect(expandMacros("{{hidden_key:dragon}}", words(), true)).toBe("dragon");
});

test("[PL36] what a macro gave is not read again", () => {
  const named = { ...words(), user: "{{random:1,2}}", char: "{{user}}" };
  expect(expandMacros("{{user}}{{char}}", named)).toBe("{{random:1,2}}{{user}}");
});

test("[PL37] chance is the turn's, a pick the persona's", () => {
  const text = `${"{{random:a,b,c,d}}".repeat(8)}|${"{{pick:a,b,c,d}}".repeat(3)}|{{roll:d20}}`;
  const made = (turn: string) => expandMacros(text, words(turn));
  expect(made("1")).toBe(made("1"));
  const [random, pick] = made("1").split("|");
  const [otherRandom, otherPick] = made("2").split("|");
  expect(random).not.toBe(otherRandom);
  expect(pick).toBe(otherPick);
  expect(new Set(pick).size, "equal picks are one").toBe(1);
});

test("[PL37] every item of a list is drawn in the end", () => {
  const random = createKeyedRandom("all");
  const drawn = new Set(
    Array.from({ length: 60 }, () => expandMacros("{{random:a,b,c}}", { ...words(), random })),
  );
  expect([...drawn].sort()).toEqual(["a", "b", "c"]);
});

test("[PL36] macros in macros without end stay text, and growth is bounded", () => {
  const deep = `${"{{reverse:".repeat(5_000)}x${"}}".repeat(5_000)}`;
  expect(expandMacros(deep, words())).toContain("{{reverse:");
  const many = "{{char}}".repeat(20_000);
  const long = { ...words(), char: "n".repeat(80) };
  expect(expandMacros(many, long).length).toBeLessThan(many.length + 2 * loreLimits.macroCharsMax);
});

test("[PL36] no text throws, and one without macros is itself", () => {
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom("{{", "}}", "{", "}", ":", ",", "char", "roll", "\\", "x") }),
    (text) => {
      const made = expandMacros(text, words());
      if (!text.includes("{{")) expect(made).toBe(text);
    },
  ));
});
