import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { loreLimits } from "./limits.ts";
import { compilePattern, testPattern } from "./pattern.ts";

function isFound(source: string, text: string, isCaseSensitive = true): boolean | string {
  const pattern = compilePattern(source, isCaseSensitive);
  if (!pattern.ok) return pattern.error.kind;
  return testPattern(pattern.value, text, { left: loreLimits.patternStepsMax });
}

test.each<[source: string, text: string, found: boolean | string]>([
  ["cat|dog", "a dog", true],
  ["cat|dog", "a cow", false],
  ["^a.c$", "abc", true],
  ["^a.c$", "xabc", false],
  ["/COLOU?R/i", "what color", true],
  ["/COLOU?R/", "what color", false],
  ["\\bsea\\b", "the sea.", true],
  ["\\bsea\\b", "season", false],
  ["[^a-c]{2}x", "ddx", true],
  ["[^a-c]{2}x", "dax", false],
  ["(?:ab){2,3}!", "ababab!", true],
  ["(?:ab){2,3}!", "ab!", false],
  ["\\u{1f600}", "x", "pattern-malformed"],
  ["😀+", "so 😀😀", true],
  ["\\d{4}-\\d\\d", "on 2026-11", true],
  ["/^b$/m", "a\nb\nc", true],
  ["a{", "a{", true],
  ["(?=a)", "a", "pattern-unsupported"],
  ["(a)\\1", "aa", "pattern-unsupported"],
  ["(a", "a", "pattern-malformed"],
  ["a)", "a", "pattern-malformed"],
  ["*a", "a", "pattern-malformed"],
  ["[b-a]", "a", "pattern-malformed"],
  ["/a/q", "a", "pattern-malformed"],
  ["(a{200}){200}", "a", "pattern-too-large"],
  ["a{1,9999}", "a", "pattern-too-large"],
  ["(".repeat(40) + ")".repeat(40), "", "pattern-too-large"],
])("[PL34] the pattern %j on %j: %s", (source, text, found) => {
  expect(isFound(source, text)).toBe(found);
});

/** Patterns of the part that both engines know. */
const sources = fc.letrec<{ any: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$"),
    fc.tuple(tie("any")).map(([inner]) => `(${inner})`),
  ),
  any: fc.oneof(
    { depthSize: "small" },
    tie("atom"),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => a + b),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `${a}|${b}`),
    fc.tuple(fc.constantFrom("a", "(ab)", "[bc]"), fc.constantFrom("*", "+", "?", "{1,2}", "*?"))
      .map(([a, repeat]) => a + repeat),
  ),
})).any;

test("[PL34] what both engines know matches the same texts as the browser's own", () => {
  fc.assert(
    fc.property(
      sources,
      fc.string({ unit: fc.constantFrom("a", "b", "c", " ") }),
      (source, text) => {
        expect(isFound(source, text)).toBe(new RegExp(source).test(text));
      },
    ),
    { numRuns: 400 },
  );
});

test("[PL35] a pattern that would backtrack for ever ends within its steps", () => {
  for (
    const source of [
      "(a+)+$",
      "(a|a)*b",
      "(.*)*x",
      "((a?){50}){4}b",
      "(()*)*",
      "((((){200}){200}){200}){200}",
    ]
  ) {
    const pattern = compilePattern(source, true);
    if (!pattern.ok) throw new Error(source);
    const budget = { left: loreLimits.patternStepsMax };
    testPattern(pattern.value, `${"a".repeat(16_000)}!`, budget);
    expect(budget.left, source).toBeGreaterThanOrEqual(-1);
  }
});

test("[PL35] ways through a pattern that come to the same place are one", () => {
  expect(isFound("(a|a)*b", `${"a".repeat(200)}b`)).toBe(true);
});

test("[PL35] used up steps match nothing more", () => {
  const pattern = compilePattern("b", true);
  if (!pattern.ok) throw new Error("b");
  expect(testPattern(pattern.value, "aaab", { left: 100 })).toBe(true);
  expect(testPattern(pattern.value, "aaab", { left: 3 })).toBe(false);
});

test("[PL34] no source throws, however odd", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (source, text) => {
    isFound(source, text, false);
  }));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab(){}[]^$*+?|\\.,12-:<=!dw/ig") }),
      (source) => void isFound(source, "ab12"),
    ),
    { numRuns: 1_000 },
  );
});
