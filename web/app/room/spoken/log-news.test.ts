import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { RoomEvent, SettleOutcome } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { NEWS_MAX, newsSince } from "./log-news.ts";

function setup() {
  let state: RoomState = emptyState();
  const append = (body: RoomEvent, device = "dv_own"): number => {
    const seq = state.head + 1;
    state = foldEntries(state, [{ seq, ts: toRoomMs(seq), id: `en_${seq}`, device, body }]);
    return seq;
  };
  append({
    kind: "genesis",
    rules: 1,
    roomId: "rm_1",
    name: "Room",
    recipe: { kind: "panel", followUpsMax: 0 },
  });
  append({ kind: "device", name: "Mika" });
  append({ kind: "device", name: "Noor" }, "dv_noor");
  append({
    kind: "announce",
    hostsForOthers: false,
    lanes: [{ engine: "e", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 }],
  });
  for (const [persona, name] of [["pe_ada", "Ada"], ["pe_bo", "Bo"]] as const) {
    const card = { name, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0 };
    append({ kind: "persona", persona, card, requirement, hosts: "any", removed: false });
    append({ kind: "assign", persona });
  }
  const settle = (turn: number, persona: string, outcome: SettleOutcome, attempt = 0): number =>
    append({
      kind: "settle",
      turn,
      persona,
      attempt,
      assign: state.personas.get(persona)?.assignment?.seq ?? 0,
      outcome,
      seenSeq: state.head,
      fingerprint: "f",
    });
  return {
    append,
    settle,
    head: () => state.head,
    say: (text: string, device = "dv_own") => append({ kind: "say", text, addressed: [] }, device),
    reply: (turn: number, who: string, text: string, attempt = 0) =>
      settle(turn, who, { kind: "replied", text, finish: "stop" }, attempt),
    since: (seq: number) =>
      newsSince(state, seq, (who) => who === "dv_own").map(({ line }) => line),
  };
}

test("[SY236] others and personas are spoken in the order of the log, and oneself is not", () => {
  const room = setup();
  const before = room.head();
  const turn = room.say("hello");
  room.reply(turn, "pe_bo", "**Good** evening.");
  room.say("Hi, both", "dv_noor");
  room.settle(turn, "pe_ada", { kind: "silent" });
  expect(room.since(before)).toEqual([
    "Bo says: Good evening.",
    "Noor says: Hi, both",
    expect.stringMatching(/^Ada/),
  ]);
  expect(room.since(room.head())).toEqual([]);
});

test("[SY236] an answer that was asked for again is spoken, though it keeps its place", () => {
  const room = setup();
  const turn = room.say("hello");
  room.reply(turn, "pe_ada", "One.");
  room.settle(turn, "pe_bo", { kind: "silent" });
  const before = room.append({ kind: "again", turn, persona: "pe_ada" });
  room.reply(turn, "pe_ada", "Two.", 1);
  expect(room.since(before)).toEqual(["Ada answers again: Two."]);
});

test("[SY236] an answer that came again to nothing is spoken, after the turn had settled", () => {
  const room = setup();
  const turn = room.say("hello");
  room.reply(turn, "pe_ada", "One.");
  room.settle(turn, "pe_bo", { kind: "silent" });
  const before = room.append({ kind: "again", turn, persona: "pe_bo" });
  room.settle(turn, "pe_bo", { kind: "failed", reason: "engine", detail: "" }, 1);
  expect(room.since(before)).toEqual([expect.stringContaining("Bo")]);
});

test("[SY236] a log that comes in is told by its length", () => {
  const room = setup();
  const before = room.head();
  for (let count = 0; count < NEWS_MAX; count += 1) room.say(`line ${count}`, "dv_noor");
  expect(room.since(before)).toHaveLength(NEWS_MAX);
  // Who says nothing has a line, but no message.
  room.settle(room.say("one of mine"), "pe_ada", { kind: "silent" });
  expect(room.since(before)).toEqual([`${NEWS_MAX + 1} new lines`]);
});
