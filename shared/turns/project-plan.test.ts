import { expect, test } from "vitest";
import { planningLimits } from "../planning/limits.ts";
import type { AnnouncedLane } from "../protocol/events.ts";
import { type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { planOf } from "./project-plan.ts";

const LANE: AnnouncedLane = {
  ...{ engine: "scripted", modelId: "m", lane: "cpu", contextTokens: 8_192, slots: 1 },
};

function announced(patch: Partial<AnnouncedLane>): RoomScript {
  const room = roomScript();
  room.add({ kind: "announce", lanes: [{ ...LANE, ...patch }], hostsForOthers: true });
  return room;
}

const plan = (room: RoomScript, turn: number) => planOf(room.state(), turn);

test("[TP10] shared sources get a fifth of the smallest prompt that somebody reads", () => {
  const room = announced({});
  room.add({
    kind: "persona",
    persona: "homeless",
    card: { name: "H", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "huge", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const found = plan(room, room.say("hi"));
  const promptTokens = 8_192 - planningLimits.outputTokensDefault - 1_024;
  expect(found?.withoutHostPersonaIds).toEqual(["homeless"]);
  expect(found?.sharedSources.map((one) => one.budgetTokens)).toEqual([
    Math.floor(promptTokens / 5),
  ]);
});

test("[TP8] an engine that the core knows is itself, whatever its host declares", () => {
  const providerOf = (engine: string) => {
    const room = announced({ engine, locality: "local" });
    return plan(room, room.say("hi"))?.personaPlans[0]?.provider;
  };
  expect(providerOf("scripted")).toBe("scripted");
  expect(providerOf("homemade")).toBe("local:homemade");
});

test("[TP2] another of the cast begins in the next turn", () => {
  const room = roomScript();
  const first = () => plan(room, room.say("hi"))?.personaPlans[0]?.personaId;
  expect(new Set([first(), first()])).toEqual(new Set(["a", "b"]));
});

test("[TP13] a cold lane loads first, and what is owed runs first", () => {
  const cold = announced({ lane: "unknown" });
  const start = (room: RoomScript, turn: number) =>
    plan(room, turn)?.personaPlans[0]?.estimatedStartMs ?? 0;
  expect(start(cold, cold.say("hi"))).toBe(planningLimits.loadMsDefault);
  const room = roomScript({ kind: "addressed", followUpsMax: 0 });
  room.say("you", ["b"]);
  expect(start(room, room.say("you", ["a"]))).toBeGreaterThan(0);
});
