import { expect, test } from "vitest";
import { ME, roomScript } from "#shared/testing/fakes/room-script.ts";
import { runningElsewhere } from "./running-elsewhere.ts";

const CELLAR = "dv_cellar";

/** Ada is hosted here and Bo in the cellar. */
function setup() {
  const room = roomScript({ kind: "panel", followUpsMax: 0 }, ["ps_ada"]);
  room.add({ kind: "device", name: "Cellar" }, CELLAR);
  room.announce(CELLAR);
  room.persona("ps_bo", CELLAR);
  room.add({ kind: "assign", persona: "ps_bo" }, CELLAR);
  return { room, turn: room.say("Who is there?") };
}

test("what a host elsewhere says is shown from its first words to its end", () => {
  const { room, turn } = setup();
  const state = room.state();
  const of = { roomId: state.roomId, turn, persona: "ps_bo", attempt: 0 };
  const sinceMs = expect.any(Number);
  const textOf = (words: string) => (one: { readonly persona: string }) =>
    one.persona === "ps_bo" ? words : "not asked for";
  expect(runningElsewhere(state, ME, textOf(""))).toEqual([{ ...of, phase: "queued", sinceMs }]);
  expect(runningElsewhere(state, ME, textOf("I"))).toEqual([{ ...of, phase: "speaking", sinceMs }]);
  // To the cellar itself only Ada is elsewhere.
  expect(runningElsewhere(state, CELLAR, () => "").map(({ persona }) => persona))
    .toEqual(["ps_ada"]);
  room.settle(turn, "ps_bo", "I am.", {}, CELLAR);
  expect(runningElsewhere(room.state(), ME, textOf("I am."))).toEqual([]);
});

test("a host that left has nothing in hand", () => {
  const { room } = setup();
  room.add({ kind: "left", device: CELLAR }, "sequencer");
  expect(runningElsewhere(room.state(), ME, () => "I")).toEqual([]);
});
