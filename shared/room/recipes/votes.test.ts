import { expect, test } from "vitest";
import type { Recipe } from "../../protocol/events.ts";
import { ME, type RoomScript, roomScript } from "../../testing/fakes/room-script.ts";
import { roomLimits } from "../limits.ts";

const directed = (patch: Partial<Recipe> = {}, cast = ["a", "b", "c"]): RoomScript =>
  roomScript({ kind: "director", followUpsMax: 0, director: "a", ...patch }, cast);
const voted = (speaker: string) => ({ kind: "voted", speaker } as const);
const removed = (room: RoomScript, persona: string, isRemoved = true) =>
  room.add({
    kind: "persona",
    persona,
    card: { name: persona, gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed: isRemoved,
  });

function speakersOf(room: RoomScript, turn: number): string {
  const cast = room.state().turns.get(turn)?.planInput.cast ?? [];
  return `${cast.map((one) => one.id).join("")} ${cast[0]?.because ?? ""}`;
}

function leftOutOf(room: RoomScript, turn: number): string {
  return (room.state().turns.get(turn)?.planInput.leftOut ?? [])
    .map(({ id, because }) => `${id} ${because}`).join(", ");
}

test("[RM6, RM37] the last host leaves in a vote: vote and choice settle at that entry", () => {
  const room = directed();
  const vote = room.say("hi");
  const left = room.add({ kind: "left", device: ME }, "sequencer");
  expect(room.outcome(vote, "a")).toBe("deferred");
  expect(room.state().turns.get(left)?.root).toBe(vote);
  expect(room.outcome(left, "a")).toBe("deferred");
  expect(room.state().openTurns).toEqual([]);
});

test("[RM37] a vote that a message to somebody else overtook is still carried out", () => {
  const room = directed();
  const vote = room.say("what do you all think?");
  const named = room.say("and you?", ["b"]);
  const choice = room.settle(vote, "a", voted("c"));
  expect(speakersOf(room, choice)).toBe("c voted");
  expect(room.state().turns.get(choice)).toMatchObject({ root: vote, human: true });
  expect(room.state().openTurns).toEqual([named, choice]);
  room.settle(choice, "c", "x");
  expect(room.state().openTurns).toEqual([named]);
});

test("[RM8] a follow-up's vote that a message overtook has no turn behind it", () => {
  const room = directed({ followUpsMax: 1 });
  const turn = room.settle(room.say("hi"), "a", voted("c"));
  const vote = room.settle(turn, "c", "x");
  const newer = room.say("wait", ["b"]);
  room.settle(vote, "a", voted("b"));
  expect(room.state().openTurns).toEqual([newer]);
});

test("[RM14, RM37] editing the message that is voted on ends the vote and asks again", () => {
  const room = directed();
  const first = room.say("hi");
  const again = room.add({ kind: "edit", of: first, text: "hello" });
  expect(room.outcome(first, "a")).toBe("stopped");
  expect(room.state().openTurns).toEqual([again]);
  room.settle(first, "a", voted("b"));
  const choice = room.settle(again, "a", voted("b"));
  expect(room.state().turns.get(choice)).toMatchObject({
    root: again,
    planInput: { text: "hello" },
  });
});

test("[RM34] the director, or the one who was chosen, is removed before anything was said", () => {
  const gone = directed();
  const vote = gone.say("hi");
  const choice = removed(gone, "a");
  expect(gone.outcome(vote, "a")).toBe("deferred");
  expect(speakersOf(gone, choice)).toBe("b no-vote");
  const room = directed();
  const turn = room.settle(room.say("hi"), "a", voted("c"));
  removed(room, "c");
  expect(room.outcome(turn, "c")).toBe("deferred");
  expect(room.state().openTurns).toEqual([]);
});

test("[RM36] who joined while the director chose was not voted for; she did not speak alone", () => {
  const room = directed();
  const vote = room.say("hi");
  room.persona("new");
  room.add({ kind: "assign", persona: "new" });
  const choice = room.settle(vote, "a", voted("c"));
  expect(leftOutOf(room, choice)).toBe("a not-voted, b not-voted, new not-voted");
  const deeper = directed({ followUpsMax: 1 });
  const turn = deeper.settle(deeper.say("hi"), "a", voted("c"));
  const followUp = deeper.settle(deeper.settle(turn, "c", "x"), "a", voted("b"));
  expect(leftOutOf(deeper, followUp)).toBe("a not-voted, c spoke-alone");
});

test("[RM30] of what hosts owe, words do not make room for a vote, and a vote does for a vote", () => {
  const room = directed();
  room.say("you", ["a"]);
  const vote = room.say("who?");
  expect(room.state().turns.get(vote)?.planInput.ahead).toHaveLength(1);
  const voting = directed();
  voting.say("who?");
  const newer = voting.say("who, then?");
  expect(voting.state().turns.get(newer)?.planInput.ahead).toHaveLength(0);
  const named = voting.say("you", ["a"]);
  expect(voting.state().turns.get(named)?.planInput.ahead).toHaveLength(1);
});

test("[RM9] a cast that is full takes nobody back either", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 0 }, ["a", "b"]);
  removed(room, "a");
  for (let number = 0; number < roomLimits.personasMax - 1; number += 1) room.persona(`p${number}`);
  removed(room, "a", false);
  expect(room.state().ignored.at(-1)?.reason).toBe("cast-full");
  const live = [...room.state().personas.values()].filter((one) => !one.removed);
  expect(live).toHaveLength(roomLimits.personasMax);
  removed(room, "b");
  removed(room, "a", false);
  expect(room.state().personas.get("a")?.removed).toBe(false);
});

test("[RM30, RM34] who became overdue while another vote ended speaks, whatever this one says", () => {
  const room = directed({}, ["a", "b"]);
  for (let round = 0; round < 3; round += 1) {
    const turn = room.settle(room.say("hi"), "a", voted("a"));
    room.settle(turn, "a", "x");
  }
  expect(room.state().personas.get("b")?.passedOver).toBe(3);
  const older = room.say("hi");
  const newer = room.say("hi");
  expect(speakersOf(room, room.settle(newer, "a", voted("a")))).toBe("a voted");
  expect(speakersOf(room, room.settle(older, "a", voted("a")))).toBe("b overdue");
});

test("[RM34] [RM35] nobody waits for a director whom nobody can host", () => {
  const room = directed({ director: "homeless" });
  room.add({
    kind: "persona",
    persona: "homeless",
    card: { name: "H", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "huge", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const turn = room.say("hi");
  expect(speakersOf(room, turn)).toBe("a no-vote");
  expect(room.state().turns.get(turn)?.vote).toBeUndefined();
});

test("[RM34] whose host left while the director chose is not chosen, by vote or in its place", () => {
  const begin = () => {
    const room = directed();
    room.add({ kind: "device", name: "Far" }, "dv_far");
    room.announce("dv_far");
    room.add({
      kind: "persona",
      persona: "far",
      card: { name: "Far", gist: "", description: "", greeting: "", hue: 0 },
      requirement: { contextTokensMin: 0 },
      hosts: ["dv_far"],
      removed: false,
    }, "dv_far");
    for (const persona of ["b", "a", "c"]) room.settle(room.say("hi", [persona]), persona, "x");
    const vote = room.say("hi");
    room.add({ kind: "left", device: "dv_far" }, "sequencer");
    return { room, vote };
  };
  const { room, vote } = begin();
  expect(speakersOf(room, room.settle(vote, "a", voted("far")))).toBe("b no-vote");
  const silent = begin();
  const choice = silent.room.settle(silent.vote, "a", { kind: "silent" });
  expect(speakersOf(silent.room, choice)).toBe("b no-vote");
});

test("[RM30] whom the rule in place of a vote passes over is counted as passed over", () => {
  const room = directed({ director: "nobody" });
  const turn = room.say("hi");
  expect(speakersOf(room, turn)).toBe("a no-vote");
  const passedOver = [...room.state().personas.values()].map((one) => one.passedOver);
  expect(passedOver).toEqual([0, 1, 1]);
  room.say("you", ["b"]);
  expect(room.state().personas.get("b")?.passedOver).toBe(0);
});

test("[RM37] a stopped vote keeps no half text", () => {
  const room = directed();
  const turn = room.say("hi");
  room.add({ kind: "stop", scope: { kind: "all" } });
  const assign = room.state().personas.get("a")?.assignment?.seq ?? 0;
  room.add({ kind: "partial", turn, persona: "a", attempt: 0, assign, text: "I choose" });
  expect(room.state().ignored.at(-1)?.reason).toBe("nothing-stopped");
  expect(room.state().messages).toHaveLength(1);
});

test("[RM8] another attempt opens no second follow-up, and who left no first one", () => {
  const room = roomScript({ kind: "round-robin", followUpsMax: 1 });
  const turn = room.say("hi");
  const followUp = room.settle(turn, "a", "x");
  room.add({ kind: "again", turn, persona: "a" });
  room.settle(turn, "a", "y");
  expect(room.state().openTurns).toEqual([followUp]);
  const panel = roomScript({ kind: "panel", followUpsMax: 1 }, ["a", "b", "c"]);
  const asked = panel.say("hi");
  for (const persona of ["a", "c"]) panel.settle(asked, persona, "x");
  removed(panel, "b");
  expect(panel.outcome(asked, "b")).toBe("deferred");
  expect(panel.state().openTurns).toEqual([]);
});

test("[RM33] a debate counts the steps of those who can speak", () => {
  const room = roomScript({ kind: "debate", followUpsMax: 0, rounds: 1 });
  room.add({
    kind: "persona",
    persona: "homeless",
    card: { name: "H", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "huge", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const second = room.settle(room.say("motion"), "a", "x");
  expect(speakersOf(room, second)).toBe("b debate-step");
  room.settle(second, "b", "y");
  expect(room.state().openTurns).toEqual([]);
});
