import { expect, test } from "vitest";
import type { RoomEvent, SettleOutcome } from "#shared/protocol/mod.ts";
import { RoomScript } from "#shared/testing/fakes/room-script.ts";
import { hostTakenOver } from "./taken-over.ts";

const reply: SettleOutcome = { kind: "replied", text: "Yes.", finish: "stop" };

/** Ada is asked on Mika's device; `then` is what happens before she answers. */
function answered(then: (room: RoomScript) => void, by: string) {
  const room = new RoomScript();
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  room.add({ kind: "genesis", rules: 2, roomId: "rm_1", name: "R", recipe });
  for (const device of ["dv_mika", "dv_noor"]) {
    room.add({ kind: "device", name: device }, device);
    room.announce(device);
  }
  room.persona("ada", "dv_mika");
  room.add({ kind: "assign", persona: "ada" }, "dv_mika");
  const turn = room.say("Well?", [], "dv_noor");
  then(room);
  const assign = room.state().personas.get("ada")?.assignment?.seq ?? 0;
  const settle: RoomEvent = {
    ...{ kind: "settle", turn, persona: "ada", attempt: 0, assign, outcome: reply },
    ...{ seenSeq: turn, fingerprint: "" },
  };
  room.add(settle, by);
  const state = room.state();
  const { device } = state.turns.get(turn)?.entries[0]?.settled ?? {};
  return hostTakenOver(state, turn, "ada", device);
}

test("who answered where she was asked was not taken over", () => {
  expect(answered(() => undefined, "dv_mika")).toBeUndefined();
});

test("another device answered: in place of which, and whether that one had left", () => {
  const takeOver = (room: RoomScript) => room.add({ kind: "assign", persona: "ada" }, "dv_noor");
  expect(answered((room) => {
    room.add({ kind: "left", device: "dv_mika" }, "sequencer");
    takeOver(room);
  }, "dv_noor")).toEqual({ device: "dv_mika", hasLeft: true });
  expect(answered((room) => {
    const assign = room.state().personas.get("ada")?.assignment?.seq ?? 0;
    room.add({ kind: "release", persona: "ada", assign, reason: "engine" }, "dv_mika");
    takeOver(room);
  }, "dv_noor")).toEqual({ device: "dv_mika", hasLeft: false });
});
