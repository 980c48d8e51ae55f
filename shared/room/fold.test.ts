import { expect, test } from "vitest";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { RULES_NUMBER, SEQUENCER } from "../protocol/events.ts";
import { roomLimits } from "./limits.ts";

const visible = (room: ReturnType<typeof roomScript>) =>
  room.state().messages.filter((one) => !one.aside).map((one) => `${one.author}: ${one.text}`);

test("[RM2] room time never steps back when the orderer's clock does", () => {
  const room = roomScript();
  const before = room.state().at;
  room.add({ kind: "name", name: "Later" }, ME, -5_000);
  expect(room.state().at).toBe(before);
});

test("[RM3] the first valid settlement counts and the second is ignored", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "first");
  room.settle(turn, "a", "second", { attempt: 0 });
  expect(visible(room)).toEqual([`${ME}: hi`, "a: first"]);
  expect(room.state().ignored.at(-1)?.reason).toBe("attempt-settled");
});

test("[RM3] a settlement of an attempt that is not open is ignored", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "x", { attempt: 1 });
  expect(room.outcome(turn, "a")).toBeUndefined();
});

test("[RM4] a settlement citing an older assignment is ignored", () => {
  const room = roomScript();
  const old = room.state().personas.get("a")?.assignment?.seq ?? 0;
  room.add({ kind: "release", persona: "a", assign: old, reason: "" });
  room.add({ kind: "assign", persona: "a" });
  const turn = room.say("hi");
  room.settle(turn, "a", "stale", { assign: old });
  expect(room.outcome(turn, "a")).toBeUndefined();
  room.settle(turn, "a", "fresh");
  expect(room.outcome(turn, "a")).toBe("replied");
});

test("[RM4] a settlement by a device that is not the holder is ignored", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  const turn = room.say("hi");
  room.settle(turn, "a", "forged", {}, "dv_jon");
  expect(room.state().ignored.at(-1)?.reason).toBe("not-the-host");
});

test("[RM5] an attempt older than the limit is deferred by the next entry, not before", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.add({ kind: "name", name: "x" }, ME, roomLimits.staleMs);
  expect(room.outcome(turn, "a")).toBeUndefined();
  room.add({ kind: "name", name: "y" }, ME, 1);
  expect(room.entry(turn, "a")?.settled?.outcome).toEqual({ kind: "deferred", reason: "stale" });
  expect(room.state().openTurns).toEqual([]);
});

test("[RM5] another attempt of an old turn has its own age", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "one");
  room.settle(turn, "b", "two");
  room.add({ kind: "again", turn, persona: "a" }, ME, roomLimits.staleMs * 2);
  room.add({ kind: "name", name: "x" });
  expect(room.outcome(turn, "a")).toBeUndefined();
  room.settle(turn, "a", "three");
  expect(visible(room)).toContain("a: three");
});

test("[RM6] when the only host leaves, what it held is deferred without an author", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.add({ kind: "left", device: ME }, SEQUENCER);
  expect(room.entry(turn, "a")?.settled?.outcome).toEqual({ kind: "deferred", reason: "no-host" });
});

test("[RM6] while another device could host, the attempt stays open", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  room.announce("dv_jon");
  const turn = room.say("hi");
  room.add({ kind: "left", device: ME }, SEQUENCER);
  expect(room.outcome(turn, "a")).toBeUndefined();
  room.add({ kind: "assign", persona: "a" }, "dv_jon");
  room.settle(turn, "a", "from Jon's", {}, "dv_jon");
  expect(room.outcome(turn, "a")).toBe("replied");
});

test("[RM6] only the orderer may say that a device left", () => {
  const room = roomScript();
  room.add({ kind: "left", device: ME }, "dv_evil");
  expect(room.state().personas.get("a")?.assignment).toBeDefined();
});

test("[RM7] a stop settles what is open; an earlier reply stands and a later one is ignored", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "early");
  room.add({ kind: "stop", scope: { kind: "all" } });
  room.settle(turn, "b", "late");
  expect(room.outcome(turn, "a")).toBe("replied");
  expect(room.outcome(turn, "b")).toBe("stopped");
  expect(visible(room)).toEqual([`${ME}: hi`, "a: early"]);
});

test("[RM7] stopping one persona leaves the other running; its half text is kept once", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.add({ kind: "stop", scope: { kind: "persona", turn, persona: "a" } });
  expect(room.outcome(turn, "b")).toBeUndefined();
  const assign = room.state().personas.get("a")?.assignment?.seq ?? 0;
  const half = { kind: "partial", turn, persona: "a", attempt: 0, assign } as const;
  room.add({ ...half, text: "half a sen" });
  room.add({ ...half, text: "another" });
  expect(visible(room)).toEqual([`${ME}: hi`, "a: half a sen"]);
  expect(room.state().messages.at(-1)?.stopped).toBe(true);
});

test("[RM8] a turn with a reply opens follow-ups to the recipe's depth and no further", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 2 });
  const first = room.say("hi");
  room.settle(first, "a", "1");
  const second = room.settle(first, "b", "2");
  expect(room.state().turns.get(second)).toMatchObject({ depth: 1, human: false, root: first });
  room.settle(second, "a", "3");
  const third = room.settle(second, "b", { kind: "silent" });
  expect(room.state().turns.get(third)?.depth).toBe(2);
  const last = room.settle(third, "b", "4");
  expect(room.state().turns.has(last)).toBe(false);
});

test("[RM8] no follow-up after a stop, after silence, or under a newer message of a person", () => {
  const stopped = roomScript({ kind: "panel", followUpsMax: 1 });
  const one = stopped.say("hi");
  stopped.settle(one, "a", "x");
  stopped.add({ kind: "stop", scope: { kind: "all" } });
  expect(stopped.state().openTurns).toEqual([]);

  const silent = roomScript({ kind: "panel", followUpsMax: 1 });
  const two = silent.say("hi");
  silent.settle(two, "a", { kind: "silent" });
  silent.settle(two, "b", { kind: "silent" });
  expect(silent.state().openTurns).toEqual([]);

  const newer = roomScript({ kind: "panel", followUpsMax: 1 });
  const three = newer.say("hi");
  const four = newer.say("wait");
  newer.settle(three, "a", "x");
  newer.settle(three, "b", "y");
  expect(newer.state().openTurns).toEqual([four]);
});

test("[RM9] malformed entries and entries of strangers change nothing but the list of ignored", () => {
  const room = roomScript();
  const before = room.state();
  room.add({ kind: "say", text: 7 } as never);
  room.say("hello", [], "dv_stranger");
  const after = room.state();
  expect(after.messages).toEqual(before.messages);
  expect(after.ignored.map((one) => one.reason)).toEqual(["malformed: text", "device-unknown"]);
});

test("[RM10] in a panel everyone takes part, whoever is addressed", () => {
  const room = roomScript();
  const turn = room.say("@a hi", ["a"]);
  expect(room.state().turns.get(turn)?.entries.map((one) => one.persona)).toEqual(["a", "b"]);
});

test("[RM11] an addressed room answers with who is addressed, else with the first of the cast", () => {
  const room = roomScript({ kind: "addressed", followUpsMax: 0 });
  const personasOf = (turn: number) =>
    room.state().turns.get(turn)?.entries.map((one) => one.persona);
  expect(personasOf(room.say("@b hi", ["b"]))).toEqual(["b"]);
  expect(personasOf(room.say("hi"))).toEqual(["a"]);
});

test("[RM12] after one reply only the others follow up", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 1 });
  const turn = room.say("hi");
  room.settle(turn, "a", { kind: "silent" });
  const next = room.settle(turn, "b", "alone");
  expect(room.state().turns.get(next)?.entries.map((one) => one.persona)).toEqual(["a"]);
});

test("[RM13] again opens the next attempt; the newest reply is shown, a pick shows another", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.add({ kind: "again", turn, persona: "a" });
  expect(room.state().ignored.at(-1)?.reason).toBe("attempt-open");
  room.settle(turn, "a", "one");
  room.add({ kind: "again", turn, persona: "a" });
  expect(visible(room)).toContain("a: one");
  room.settle(turn, "a", "two");
  expect(visible(room)).toEqual([`${ME}: hi`, "a: two"]);
  room.add({ kind: "pick", turn, persona: "a", attempt: 0 });
  expect(visible(room)).toEqual([`${ME}: hi`, "a: one"]);
  room.add({ kind: "pick", turn, persona: "a", attempt: 5 });
  expect(visible(room)).toEqual([`${ME}: hi`, "a: one"]);
});

test("[RM13] a failed first attempt and a good second give one line", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", { kind: "failed", reason: "engine", detail: "" });
  room.add({ kind: "again", turn, persona: "a" });
  room.settle(turn, "a", "better");
  expect(visible(room)).toEqual([`${ME}: hi`, "a: better"]);
  expect(room.entry(turn, "a")?.attempts.map((one) => one.outcome.kind)).toEqual([
    "failed",
    "replied",
  ]);
});

test("[RM14] editing the newest message stops its turn, sets answers aside and asks again", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "x");
  const edit = room.add({ kind: "edit", of: turn, text: "hello" });
  expect(room.outcome(turn, "b")).toBe("stopped");
  expect(visible(room)).toEqual([`${ME}: hello`]);
  expect(room.state().openTurns).toEqual([edit]);
});

test("[RM14] editing an older message only corrects it, and nobody edits another's", () => {
  const room = roomScript();
  const first = room.say("one");
  room.say("two");
  room.add({ kind: "edit", of: first, text: "uno" });
  room.add({ kind: "edit", of: first, text: "evil" }, "dv_other");
  expect(visible(room)).toEqual([`${ME}: uno`, `${ME}: two`]);
  expect(room.state().turns.size).toBe(2);
});

test("[RM15] a rewind sets the tail aside only when its author saw the newest message", () => {
  const room = roomScript();
  const first = room.say("one");
  const second = room.say("two");
  room.add({ kind: "rewind", to: first, expect: first });
  expect(visible(room)).toHaveLength(2);
  room.add({ kind: "rewind", to: first, expect: second });
  expect(visible(room)).toEqual([`${ME}: one`]);
  expect(room.state().openTurns).toEqual([]);
});

test("[RM16] an unknown event or higher rules make a reader and fold on", () => {
  const room = roomScript();
  room.add({ kind: "from-the-future" } as never);
  room.say("hi");
  expect(room.state().readerOnly).toBe("event-unknown");
  expect(visible(room)).toEqual([`${ME}: hi`]);
  const newer = roomScript();
  newer.add({ kind: "rules", rules: RULES_NUMBER + 1 });
  expect(newer.state().readerOnly).toBe("rules-newer");
});

test("[RM17] a held persona is not assigned again, nor to a device without a fitting lane", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  room.add({ kind: "assign", persona: "a" }, "dv_jon");
  expect(room.state().personas.get("a")?.assignment?.device).toBe(ME);
  room.persona("c");
  room.add({ kind: "assign", persona: "c" }, "dv_jon");
  expect(room.state().personas.get("c")?.assignment).toBeUndefined();
});

test("[RM17] only a persona's owner changes or removes her", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  const { card, requirement } = room.state().personas.get("a") ?? {};
  const event = { kind: "persona", persona: "a", card, requirement, hosts: "any", removed: true };
  room.add(event as never, "dv_jon");
  expect(room.state().personas.get("a")?.removed).toBe(false);
  room.add(event as never);
  expect(room.state().personas.get("a")?.removed).toBe(true);
  const turn = room.say("hi");
  expect(room.state().turns.get(turn)?.entries).toHaveLength(1);
});
