import { expect, test } from "vitest";
import { groupHex, namesakesOf } from "./device-facts.ts";
import { isNewBehindName } from "./new-device.ts";

const devices = new Map(
  [["a", "Noor"], ["b", " noor\u202e"], ["c", "Sam"], ["d", ""], ["e", " "]]
    .map(([id = "", name = ""]) => [id, { id, name }]),
);
const state = { devices };
const same = { kind: "same", atMs: 1 } as const;
const changed = { kind: "changed", atMs: 1 } as const;

test.each([
  ["nobody was compared", {}, "b", false],
  ["another device of the name was compared", { a: same }, "b", true],
  ["it was compared itself", { a: same, b: same }, "b", false],
  ["somebody else was compared", { c: same }, "b", false],
  ["it was compared with other keys", { b: changed }, "b", true],
  ["the other device of the name has other keys now", { a: changed }, "b", false],
])("[SY160] a new device is told when %s: %j", (_why, compared, device, isNew) => {
  expect(isNewBehindName(state, compared, device)).toBe(isNew);
});

test("a name is the same whatever its case, spaces and direction marks; none is no name", () => {
  expect(namesakesOf(state, "a")).toEqual(["b"]);
  expect(namesakesOf(state, "d")).toEqual([]);
});

test("a fingerprint is grouped by four", () => {
  expect(groupHex("0123456789")).toBe("0123 4567 89");
});
