import { expect, test } from "vitest";
import { roomScript } from "#shared/testing/fakes/room-script.ts";
import { newsSince } from "../spoken/log-news.ts";
import { firstWords, quotedMessage } from "./quoted.ts";

test("[SY203] a quote is one line of text without marks, controls or half a character", () => {
  expect(firstWords("# Title\n\n- **one**\n- `two`\n> three\u202E\u0007!")).toBe(
    "Title one two three !",
  );
  expect(firstWords("snake_case * 2 # 3")).toBe("snake_case 2 # 3");
  const long = firstWords("\u{1f600}".repeat(300));
  expect(long).toBe(`${"\u{1f600}".repeat(100)}\u2026`);
  expect(firstWords(`${"x".repeat(199)}\u{1f600}`)).toBe(`${"x".repeat(199)}\u2026`);
});

test("[SY203] a quote names who said it, and a picture without words", () => {
  const room = roomScript();
  const state = room.state();
  const of = (kind: "person" | "persona", author: string, text: string) =>
    quotedMessage(state, "dv_me", { kind, author, text });
  expect(of("person", "dv_me", "hi")).toEqual({
    name: "You",
    isOwn: true,
    hue: undefined,
    words: "hi",
  });
  expect(of("persona", "a", "")).toEqual({ name: "A", isOwn: false, hue: 0, words: "a picture" });
  expect(of("person", "dv_gone", "hi").name).toBe("Someone who left");
});

test("[SY203] a screen reader hears whom a message answers", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Noor" }, "dv_noor");
  const turn = room.say("What grows here?");
  room.settle(turn, "a", "Thyme.");
  const { head } = room.state();
  const say = { kind: "say", addressed: [] } as const;
  room.add({ ...say, text: "In pots too?", replyTo: head }, "dv_noor");
  room.add({ ...say, text: "And here?", replyTo: 1 }, "dv_noor");
  const spoken = newsSince(room.state(), head, (who) => who === "dv_me").map(({ line }) => line);
  expect(spoken).toEqual([
    "Noor, in reply to A: In pots too?",
    "Noor says: And here?",
  ]);
});
