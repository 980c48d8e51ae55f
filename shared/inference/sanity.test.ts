import { expect, test } from "vitest";
import { findReplyNonsense, sanityRequest } from "./sanity.ts";
import { starterProfile } from "./starter-profile.ts";

test.each([
  "",
  "Hi!",
  "Hello! How can I help?",
  "...",
  "Ah!!!",
  "哈哈哈哈",
  "caf\ufffd",
  "😀 😀 😀",
  "No no no",
])(
  "[IN71] %j is a reply",
  (reply) => {
    expect(findReplyNonsense(reply)).toBeUndefined();
  },
);

test.each([
  ["!!!!!!!!!!!!", 'it says only "!"'],
  ["! ! ! ! ! ! ! !\n!", 'it says only "!"'],
  ["\ufffd\ufffd\ufffd", "it says broken characters"],
  ["a\ufffdb\ufffdc\ufffd", "it says broken characters"],
])("[IN71] %j is nonsense", (reply, why) => {
  expect(findReplyNonsense(reply)).toBe(why);
});

test("[IN71] what is looked at is a greedy reply of some words", () => {
  expect(sanityRequest(starterProfile)).toMatchObject({ temperature: 0, tokensMax: 12 });
});
