import { expect, test } from "vitest";
import type { UsageRecord } from "../protocol/events.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";

const told: UsageRecord = {
  ...{ promptTokens: 100, cachedTokens: 20, generatedTokens: 10, prefillMs: 100, decodeMs: 1_000 },
};

function tell(room: RoomScript, usage: Partial<UsageRecord>) {
  room.settle(room.say("hi", ["a"]), "a", "x", { modelId: "m", usage: { ...told, ...usage } });
  return [...room.state().speeds.values()][0];
}

const addressed = () => roomScript({ kind: "addressed", followUpsMax: 0 });

test("[RM39] a prompt of more than a million tokens, or a day of reading it, measures nothing", () => {
  expect(tell(addressed(), { promptTokens: 1_048_577 })).toBeUndefined();
  expect(tell(addressed(), { prefillMs: 86_400_001 })).toBeUndefined();
  expect(tell(addressed(), { promptTokens: 1_048_576, prefillMs: 86_400_000 })?.samples).toBe(1);
});

test("[RM39] speeds are of what was computed; the newest counts a quarter, what is none nothing", () => {
  const room = addressed();
  expect(tell(room, {})).toMatchObject({
    ...{ prefillMilliTokensPerS: 800_000, decodeMilliTokensPerS: 10_000 },
    ...{ promptTokens: 80, replyTokens: 10 },
  });
  const second = tell(room, { generatedTokens: 50, prefillMs: 0 });
  expect(second).toMatchObject({
    ...{ prefillMilliTokensPerS: 800_000, decodeMilliTokensPerS: 20_000 },
    ...{ promptTokens: 80, replyTokens: 20, samples: 2 },
  });
});

test("[TP3] a turn's plan knows the slots of each lane and whether its model has run there", () => {
  const room = roomScript();
  room.announce(ME, 3);
  const cast = (turn: number) => room.state().turns.get(turn)?.planInput.cast;
  expect(cast(room.say("hi"))).toMatchObject([{ slots: 3, isCold: false }, {
    slots: 3,
    isCold: false,
  }]);
  room.add({ kind: "stop", scope: { kind: "all" } });
  const lane = { engine: "scripted", modelId: "m", contextTokens: 512, slots: 2 };
  const lanes = [{ ...lane, lane: "unknown" }] as const;
  room.add({ kind: "announce", lanes, hostsForOthers: true });
  expect(cast(room.say("hi"))).toMatchObject([{ slots: 2, isCold: true }, {
    slots: 2,
    isCold: true,
  }]);
});

test("[TP13] nobody owes what is not assigned, and an attempt pressed again is owed whatever comes", () => {
  const room = roomScript({ kind: "addressed", followUpsMax: 0 });
  const first = room.say("hi", ["a"]);
  const assign = room.state().personas.get("a")?.assignment?.seq ?? 0;
  room.add({ kind: "release", persona: "a", assign, reason: "" });
  const ahead = (turn: number) => room.state().turns.get(turn)?.planInput.ahead?.length;
  expect(room.state().openTurns).toEqual([first]);
  expect(ahead(room.say("you", ["b"]))).toBe(0);
  room.add({ kind: "assign", persona: "a" });
  room.add({ kind: "stop", scope: { kind: "all" } });
  room.add({ kind: "again", turn: first, persona: "a" });
  expect(ahead(room.say("and you", ["a"]))).toBe(1);
});

test("[TP13] follow-ups give way to a message, and words of others to nobody", () => {
  const room = roomScript({ kind: "round-robin", followUpsMax: 1 }, ["a", "b", "c"]);
  const followUp = room.settle(room.say("hi"), "a", "x");
  expect(room.state().openTurns).toEqual([followUp]);
  const next = room.say("wait", ["c"]);
  expect(room.state().turns.get(next)?.planInput.ahead).toEqual([]);
  const other = room.say("and you", ["a"]);
  expect(room.state().turns.get(other)?.planInput.ahead).toHaveLength(1);
});
