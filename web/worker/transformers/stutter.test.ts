import fc from "fast-check";
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
  expect(isStutter(said, token)).toBe(stutters);
});

test("[IN12] leaving stutters out, no run is ever said three times in a row", () => {
  fc.assert(fc.property(fc.array(fc.nat(2), { maxLength: 120 }), (wanted) => {
    const said: number[] = [];
    for (const token of wanted) if (!isStutter(said, token)) said.push(token);
    const text = said.join("");
    expect(text).not.toMatch(/(.{1,8})\1\1/);
  }));
});
