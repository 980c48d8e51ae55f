import { expect, test } from "vitest";
import { isPressed, isSingleKey, type Press } from "./chord.ts";

const NOTHING: Press = {
  key: "",
  code: "",
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
};

const CASES: readonly (readonly [string, string, Partial<Press>, boolean])[] = [
  ["a letter", "j", { key: "j", code: "KeyJ" }, true],
  ["the letter of Dvorak, not the place", "j", { key: "j", code: "KeyC" }, true],
  ["another letter of Dvorak on that place", "j", { key: "h", code: "KeyJ" }, false],
  ["the place where the layout is Russian", "j", { key: "о", code: "KeyJ" }, true],
  ["the place where the layout is Hebrew", "j", { key: "ח", code: "KeyJ" }, true],
  ["the place where the layout is Greek", "j", { key: "ξ", code: "KeyJ" }, true],
  ["capitals locked", "j", { key: "J", code: "KeyJ" }, true],
  ["a capital", "j", { key: "J", code: "KeyJ", shiftKey: true }, false],
  ["an accent of a Latin layout", "a", { key: "ä", code: "Quote" }, false],
  ["the browser's own", "j", { key: "j", code: "KeyJ", ctrlKey: true }, false],
  ["the system's own", "j", { key: "j", code: "KeyJ", metaKey: true }, false],
  ["AltGr", "e", { key: "€", code: "KeyE", ctrlKey: true, altKey: true }, false],
  ["composing", "j", { key: "j", code: "KeyJ", isComposing: true }, false],
  ["? with Shift", "?", { key: "?", code: "Slash", shiftKey: true }, true],
  ["? without Shift", "?", { key: "?", code: "KeyM" }, true],
  ["? of a Russian layout", "?", { key: "?", code: "Digit7", shiftKey: true }, true],
  ["the slash", "?", { key: "/", code: "Slash" }, false],
  ["F6", "F6", { key: "F6", code: "F6" }, true],
  ["F6 with Shift", "F6", { key: "F6", code: "F6", shiftKey: true }, false],
  ["Shift+F6", "Shift+F6", { key: "F6", code: "F6", shiftKey: true }, true],
  ["Shift+F6 without Shift", "Shift+F6", { key: "F6", code: "F6" }, false],
  ["Ctrl+F6", "F6", { key: "F6", code: "F6", ctrlKey: true }, false],
  ["an arrow", "ArrowDown", { key: "ArrowDown", code: "ArrowDown" }, true],
  ["the plus", "+", { key: "+", code: "NumpadAdd" }, true],
];

for (const [title, chord, press, pressed] of CASES) {
  test(`[SY231] ${chord}: ${title} is ${pressed ? "a" : "no"} match`, () => {
    expect(isPressed(chord, { ...NOTHING, ...press })).toBe(pressed);
  });
}

test("[SY232] what writes a character can be turned off, and nothing else", () => {
  expect(["j", "?", "Shift+a"].map(isSingleKey)).toEqual([true, true, true]);
  expect(["F6", "Ctrl+k", "Enter", "ArrowDown"].map(isSingleKey)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
