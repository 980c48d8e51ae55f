import { expect, test } from "vitest";
import { applyMention, findQuery, matchPersonas } from "./mention.ts";

const cast = [
  { id: "pe_1", name: "Ada" },
  { id: "pe_2", name: "Bo" },
  { id: "pe_3", name: "Ada Lovelace" },
];

test("an @ being typed is a query up to the caret", () => {
  expect(findQuery("Hello @ad", 9)).toEqual({ query: "ad", from: 6, to: 9 });
  expect(findQuery("Hello @ad and", 9)).toEqual({ query: "ad", from: 6, to: 9 });
  expect(findQuery("@", 1)).toEqual({ query: "", from: 0, to: 1 });
});

test("an address, a finished sentence and a line break are no queries", () => {
  expect(findQuery("mika@example", 12)).toBeUndefined();
  expect(findQuery("@ ada", 5)).toBeUndefined();
  expect(findQuery("@ada\nnext", 9)).toBeUndefined();
  expect(findQuery("no at sign", 4)).toBeUndefined();
});

test("names match by their start or by the start of a later word", () => {
  expect(matchPersonas("ad", cast).map(({ id }) => id)).toEqual(["pe_1", "pe_3"]);
  expect(matchPersonas("love", cast).map(({ id }) => id)).toEqual(["pe_3"]);
  expect(matchPersonas("zed", cast)).toEqual([]);
});

test("a choice replaces the query and puts the caret behind one space", () => {
  expect(applyMention("Hello @ad there", { from: 6, to: 9 }, "Ada")).toEqual({
    text: "Hello @Ada there",
    caret: 11,
  });
});
