import { expect, test } from "vitest";
import { findAddressed } from "./addressing.ts";

const cast = [{ id: "a", name: "Ada" }, { id: "b", name: "Bo" }, { id: "al", name: "Ada Lane" }];

test.each<[text: string, ids: string[]]>([
  ["@Ada what grows here?", ["a"]],
  ["Ada, what grows here?", ["a"]],
  ["hey bo what do you see", ["b"]],
  ["What do you see, Bo?", ["b"]],
  ["@Ada and @Bo, both of you", ["a", "b"]],
  ["@Ada Lane please", ["al"]],
  ["I met Ada yesterday", []],
  ["Bob, come here", []],
  ["Adam, come here", []],
  ["What is a bo?", []],
  ["", []],
])("[PL7] %j calls %j", (text, ids) => {
  expect(findAddressed(text, cast)).toEqual(ids);
});

test("[PL7] a name made of pattern characters is taken literally", () => {
  expect(findAddressed("@C++ (dev) hello", [{ id: "c", name: "C++ (dev)" }])).toEqual(["c"]);
  expect(findAddressed("hello", [{ id: "c", name: ".*" }])).toEqual([]);
});

test("[PL7] a name may hold any character of a keyboard", () => {
  for (let code = 0x20; code < 0x7f; code += 1) {
    const name = `Ada${String.fromCharCode(code)}Lou`;
    expect(findAddressed(`@${name} hello`, [{ id: "c", name }]), name).toEqual(["c"]);
    expect(findAddressed("hello", [{ id: "a", name: "Ada" }, { id: "c", name }]), name).toEqual([]);
  }
});
