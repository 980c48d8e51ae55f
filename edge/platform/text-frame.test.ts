import { expect, test } from "vitest";
import { createFrameMaker, encodeTextFrame } from "./text-frame.ts";

/** RFC 6455, 5.7: the examples of unmasked frames, with an opcode of text. */
test.each([
  ["Hello", [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]],
  ["", [0x81, 0x00]],
  ["é", [0x81, 0x02, 0xc3, 0xa9]],
])("the frame of %j is that of the RFC", (text, bytes) => {
  expect([...encodeTextFrame(text)]).toEqual(bytes);
});

test.each([
  [125, [0x81, 125]],
  [126, [0x81, 126, 0, 126]],
  [256, [0x81, 126, 1, 0]],
  [65_535, [0x81, 126, 255, 255]],
  [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])("a text of %d bytes begins with its length", (length, head) => {
  const frame = encodeTextFrame("x".repeat(length));
  expect([...frame.subarray(0, head.length)]).toEqual(head);
  expect(frame.length).toBe(head.length + length);
});

test("[RL130] sockets that get the same text get the same bytes", () => {
  const frameOf = createFrameMaker();
  const [first, again, other, back] = ["one", ["o", "ne"].join(""), "two", "one"].map(frameOf);
  expect(again).toBe(first);
  expect(other).toEqual(encodeTextFrame("two"));
  expect(back).toEqual(first);
});
