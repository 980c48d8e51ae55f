import { expect, test } from "vitest";
import { createEventReader, type StreamEvent } from "./event-stream.ts";

const TEXT = '\uFEFF: hello\r\ndata: {"a":1}\r\n\r\ndata:two\r\ndata: lines é€😀\n\n' +
  "event: error\rdata: last\r\rid: 7\nretry: 1\n\ndata\n\ndata: cut off";

const EVENTS: readonly StreamEvent[] = [
  { name: "message", data: '{"a":1}' },
  { name: "message", data: "two\nlines é€😀" },
  { name: "error", data: "last" },
  { name: "message", data: "" },
];

function readAll(pieces: readonly Uint8Array[]): readonly StreamEvent[] {
  const reader = createEventReader(1_000);
  return pieces.flatMap((piece) => {
    const events = reader.push(piece);
    if (!events.ok) throw new Error(events.error.kind);
    return events.value;
  });
}

test("[IN30] a stream is the same wherever its bytes are cut", () => {
  const bytes = new TextEncoder().encode(TEXT);
  expect(readAll([bytes])).toEqual(EVENTS);
  for (let first = 0; first <= bytes.length; first += 1) {
    for (const second of [first, first + 1, first + 2, bytes.length]) {
      const cuts = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
      expect(readAll(cuts), `cut at ${first} and ${second}`).toEqual(EVENTS);
    }
  }
  expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(EVENTS);
});

test("[IN30] bytes that are no UTF-8 become the replacement character", () => {
  const bytes = Uint8Array.of(...new TextEncoder().encode("data: a"), 0xff, 0x0a, 0x0a);
  expect(readAll([bytes])).toEqual([{ name: "message", data: "a\uFFFD" }]);
});

test.each<[title: string, pieces: readonly string[]]>([
  ["a line", ["data: 123456789"]],
  ["a line that is whole", ["data: 123456789\n\n"]],
  ["lines together", ["data: 12345\n", "data: 12345\n"]],
  ["a line in pieces", ["data:", "12345", "67890"]],
])("[IN30] an event above the limit is refused: %s", (_title, pieces) => {
  const reader = createEventReader(12);
  const results = pieces.map((piece) => reader.push(new TextEncoder().encode(piece)));
  expect(results.at(-1)).toEqual({ ok: false, error: { kind: "event-too-long", charsMax: 12 } });
  expect(results.slice(0, -1).every(({ ok }) => ok)).toBe(true);
});
