import { expect, test } from "vitest";
import { roomScript } from "../testing/fakes/room-script.ts";
import { recentState } from "./recent-state.ts";
import { repliedTo } from "./replies.ts";

test("[RM62] what a message answers is told with what became of it", () => {
  const room = roomScript();
  const first = room.say("one");
  const second = room.say("two");
  const seq = room.say("three");
  room.add({ kind: "rewind", to: first, expect: seq });
  const state = room.state();
  const kindOf = (replyTo: number | undefined, of = state) =>
    repliedTo(of, { seq: 99, replyTo })?.kind;
  expect(kindOf(undefined)).toBeUndefined();
  expect(repliedTo(state, { seq: 99, replyTo: first })).toMatchObject({ message: { text: "one" } });
  expect([first, second, 2, -3].map((one) => kindOf(one))).toEqual([
    "message",
    "aside",
    "unknown",
    "unknown",
  ]);
  expect(repliedTo(state, { seq: first, replyTo: first })?.kind).toBe("unknown");
  expect(repliedTo(state, { seq: first, replyTo: second })?.kind).toBe("unknown");
  const recent = recentState(state, 1);
  expect(kindOf(first, recent)).toBe("earlier");
  expect(kindOf(98, recent)).toBe("unknown");
});
