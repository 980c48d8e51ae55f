import { expect, test } from "vitest";
import { toChatMessages } from "./chat-messages.ts";
import { cutBehind } from "./tokens/cut-behind.ts";

const segment = (role: "system" | "user" | "assistant", text: string) => ({
  key: text,
  role,
  text,
});

test("[IN10] neighbours of one role are one message, and others stay as they are", () => {
  const texts = toChatMessages([
    segment("system", "S"),
    segment("user", "a\n"),
    segment("user", "b"),
    segment("assistant", "c"),
    segment("user", "d"),
  ]);
  expect(texts).toEqual([
    { role: "system", text: "S" },
    { role: "user", text: "a\nb" },
    { role: "assistant", text: "c" },
    { role: "user", text: "d" },
  ]);
});

test("[IN10] a rendered prompt is cut behind each segment, so that equal beginnings stay equal", () => {
  const render = (texts: readonly string[]) =>
    `<s>${texts[0]}</s><u>${texts.slice(1).join("")}</u><a>`;
  const cut = (...texts: string[]) => cutBehind(render(texts), texts.map((text) => ({ text })));
  expect(cut("S", "a\n", "b\n", "c")).toEqual(["<s>S", "</s><u>a\n", "b\n", "c</u><a>"]);
  expect(cut("S", "a\n", "b\n", "new\n", "d").slice(0, 3)).toEqual(
    cut("S", "a\n", "b\n", "c").slice(0, 3),
  );
});

test("[IN10] a template that changes what it is given is not cut", () => {
  const segments = [{ text: "S" }, { text: "Hello" }];
  expect(cutBehind("<s>hello S</s>", [{ text: "x" }, { text: "Hello" }])).toEqual([
    "<s>hello S</s>",
  ]);
  expect(cutBehind("S<u>hello</u>", segments)).toEqual(["S<u>hello</u>"]);
});
