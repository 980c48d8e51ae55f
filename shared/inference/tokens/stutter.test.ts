import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { isStutter } from "./stutter.ts";

test.each<[said: number[], token: number, stutters: boolean]>([
  [[], 1, false],
  [[1], 1, false],
  [[1, 1], 1, true],
  [[1, 1], 2, false],
  [[1, 2, 1, 2, 1], 2, true],
  [[1, 2, 1, 2, 1], 3, false],
  [[9, 1, 2, 3, 1, 2, 3, 1, 2], 3, true],
  [[1, 2, 3, 1, 2, 3], 1, false],
])("[IN12] %j then %i: %s", (said, token, stutters) => {
  expect(isStutter(said, token, () => "")).toBe(stutters);
});

const spell = (tokens: readonly number[]): string => String.fromCodePoint(...tokens);
const codes = (text: string): number[] => [...text].map((char) => char.codePointAt(0) ?? 0);

test.each([
  ["I like salty salt", "y", true],
  ["I like salty salt", "s", false],
  ["Salty saltY SALT", "y", true],
  ["so some wate some wat", "e", true],
  ["Birds! Birds", "?", false],
  ["Bonbo", "n", false],
  ["1000000", "0", true], // By tokens: each digit is one here.
  ["-+-+ -+-+", "-", false],
  ["| a | b | c |\n| - | - | - ", "|", false],
])("[IN12] %j then %j: %s", (said, char, stutters) => {
  const code = codes(char)[0] ?? 0;
  expect(isStutter(codes(said), code, spell)).toBe(stutters);
});

test("[IN12] leaving stutters out, nothing is said over and over", () => {
  fc.assert(fc.property(fc.array(fc.nat(2), { maxLength: 120 }), (wanted) => {
    const said: number[] = [];
    for (const token of wanted) {
      if (!isStutter(said, token, (tokens) => tokens.map((t) => "abc"[t]).join(""))) {
        said.push(token);
      }
    }
    const text = said.join("");
    expect(text).not.toMatch(/(.{1,3})\1\1/);
    expect(text).not.toMatch(/(.{4,48})\1/);
  }));
});
